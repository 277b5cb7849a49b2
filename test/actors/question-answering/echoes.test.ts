import { describe, expect, it } from 'vitest'
import { byEcho } from '../../../actors/question-answering/answering/echoes.ts'
import { firstBy } from './voted.ts'

const TICKETS = JSON.stringify([
  { id: 30, customer: 'Oak School', status: 'solved', agent: 'Jonas', fix: 'Their filter blocked us.' },
  { id: 33, customer: 'Elm Dairy', status: 'waiting', agent: 'Pilar', fix: 'None yet.' },
])

/** What answers, where the vote has one field first and the others so many log-odds behind. */
const first = (asked: string, winner: string, next: string, apart = 1) =>
  firstBy(byEcho, 'tickets.json', TICKETS, asked, (own, kind) =>
    kind === 'list' ? -9 : own.includes(winner) ? 0 : own.includes(next) ? -apart : -5,
  )

describe('a field that only repeats the question gives way to what else its record says [G506]', () => {
  it.each([
    ['How was the problem of Oak School solved?', 'status: solved', 'fix: Their', 'filter blocked'],
    ['Who is waiting with Elm Dairy?', 'status: waiting', 'agent: Pilar', 'Pilar'],
  ])('%s', async (asked, winner, next, answer) => {
    expect(await first(asked, winner, next)).toContain(answer)
  })

  it.each([
    ['it is asked which', 'Which ticket is solved?', 'status: solved', 'fix: Their', 1],
    ['it offers the answer', 'Who fixed it, Jonas or Ann?', 'agent: Jonas', 'fix: Their', 1],
    ['it says more', 'How is it solved?', 'fix: Their', 'agent: Jonas', 1],
    ['the next one is far behind', 'How was it solved?', 'status: solved', 'fix: Their', 4],
    ['the next one is of another record', 'How was it solved?', 'status: solved', 'agent: Pilar', 1],
  ])('not where %s', async (_, asked, winner, next, apart) => {
    expect(await first(asked, winner, next, apart)).toContain(winner)
  })
})
