import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { checkJoin, decideJoin, type JoinPolicy } from '../../src/merge/join.ts'

const policy = (over: Partial<JoinPolicy> = {}): JoinPolicy => ({
  expected: ['a', 'b', 'c'],
  quorum: 3,
  graceMs: Number.POSITIVE_INFINITY,
  deadlineMs: Number.POSITIVE_INFINITY,
  ...over,
})
const joinOf = (parts: string[], failed: string[] = []) => {
  const join = { parts: new Map<string, unknown>(), failed: new Map<string, unknown>() }
  for (const name of parts) join.parts.set(name, name)
  for (const name of failed) join.failed.set(name, new Error(name))
  return join
}

test('without a quorum a join waits for all and fails with the first loss', () => {
  expect(decideJoin(joinOf(['a', 'b']), policy(), false)).toBe('wait')
  expect(decideJoin(joinOf(['a', 'b', 'c']), policy(), false)).toBe('merge')
  expect(decideJoin(joinOf(['a'], ['b']), policy(), false)).toBe('fail')
})

test('at the quorum it merges at once, or after its grace', () => {
  expect(decideJoin(joinOf(['a', 'b']), policy({ quorum: 2, graceMs: 0 }), false)).toBe('merge')
  expect(decideJoin(joinOf(['a', 'b']), policy({ quorum: 2, graceMs: 50 }), false)).toBe('grace')
  expect(decideJoin(joinOf(['a', 'b']), policy({ quorum: 2, graceMs: 50 }), true)).toBe('merge')
})

test('when time is up it merges what reached the quorum, else fails', () => {
  expect(decideJoin(joinOf(['a']), policy({ quorum: 1 }), true)).toBe('merge')
  expect(decideJoin(joinOf(['a']), policy({ quorum: 2 }), true)).toBe('fail')
})

test('it never waits once everybody has settled, and never merges below its quorum', () => {
  const names = ['a', 'b', 'c', 'd']
  fc.assert(
    fc.property(
      fc.subarray(names),
      fc.subarray(names),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (came, lost, quorum, up) => {
        const failed = lost.filter((name) => !came.includes(name))
        const verdict = decideJoin(joinOf(came, failed), policy({ expected: names, quorum }), up)
        if (verdict === 'merge') expect(came.length).toBeGreaterThanOrEqual(quorum)
        if (up || came.length + failed.length === names.length) expect(['merge', 'fail']).toContain(verdict)
      },
    ),
  )
})

test('a quorum that can never be reached is refused, with its path', () => {
  expect(() => checkJoin('vote', policy({ quorum: 4 }))).toThrow(InvalidArgumentError)
  expect(() => checkJoin('vote', policy({ quorum: 4 }))).toThrow(/quorum 4 of 3 parts/)
})
