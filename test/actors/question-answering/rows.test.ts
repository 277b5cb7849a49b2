import { describe, expect, it } from 'vitest'
import { byRow, bySum } from '../../../actors/question-answering/answering/rows.ts'
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

describe('asked for all of it, the row with the sum answers [G497]', () => {
  const BILL = 'Item,Note,Cost\nTiles,grey,777\nOven,new,1249\nTotal,,2026\n'
  const bill = (asked: string, winner: string, apart = 1) =>
    firstBy(bySum, 'bill.csv', BILL, asked, (own) => (own.includes(winner) ? 0 : -apart))

  it('in place of one of its rows', async () => {
    expect(await bill('What does the whole kitchen come to?', 'Tiles')).toContain('2026')
    expect(await bill('How much do we pay in total?', 'Oven')).toContain('2026')
  })

  it.each([
    ['a part is asked for', 'What do the tiles cost?', 'Tiles', 1],
    ['it is far behind', 'How much do we pay in total?', 'Tiles', 4],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await bill(asked, winner, apart)).toContain(winner)
  })
})
