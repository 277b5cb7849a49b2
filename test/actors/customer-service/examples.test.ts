import { expect, test } from 'vitest'
import { evenly } from '../../../actors/customer-service/intents/evenly.ts'

const of = (intent: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `${intent} ${i}`, intent }))
const counted = (rows: readonly { readonly intent: string }[]) => {
  const counts: Record<string, number> = {}
  for (const { intent } of rows) counts[intent] = (counts[intent] ?? 0) + 1
  return counts
}

test('[G211] of too many examples the large intents give some up, evenly over their rows', () => {
  const all = [...of('large', 1_000), ...of('middle', 60), ...of('small', 3)]
  expect(evenly(all, 2_000)).toBe(all)
  const some = evenly(all, 103)
  expect(counted(some)).toEqual({ large: 50, middle: 50, small: 3 })
  const large = some.filter(({ intent }) => intent === 'large').map(({ text }) => Number(text.slice(6)))
  expect(large.slice(0, 3)).toEqual([19, 39, 59])
  expect(counted(evenly(all, 500))).toEqual({ large: 437, middle: 60, small: 3 })
  expect(counted(evenly(of('one', 7), 5))).toEqual({ one: 5 })
})
