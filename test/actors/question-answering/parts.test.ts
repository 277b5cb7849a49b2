import { describe, expect, it } from 'vitest'
import { byPart } from '../../../actors/question-answering/answering/parts.ts'
import { firstBy } from './voted.ts'

const ORDERS = JSON.stringify([
  {
    id: 5502,
    customer: { name: 'Nadia Brandt', city: 'Kiel' },
    shipping: { carrier: 'Nord', tracking: 'NF62' },
  },
  {
    id: 5503,
    customer: { name: 'Nadia Kowal', city: 'Gdansk' },
    shipping: { carrier: 'Nord', tracking: 'NF01' },
  },
])

/** What answers, where the vote has one field first and the others so many log-odds behind. */
const first = (asked: string, winner: string, next: string, apart = 4) =>
  firstBy(byPart, 'orders.json', ORDERS, asked, (own, kind) =>
    kind === 'list' ? -9 : own.includes(winner) ? 0 : own.includes(next) ? -apart : -8,
  )

describe('a field of the record that is named, called by its key, goes before one that only has the name [G515]', () => {
  it.each([
    [
      'What is the tracking number of the order from Nadia Brandt?',
      'Brandt',
      '5502 · shipping · tracking',
      'NF62',
    ],
    ['Which carrier has the order of Nadia Kowal?', 'Kowal', '5503 · shipping · carrier', 'Nord'],
  ])('%s', async (asked, winner, next, answer) => {
    expect(await first(asked, winner, next)).toContain(answer)
  })

  it.each([
    ['the winner is asked for', 'In which city is Nadia Brandt?', 'Brandt', '5502 · shipping · tracking', 1],
    [
      'the other is of another record',
      'Which tracking has Nadia Brandt?',
      'Brandt',
      '5503 · shipping · tracking',
      1,
    ],
    ['it is far behind', 'Which tracking has Nadia Brandt?', 'Brandt', '5502 · shipping · tracking', 6],
  ])('not where %s', async (_, asked, winner, next, apart) => {
    expect(await first(asked, winner, next, apart)).toContain(winner)
  })
})
