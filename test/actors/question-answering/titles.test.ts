import { describe, expect, it } from 'vitest'
import { byTitle } from '../../../actors/question-answering/answering/titles.ts'
import { firstBy } from './voted.ts'

const TICKETS = [
  { id: 881, subject: 'Printer jams', opened: '2025-02-03', assignee: 'Ann Lee' },
  {
    id: 883,
    subject: 'Office chair squeaks',
    opened: '2025-02-07',
    assignee: 'Bo Ek',
    fix: 'Oil it once a month',
  },
]
const UNDATED = TICKETS.map(({ opened, ...others }) => others)
const NEWS = [
  { id: 1, title: 'Bridge opens again on 3 July', posted: '2025-06-28', text: 'Ada Lin cuts the ribbon.' },
  { id: 2, title: 'Ada Lin wins the cup', posted: '2025-06-29', text: 'Bo Ek was second.' },
]

/** What answers, where the vote has a title first and the others behind it in the order of the file, by as many log-odds each. */
function first(records: readonly object[], asked: string, title: string, second: string, apart = 1) {
  const lines = records.map((one) => JSON.stringify(one)).join('\n')
  return firstBy(byTitle, 'records.jsonl', lines, asked, (own, kind) =>
    kind === 'list' ? -9 : own.includes(title) ? 0 : own.includes(second) ? -apart : -apart - 0.5,
  )
}

const WINS = [
  { id: 7, headline: 'Ferrari wins in Monza', views: 1200 },
  { id: 8, headline: 'Login fails: token expired', status: 'open' },
]

describe('the title of a record may tell what is asked for [G426]', () => {
  it.each([
    ['Who won in Monza?', 'headline: Ferrari', 'views'],
    ['Why does the login fail?', 'headline: Login', 'status'],
  ])('%s', async (asked, title, second) => {
    expect(await first(WINS, asked, title, second)).toContain(title)
  })
})

describe('the title of a record gives way to what else the record says [G426]', () => {
  it.each([
    ['Who looks after the squeaking chair?', 'assignee', 'Bo Ek'],
    ['When was it told that the office chair squeaks?', 'assignee', '2025-02-07'],
    ['How do I stop an office chair that squeaks?', 'fix', 'Oil it'],
    ['Who looks after the squeaking chair?', 'Ann Lee', 'Bo Ek'],
  ])('%s', async (asked, second, told) => {
    // The vote has a statement second that may lack what is asked for, or be of another record.
    const answer = await first(TICKETS, asked, 'subject: Office', second)
    expect(answer).not.toContain('subject')
    if (second !== 'Ann Lee') expect(answer).toContain(told)
    expect(answer).not.toContain('Ann Lee')
  })

  it.each([
    ['the title is asked for', TICKETS, 'What is ticket 883 about?', 'subject: Office', 1],
    ['nothing near it', TICKETS, 'Who looks after the squeaking chair?', 'subject: Office', 4],
    ['the question only asks what is so', TICKETS, 'What squeaks in the office?', 'subject: Office', 1],
    ['it tells the day that is asked for', NEWS, 'When does the bridge open again?', 'Bridge opens', 1],
    ['it tells who', NEWS, 'Who wins the cup?', 'Ada Lin wins', 1],
    ['the record has no day', UNDATED, 'When did the office chair squeak?', 'subject: Office', 1],
  ])('not where %s', async (_, records, asked, title, apart) => {
    expect(await first(records, asked, title, 'nothing', apart)).toContain(title)
  })
})
