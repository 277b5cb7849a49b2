import { describe, expect, it } from 'vitest'
import { byRow } from '../../../actors/question-answering/answering/rows.ts'
import { firstBy } from './voted.ts'

const PORTS = `Purpose,Port,Remarks
REST interface,8085,TLS only
Metrics endpoint,9464,plain HTTP
Cluster gossip,7946,TCP and UDP
Cluster sync,7950,
`

/** What answers, where the vote has one row first and the others so many log-odds behind. */
const first = (asked: string, winner: string, apart = 1) =>
  firstBy(byRow, 'ports.csv', PORTS, asked, (own, kind) =>
    kind !== 'row' ? -9 : own.includes(winner) ? 0 : -apart,
  )

describe('a row that alone has a word of the question answers [G460]', () => {
  it('before one with none', async () => {
    expect(await first('Which port serves metrics by default?', '8085')).toContain('9464')
  })

  it.each([
    ['several rows have the word', 'Which port has the cluster?', '8085', 1],
    ['the winner has another word of it', 'Which port of the cluster is no metrics port?', '7946', 1],
    ['the word stands in a head', 'Which remarks has the port?', '8085', 1],
    ['it is far behind', 'Which port serves metrics by default?', '8085', 3],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })
})
