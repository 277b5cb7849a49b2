import { describe, expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { byTitle } from '../../../actors/question-answering/answering/titles.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

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
async function first(records: readonly object[], asked: string, title: string, second: string, apart = 1) {
  const bytes = new TextEncoder().encode(records.map((one) => JSON.stringify(one)).join('\n'))
  const parsed = await parse({ file: 'records.jsonl', bytes })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const found = parsed.passages.map((passage) => ({ passage }))
  const textOf = ({ found: at, statement }: Pick<Ballot, 'found' | 'statement'>) => {
    const { start = 0, end = 0 } = parsed.passages[at]?.statements[statement] ?? {}
    return parsed.passages[at]?.text.slice(start, end) ?? ''
  }
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = found
    .flatMap(({ passage }, at) =>
      passage.statements.map(({ kind }, statement): Ballot => {
        const text = textOf({ found: at, statement })
        const score =
          kind === 'list' ? -9 : text.includes(title) ? 0 : text.includes(second) ? -apart : -apart - 0.5
        return { found: at, statement, score, share: 0, marks }
      }),
    )
    .sort((a, b) => b.score - a.score)
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  const [best] = byTitle(question, found, { ballots, disputed: false }).ballots
  return best === undefined ? '' : textOf(best)
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
