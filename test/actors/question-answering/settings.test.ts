import { describe, expect, it } from 'vitest'
import { bySetting } from '../../../actors/question-answering/answering/settings.ts'
import { firstBy } from './voted.ts'

const ENV = `# --- outgoing mail ---
MAIL_HOST=mx.example
MAIL_PORT=587
MAIL_FROM=desk@heron.example
MAIL_RETRIES=4
MAIL_INTERVAL=6h

# --- cache ---
CACHE_HOST=cache-1.example
CACHE_SERVER_NAME=otter
`

/** What answers, where the vote has one setting first and the others so many log-odds behind. */
const first = (asked: string, winner: string, apart = 1) =>
  firstBy(bySetting, 'app.env', ENV, asked, (own, kind) =>
    kind !== 'field' ? -9 : own.includes(winner) ? 0 : -apart,
  )

describe('a setting is found by what people call it [G462]', () => {
  it.each([
    ['Which mail server does the app send through?', 'MAIL_FROM', 'MAIL_HOST: mx.example'],
    ['Who is the sender of the mail?', 'MAIL_PORT', 'MAIL_FROM: desk@heron.example'],
    ['How often is mail sent?', 'MAIL_PORT', 'MAIL_INTERVAL: 6h'],
    ['How many attempts does the mail get?', 'MAIL_PORT', 'MAIL_RETRIES: 4'],
  ])('%s', async (asked, winner, setting) => {
    expect(await first(asked, winner)).toContain(setting)
  })

  it.each([
    ['it is far behind', 'Which mail server is used?', 'MAIL_FROM', 7],
    ['the winner is called so itself', 'Which server has the cache?', 'CACHE_SERVER_NAME', 1],
    ['nothing of the kind is asked for', 'Which port has the mail?', 'MAIL_PORT', 1],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })
})
