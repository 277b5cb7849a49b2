import { expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { z } from 'zod'
import {
  createSystem,
  defineActor,
  defineProcessor,
  fromMachine,
  pipeline,
  platformKernel,
  resilience,
  thompson,
  weightedVote,
} from '../../src/index.ts'
import { Aggregator, reciprocalRank } from '../../src/merge/index.ts'
import { createTestSystem } from '../../src/testkit/index.ts'

const Num = z.number()
const one = (more: object = {}) =>
  defineProcessor({ name: 'one', input: Num, output: Num, process: (n: number) => n, ...more })
const actor = (more: object) => defineActor({ name: 'a', on: { x: () => 1 }, ...more } as never)
const start = pipeline('p', Num)
const fan = (options: object, join: object = {}) =>
  start.fan({ a: one() }, options as never).merge(() => 1, join as never)

/** By the path of what takes them: options, each given as null. */
const TAKERS: readonly [path: string, options: string, take: (given: never) => unknown][] = [
  [
    'createSystem',
    'name kernel inference serializeMessages deadLetterCapacity deadLetterBytes askTimeout context log supervision journal',
    (given) => createSystem(given),
  ],
  ['createTestSystem', 'seed name askTimeout', (given) => createTestSystem(given)],
  [
    'a',
    'state on states initial signals mailbox retry timeout supervision restart reentrant durable',
    (given) => actor(given),
  ],
  ['a.mailbox', 'capacity bytes sizeOf overflow stash ttl', (mailbox) => actor({ mailbox })],
  ['a.retry', 'attempts backoff skipAhead', (retry) => actor({ retry })],
  ['a.supervision', 'strategy intensity backoff on autoShutdown', (supervision) => actor({ supervision })],
  ['one', 'models mailbox retry timeout concurrency', (given) => one(given)],
  ['one.retry', 'attempts backoff', (retry) => one({ retry })],
  ['one.mailbox', 'capacity overflow', (mailbox) => one({ mailbox })],
  ['p', 'timeout maxInFlight history admission retryBudget', (given) => pipeline('p', Num, given)],
  ['p.one', 'name retry timeout mailbox concurrency replicas', (given) => start.to(one(), given)],
  ['p.fan', 'weights policies route optional', (given) => fan(given)],
  ['p.merge', 'name quorum grace onMissing', (join) => fan({}, join)],
  [
    'p.loop',
    'name onMax while',
    (given: object) => start.loop(one(), { until: () => true, max: 1, ...given }),
  ],
  ['p.map', 'name', (given) => start.map((n) => n, given)],
  ['thompson', 'prior frozen', (given) => thompson(given)],
  ['weightedVote', 'by', (given) => weightedVote(given)],
  ['reciprocalRank', 'k by', (given) => reciprocalRank(given)],
  [
    'resilience',
    'retry breaker timeout bulkhead rateLimit',
    (given: object) => resilience(platformKernel(), { name: 'r', ...given }),
  ],
  ['fromMachine', 'name snapshot', (given) => fromMachine(createMachine({}), given)],
]

test.each(TAKERS)('[G185] an option of %s that is null is refused by its path', (path, options, take) => {
  for (const option of options.split(' ')) {
    const error = caught(() => take({ [option]: null } as never))
    expect(error, `${path}.${option}`).toMatchObject({ code: 'invalid-argument', remedy: expect.any(String) })
    expect((error as { path: string }).path.split('.').at(-1)).toBe(option)
  }
})

test('[G185] so is one of a call, and one that cannot be read', async () => {
  await using system = createSystem({ log: false })
  const ref = system.spawn(defineActor({ name: 'a', on: { x: () => 1 } }), { name: 'a' })
  const running = await system.run(start.to(one()))
  const unreadable = {
    get timeout(): number {
      throw new Error('no')
    },
  }
  for (const options of [{ timeout: null }, { orderKey: null }, { priority: null }, unreadable]) {
    const refused = expect.objectContaining({ code: 'invalid-argument' })
    expect(() => ref.tell('x', undefined, options as never)).toThrow(refused)
    await expect(ref.ask('x', undefined, options as never)).rejects.toEqual(refused)
    await expect(ref.offer('x', undefined, options as never)).rejects.toEqual(refused)
    await expect(running.ask(1, options as never)).rejects.toEqual(refused)
  }
})

test('[G185] what may be null stays null', async () => {
  await using system = createSystem({ log: false })
  const params = defineProcessor({
    name: 'params',
    input: Num,
    output: z.null(),
    params: null,
    process: (_n, ctx) => ctx.params,
  })
  expect(await system.spawn(params).ask(1)).toBeNull()
  expect(() => defineActor({ name: 'a', messages: null as never, on: {} })).not.toThrow()
})

test('[G110] what listens, looks up, filters and replays is checked where it is given', async () => {
  await using system = createSystem({ log: false })
  const running = await system.run(start.to(one()))
  const trace = await running.trace(1)
  const refused = (path: string) => expect.objectContaining({ code: 'invalid-argument', path })
  for (const wrong of [null, undefined, {}, Symbol('s'), Object.create(null), revoked()] as never[]) {
    expect(() => system.events.subscribe(wrong)).toThrow(refused('events.subscribe'))
    await expect(running.replay(trace, { from: wrong })).rejects.toEqual(refused('p.replay.from'))
    if (wrong === undefined) continue
    expect(() => system.deadLetters.list({ limit: wrong })).toThrow(/limit/)
    expect(() => system.deadLetters.list({ recipient: wrong })).toThrow(/recipient/)
    expect(() => system.deadLetters.replay({ replaysMax: wrong })).toThrow(/replaysMax/)
    expect(() => system.find('a', wrong)).toThrow(refused('definition'))
  }
  // An actor still starts: no listener that can't be called was taken.
  expect(await system.spawn(one()).ask(1)).toBe(1)
})

test('[G110] a step needs a function or an object of steps, and is refused where it is given', () => {
  const refused = (path: string) => expect.objectContaining({ code: 'invalid-argument', path })
  for (const wrong of [null, 5, 'x', {}, []] as never[]) {
    expect(() => start.map(wrong)).toThrow(refused('p.map'))
    expect(() => start.tap(wrong)).toThrow(refused('p.tap'))
    expect(() => start.branch(wrong, { a: one() })).toThrow(refused('p.branch'))
    expect(() => start.fan({ a: one() }).merge(wrong)).toThrow(refused('p.merge'))
  }
  for (const wrong of [null, undefined, 5, []] as never[])
    expect(() => start.fan(wrong).merge(() => 1)).toThrow(refused('p.fan'))
  expect(() => new Aggregator(null as never)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})

test('[G110] what is no snapshot of a machine is refused where it is given', () => {
  const machine = createMachine({ initial: 'on', states: { on: {} } })
  for (const wrong of [1, 'x', [], {}, { value: 'on' }, { status: 'active' }, revoked()] as never[])
    expect(() => fromMachine(machine, { snapshot: wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'fromMachine.snapshot' }),
    )
  const stored = { status: 'active', value: 'on', context: {}, children: {}, historyValue: {} }
  expect(() => fromMachine(machine, { snapshot: stored as never })).not.toThrow()
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
