import { expect, test } from 'vitest'
import { fuzzFrames } from './fuzz.ts'

test('frames that nobody should have sent are refused, or mean what their bytes say [G134]', () => {
  const codes = new Set<string>()
  let accepted = 0
  for (let seed = 1; seed <= 10; seed++) {
    const fuzzed = fuzzFrames(seed, 1000)
    accepted += fuzzed.accepted
    for (const code of fuzzed.refused.keys()) codes.add(code)
  }
  expect(accepted).toBeGreaterThan(500)
  expect([...codes].sort()).toEqual([
    'frame-depth',
    'frame-duplicate-key',
    'frame-forbidden-ext',
    'frame-forbidden-key',
    'frame-malformed',
    'frame-truncated',
  ])
}, 60_000)
