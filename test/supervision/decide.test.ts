import fc from 'fast-check'
import { expect, test } from 'vitest'
import { supervisionPolicy } from '../../src/behavior/supervision-policy.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { backoffDelay } from '../../src/supervision/backoff.ts'
import { decide, type Failure } from '../../src/supervision/decide.ts'
import { addRestart } from '../../src/supervision/restart-intensity.ts'
import { restartSet } from '../../src/supervision/restart-strategy.ts'

const crash: Failure = { kind: 'crash', mode: 'permanent', tag: undefined, name: undefined }
const policy = supervisionPolicy({}, 's')

test('three restarts within five seconds are borne, the fourth escalates [G22]', () => {
  let window: readonly number[] = []
  const directives = [0, 1000, 2000, 3000].map((now) => {
    const decision = decide(policy, window, crash, now, 0)
    window = decision.window
    return decision.directive
  })
  expect(directives).toEqual(['restart', 'restart', 'restart', 'escalate'])
  expect(decide(policy, [0, 1000, 2000], crash, 5000, 0)).toMatchObject({ directive: 'restart' })
})

test('failures caused by a message never count, a row of them does [G23]', () => {
  const message: Failure = { ...crash, kind: 'message' }
  expect(decide(policy, [1, 2, 3], message, 4, 0)).toMatchObject({
    directive: 'restart',
    window: [1, 2, 3],
    delayMs: 0,
  })
  expect(decide(policy, [1, 2, 3], { ...crash, kind: 'row' }, 4, 0)).toMatchObject({
    directive: 'escalate',
    exceeded: true,
  })
})

test('the error tag decides, by code first, then by class name', () => {
  const tagged = supervisionPolicy({ on: { 'db-down': 'escalate', TypeError: 'resume', fatal: 'stop' } }, 's')
  const by = (tag: string | undefined, name: string) =>
    decide(tagged, [], { kind: 'message', mode: 'permanent', tag, name }, 0, 0).directive
  expect(by('db-down', 'Error')).toBe('escalate')
  expect(by(undefined, 'TypeError')).toBe('resume')
  expect(by('fatal', 'TypeError')).toBe('stop')
  expect(by('other', 'Error')).toBe('restart')
  // There is no instance to resume after a failed start.
  expect(
    decide(tagged, [], { kind: 'start', mode: 'permanent', tag: undefined, name: 'TypeError' }, 0, 0)
      .directive,
  ).toBe('restart')
})

test('a temporary child is never restarted, a permanent one even after a normal end', () => {
  expect(decide(policy, [], { ...crash, mode: 'temporary' }, 0, 0).directive).toBe('stop')
  const exit: Failure = { ...crash, kind: 'exit' }
  expect(decide(policy, [], exit, 0, 0).directive).toBe('restart')
  expect(decide(policy, [], { ...exit, mode: 'transient' }, 0, 0).directive).toBe('stop')
})

test('restarts within the window come later and later, jittered within half of the delay [G24]', () => {
  const many = supervisionPolicy({ intensity: { restarts: 20 }, backoff: { min: '100ms', max: '1s' } }, 's')
  const delay = (n: number, jitter: number) => decide(many, new Array(n).fill(0), crash, 1, jitter).delayMs
  expect([0, 1, 2, 3, 4, 5].map((n) => delay(n, 0))).toEqual([50, 100, 200, 400, 500, 500])
  expect(delay(1, 0.5)).toBe(150)
})

test('a window never holds more than lies within it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000 })),
      fc.integer({ min: 0, max: 5 }),
      (gaps, restarts) => {
        let now = 0
        let window: readonly number[] = []
        for (const gap of gaps) {
          now += gap
          const verdict = addRestart(window, now, { restarts, withinMs: 5000 })
          window = verdict.window
          expect(window.every((at) => now - at < 5000)).toBe(true)
          expect(verdict.allowed).toBe(window.length <= restarts)
        }
      },
    ),
  )
})

test('who restarts with whom [G21]', () => {
  const children = ['a', 'b', 'c']
  expect(restartSet('one-for-one', children, 'b')).toEqual(['b'])
  expect(restartSet('one-for-all', children, 'b')).toEqual(['a', 'b', 'c'])
  expect(restartSet('rest-for-one', children, 'b')).toEqual(['b', 'c'])
})

test('retry delays repeat the last, with equal jitter [G24]', () => {
  const random = { next: () => 0.5, integer: () => 0 }
  expect([1, 2, 3].map((n) => backoffDelay([50, 200], n, random))).toEqual([37.5, 150, 150])
  expect(backoffDelay([], 1, random)).toBe(0)
})

test.each([
  [{ strategy: 'two-for-one' as never }, 's.strategy'],
  [{ intensity: { restarts: -1 } }, 's.intensity.restarts'],
  [{ intensity: { within: '5 parsecs' } }, 's.intensity.within'],
  [{ on: { x: 'explode' as never } }, 's.on.x'],
  [{ failuresInARow: 0 }, 's.failuresInARow'],
])('%o is refused with its path', (options, path) => {
  expect(() => supervisionPolicy(options, 's')).toThrow(InvalidArgumentError)
  expect(() => supervisionPolicy(options, 's')).toThrow(expect.objectContaining({ path }) as Error)
})
