import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byLength } from '../../src/inference/worker/by-length.ts'

test('rows run with rows of like length: each once, and never dearer than all at once', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 1, maxLength: 64 })
  fc.assert(
    fc.property(lengths, (list) => {
      const runs = byLength(list)
      expect(runs.flat().sort((a, b) => a - b)).toEqual(list.map((_, i) => i))
      const cost = (run: readonly number[]) => 8 + run.length * Math.max(...run.map((i) => list[i] as number))
      const all = runs.reduce((sum, run) => sum + cost(run), 0)
      expect(all).toBeLessThanOrEqual(cost(list.map((_, i) => i)))
    }),
  )
  expect(byLength([9, 31, 9, 30, 10])).toHaveLength(2)
  expect(byLength([30, 31, 30])).toHaveLength(1)
})
