import { describe, expect, it } from 'vitest'
import { byMeaning } from '../../../actors/question-answering/answering/meanings.ts'
import { firstBy } from './voted.ts'

const PUMPS = `Feature,Otter,Beaver
Flow (l/min),22,47
Greatest lift (m),5,8
Price,189,275
Net weight,1.3 kg,2.1 kg
`
const TEXTS = `mail.confirmed=Thank you for your order.
card.expired=Your card has expired.
cart.limit=At most 12 items.
`
const MAIL = 'IMAP_PORT=993\nSMTP_PORT=587\n'
const BILL = 'Invoice date: 3 March.\n\nPay by card, the amount below.\n\nReturn the form by May 3.\n'
const TASKS = 'The report is about bats.\n\nThe deadline is 3 October 2025.\n\nThe deadline will be told.\n'

/** What answers, where the vote has one statement first and the others so many log-odds behind. */
const first = (file: string, text: string, asked: string, winner: string, apart = 1) =>
  firstBy(byMeaning, file, text, asked, (own, kind) =>
    kind === 'list' ? -9 : own.includes(winner) ? 0 : -apart,
  )

describe('what says it in other words answers [G496]', () => {
  it.each([
    ['pumps.csv', PUMPS, 'How heavy is the Otter?', 'Price', '1.3 kg'],
    ['pumps.csv', PUMPS, 'How high can the Otter pump?', 'Flow', 'lift'],
    ['app.properties', TEXTS, 'What is shown when a card is out of date?', 'mail', 'Your card has expired'],
    ['mail.env', MAIL, 'Which port do we use to send mail?', 'IMAP', 'SMTP_PORT: 587'],
    ['mail.env', MAIL, 'On which port does it fetch mail?', 'SMTP', 'IMAP_PORT: 993'],
    ['bill.md', BILL, 'When is the form due?', 'Invoice date', 'by May 3'],
    ['tasks.md', TASKS, 'When is the report on bats due?', 'about bats', '3 October'],
  ])('%s: %s %s', async (file, text, asked, winner, answer) => {
    expect(await first(file, text, asked, winner)).toContain(answer)
  })

  it.each([
    ['the winner has it', 'pumps.csv', PUMPS, 'How heavy is the Otter?', 'weight', 1],
    ['it is far behind', 'pumps.csv', PUMPS, 'How heavy is the Otter?', 'Price', 4],
    ['something else is asked', 'pumps.csv', PUMPS, 'How dear is the Otter?', 'Flow', 1],
    ['no port is asked for', 'mail.env', MAIL, 'To how many can I send an e-mail?', 'IMAP', 1],
    ['nothing has the date that is asked for', 'tasks.md', TASKS, 'When is it due?', 'told', 1],
  ])('not where %s', async (_, file, text, asked, winner, apart) => {
    expect(await first(file, text, asked, winner, apart)).toContain(winner)
  })
})
