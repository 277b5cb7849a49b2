import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { majorityVote, weightedVote } from '../../src/merge/index.ts'
import { linUcb, thompson } from '../../src/routing/index.ts'

/** What an option of another kind may be, from JavaScript. */
const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const WRONG: readonly unknown[] = [
  Number.NaN,
  -1,
  10n,
  Symbol('s'),
  null,
  [1],
  Object.create(null),
  revoked(),
]

const Num = z.number()
const one = (name = 'one', more: object = {}) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n, ...more })
const start = pipeline('p', Num)
const fan = (options: object, join: object = {}) =>
  start.fan({ a: one('a'), b: one('b') }, options as never).merge(() => 1, join as never)
const actor = (more: object) => defineActor({ name: 'a', on: { x: () => 1 }, ...more } as never)

/** By path: what takes the option there. */
const OPTIONS: readonly [path: string, take: (value: never) => unknown][] = [
  ['a.mailbox.sizeOf', (sizeOf) => actor({ mailbox: { sizeOf } })],
  ['a.mailbox.bytes', (bytes) => actor({ mailbox: { bytes, sizeOf: () => 1 } })],
  ['a.mailbox.capacity', (capacity) => actor({ mailbox: { capacity } })],
  ['a.supervision.on', (on) => actor({ supervision: { on } })],
  ['a.retry.backoff', (backoff) => actor({ retry: { backoff: [backoff] } })],
  ['one.models', (models) => one('one', { models })],
  ['p.name', (name) => start.to(one(), { name: name ?? '' })],
  ['p.name', (name) => start.map((n) => n, { name: name ?? '' })],
  ['p.loop.onMax', (onMax) => start.loop(one(), { until: () => true, max: 1, onMax })],
  ['p.one.mailbox.capacity', (capacity) => start.to(one(), { mailbox: { capacity } })],
  ['p.fan.weights', (weights) => fan({ weights })],
  ['p.fan.policies', (policies) => fan({ policies })],
  ['p.fan.route', (route) => fan({ route })],
  ['p.merge.onMissing', (onMissing) => fan({}, { onMissing })],
  ['p.merge.onMissing.default', (value) => fan({}, { onMissing: { default: value } })],
  ['thompson.frozen', (frozen) => thompson({ frozen })],
  ['linUcb.frozen', (frozen) => linUcb({ features: () => [1], dimensions: 1, frozen })],
  ['weightedVote.by', (by) => weightedVote({ by })],
  ['majorityVote.by', (by) => majorityVote({ by })],
  ['p.retryBudget.share', (share) => pipeline('p', Num, { retryBudget: { share, minPerSecond: 1 } })],
]
// An empty object of named things is right.
const isEmpty = (value: unknown) => {
  try {
    return Object.keys(value as object).length === 0 && Object.getPrototypeOf(value) === null
  } catch {
    return false
  }
}

test.each(OPTIONS)('[G110] what is no %s is refused there', (path, take) => {
  for (const wrong of WRONG) {
    const named = /\.(on|models|weights|policies|default)$/.test(path)
    if (named && isEmpty(wrong)) continue
    let error: unknown
    try {
      take(wrong as never)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'invalid-argument', remedy: expect.any(String) })
    expect((error as { path: string }).path.startsWith(path)).toBe(true)
  }
})

test('[G110] the options of a vote and of an optional branch are known by name', () => {
  expect(() => weightedVote({ bye: () => 1 } as never)).toThrow("nearest is 'by'")
  expect(() => fan({ optional: { a: { worth: 2, wort: 1 } } })).toThrow("nearest is 'worth'")
})

test('[G110] how a child is supervised, and what is sent later, are checked at once', async () => {
  await using system = createSystem({ log: false })
  const A = defineActor({ name: 'a', on: { x: () => 1 } })
  const a = system.spawn(A)
  for (const options of [{ restart: 'allways' }, { restart: 1 }, { significant: 'yes' }])
    expect(() => system.spawn(A, options as never)).toThrow(/spawn\.(restart|significant)/)
  const B = defineActor({
    name: 'b',
    on: {
      later(ctx, options: object) {
        ctx.schedule(1, a, 'x', undefined, options)
      },
    },
  })
  const b = system.spawn(B, { name: 'b' })
  for (const options of [{ priority: 99 }, { timeout: 'soon' }, { trace: 'x' }])
    await expect(b.ask('later', options)).rejects.toMatchObject({
      code: 'handler-failed',
      cause: { code: 'invalid-argument' },
    })
  expect(() => system.spawn(A, { restart: 'temporary', significant: true })).not.toThrow()
})

test('[G110] a signal that cannot be read is refused by its path', async () => {
  await using system = createSystem({ log: false })
  const running = await system.run(start.to(one()))
  const refused = { code: 'invalid-argument', path: 'p.signal' }
  await expect(running.ask(1, { signal: revoked() as never })).rejects.toMatchObject(refused)
})
