import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { GanglionError } from '../../src/kernel/errors.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { linUcb } from '../../src/routing/bandits/lin-ucb.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import { abTest } from '../../src/routing/policies/ab-test.ts'
import { canary } from '../../src/routing/policies/canary.ts'
import { conditional } from '../../src/routing/policies/conditional.ts'
import { consistentHash } from '../../src/routing/policies/consistent-hash.ts'
import type { RoutePolicy } from '../../src/routing/policy.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import { turns } from '../../src/testkit/until.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })
const sum = (parts: object) => Object.values(parts).reduce((a: number, b) => a + ((b as number) ?? 0), 0)

/** Resolves once the process has warned of something of ours. */
const warned = (): Promise<Error> =>
  new Promise((resolve) => {
    const hear = (warning: Error): void => {
      if (warning.name !== 'GanglionWarning') return
      process.off('warning', hear)
      resolve(warning)
    }
    process.on('warning', hear)
  })

/** An error that nobody can read. */
const unreadable = () =>
  Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new TypeError('no message')
    },
  })
/** A value that can't be looked at as a promise. */
const trap = () => ({
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  get then(): never {
    throw new TypeError('no then')
  },
})

/** What goes wrong with `bad` only: the run of that input fails with an error of ours, and others are answered. */
async function failsAlone(
  system: ActorSystem,
  running: { ask(n: number): Promise<unknown>; readonly inFlight: number },
  bad: number,
  good: number,
): Promise<GanglionError> {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  try {
    const others = running.ask(good)
    const error = await running.ask(bad).then(
      (value) => Promise.reject(new Error(`answered ${String(value)}`)),
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(GanglionError)
    await others
    await running.ask(good)
    await turns(3)
    expect(running.inFlight).toBe(0)
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
    expect(unhandled).toEqual([])
    return error as GanglionError
  } finally {
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
  }
}

test('a reward rule that throws fails its run alone', async () => {
  await using system = createSystem()
  let bad = false
  const reward = {
    kind: 'mine',
    reward: () => {
      if (bad) throw new Error('no reward')
      return 1
    },
  }
  const noted = defineProcessor({
    name: 'a',
    input: Num,
    output: Num,
    process: (n) => {
      bad = n === 13
      return n
    },
  })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: noted }, { route: thompson({ reward }) })
      .merge(sum),
  )
  const error = await failsAlone(system, running, 13, 1)
  expect(error).toMatchObject({ code: 'processor-failed', path: 'a', cause: { message: 'no reward' } })
})

test('a canary whose callback throws is rolled back anyway, and one run fails of it', async () => {
  await using system = createSystem()
  const route = canary({
    stable: 'a',
    canary: 'b',
    share: 1,
    window: 1,
    onRollback: () => {
      throw new Error('no alert')
    },
  })
  const broken = defineProcessor({
    name: 'b',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: (n) => {
      if (n === 13) throw new Error('broken')
      return n
    },
  })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 100), b: broken }, { route })
      .merge(sum),
  )
  const error = await failsAlone(system, running, 13, 1)
  expect(error).toMatchObject({ code: 'processor-failed', cause: { message: 'no alert' } })
  expect(await running.ask(1)).toBe(101)
})

test('votes that can not be read fail their run alone', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 0) })
      .merge(({ a }) =>
        Object.defineProperty({}, 'votes', {
          get() {
            if (a === 13) throw new Error('no votes')
          },
        }),
      ),
  )
  const error = await failsAlone(system, running, 13, 1)
  expect(error).toMatchObject({ code: 'processor-failed', path: 'merge', cause: { message: 'no votes' } })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  [
    'throws nothing at all',
    () => {
      throw undefined
    },
  ],
  [
    'throws what can not be read',
    () => {
      throw unreadable()
    },
  ],
  ['rejects with what can not be read', () => Promise.reject(unreadable())],
  ['gives what has a then that throws', () => trap()],
  ['gives a promise of what has a then that throws', async () => trap()],
])('a map, a merge, a selector, a condition that %s fails its run alone', async (_what, fails) => {
  await using system = createSystem()
  const f = (n: number) => (n === 13 ? (fails() as never) : n)
  const shapes = {
    map: pipeline('map', Num).map(f),
    merge: pipeline('merge', Num)
      .fan({ a: plus('a', 0) })
      .merge(({ a }) => f(a)),
    select: pipeline('select', Num).branch((n) => (n === 13 ? (fails() as never) : 'a'), { a: plus('a', 0) }),
    until: pipeline('until', Num).loop(plus('a', 0), {
      max: 2,
      until: (n) => (n === 13 ? (fails() as never) : true),
    }),
  }
  for (const shape of Object.values(shapes)) await failsAlone(system, await system.run(shape as never), 13, 1)
})

test('a tap whose error can not be read changes nothing', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num).tap(() => {
      throw unreadable()
    }),
  )
  expect(await running.ask(1)).toBe(1)
})

test('a choice, or a condition, that is a promise is refused and never left to reject alone', async () => {
  await using system = createSystem()
  const later = async (n: number) => {
    if (n === 13) throw new Error('late')
    return true
  }
  const branch = await system.run(
    pipeline('branch', Num).branch((n) => (n === 13 ? (later(n) as never) : 'a'), {
      a: plus('a', 0),
      otherwise: plus('b', 0),
    }),
  )
  const error = await failsAlone(system, branch, 13, 1)
  expect(error.cause).toMatchObject({ code: 'invalid-argument', path: 'branch' })
})

test('an observer that throws nothing at all fails its run, and does not answer it', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(plus('a', 1)))
  const onEvent = () => {
    throw undefined
  }
  await expect(running.ask(1, { onEvent })).rejects.toMatchObject({
    code: 'processor-failed',
    path: 'onEvent',
  })
  expect(await running.ask(1)).toBe(2)
})

/** Whatever it is asked, it throws. */
const hostile = (): object => {
  const no = (): never => {
    throw new TypeError('not for you')
  }
  return new Proxy({}, { getPrototypeOf: no, has: no, ownKeys: no, getOwnPropertyDescriptor: no })
}
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const throws = (make: () => unknown) => (): never => {
  throw make()
}

test.each([
  ['a revoked proxy', revoked],
  ['a proxy that answers nothing', hostile],
  ['an object without a prototype', () => Object.create(null)],
])('a function of a step that throws %s fails its run alone [G48]', async (_what, make) => {
  const bad = (n: number): number => (n === 1 ? throws(make)() : n)
  const step = defineProcessor({ name: 'step', input: Num, output: Num, process: bad })
  const pipelines = [
    pipeline('map', Num).map(bad),
    pipeline('processor', Num).to(step),
    pipeline('branch', Num).branch((n) => (bad(n) > 0 ? 'a' : 'a'), { a: plus('a', 0) }),
    pipeline('loop', Num).loop(plus('b', 0), { until: (n) => bad(n) > 0, max: 3 }),
    pipeline('merge', Num)
      .fan({ a: plus('a', 0), b: plus('b', 0) })
      .merge(({ a }) => bad(a)),
    pipeline('route', Num)
      .fan(
        { a: plus('a', 0), b: plus('b', 0) },
        { route: conditional({ a: (n: number) => bad(n) > 0, b: () => true }) },
      )
      .merge(({ a }) => a),
  ]
  for (const p of pipelines) {
    const system = createSystem({ log: false })
    await failsAlone(system, await system.run(p as Pipeline<number, unknown>), 1, 2)
    await system.stop()
  }
})

test('the value of a step is forwarded as it is, even if nobody can look at it', async () => {
  const system = createSystem({ log: false })
  const made = hostile()
  const step = defineProcessor({ name: 'step', input: z.any(), output: z.any(), process: () => made })
  const alone = system.spawn(step)
  expect((await alone.ask(1)) === made).toBe(true)
  const running = await system.run(
    pipeline('p', Num)
      .to(step)
      .map((value) => value),
  )
  expect((await running.ask(1)) === made).toBe(true)
  expect(system.ledger().balanced).toBe(true)
  await system.stop()
})

test('a schema may give a promise of another library', async () => {
  const system = createSystem({ log: false })
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'another',
      validate: (value: unknown) =>
        Object.defineProperty({}, 'then', {
          value: (done: (result: unknown) => void) => done({ value: [value] }),
        }) as Promise<{ value: unknown }>,
    },
  }
  const step = system.spawn(
    defineProcessor({ name: 'step', input: schema, output: z.any(), process: (x) => x }),
  )
  expect(await step.ask(1)).toEqual([1])
  await system.stop()
})

test('a canary whose alert rejects is rolled back, told as a warning, and no run fails of it', async () => {
  await using system = createSystem({ log: false })
  const route = canary({
    stable: 'a',
    canary: 'b',
    share: 1,
    window: 1,
    onRollback: async () => {
      throw new Error('no alert')
    },
  })
  const broken = defineProcessor({
    name: 'b',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: () => {
      throw new Error('broken')
    },
  })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 100), b: broken }, { route })
      .merge(sum),
  )
  const warning = warned()
  const error = await failsAlone(system, running, 13, 1).catch((failed: unknown) => failed)
  // The canary's own failure is what the first run fails of.
  expect(error).toMatchObject({ code: 'processor-failed', path: 'merge', cause: { code: 'quorum-missed' } })
  expect((await warning).message).toMatch(/p\.merge.*no alert/)
  expect(await running.ask(1)).toBe(101)
})

test.each([
  ['a condition', conditional<number, 'a' | 'b'>({ a: later as never, b: () => true })],
  ['a key of an experiment', abTest({ a: 0.5, b: 0.5 }, { key: later as never })],
  ['a key of a hash', consistentHash({ key: later as never })],
  ['features', linUcb({ dimensions: 1, features: later as never })],
  ['a reward rule', thompson({ reward: { kind: 'mine', reward: (() => later(13)) as never } })],
])('%s that is a promise fails its run, and its rejection ends no process', async (_what, route) => {
  await using system = createSystem({ log: false })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 0), b: plus('b', 0) }, { route: route as RoutePolicy<number, 'a' | 'b'> })
      .merge(sum),
  )
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  await expect(running.ask(13)).rejects.toMatchObject({
    code: 'processor-failed',
    cause: { code: 'invalid-argument', path: 'p.merge' },
  })
  await turns(3)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

async function later(n: number): Promise<boolean> {
  await undefined
  if (n === 13) throw new Error('late')
  return true
}

test('a step that loses a message before an attempt says so, and why', async () => {
  await using system = createSystem({ log: false })
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const slow = defineProcessor({
    name: 'slow',
    input: Num,
    output: Num,
    mailbox: { capacity: 1, overflow: 'drop-oldest' },
    process: async (n) => {
      await gate
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(slow))
  const runs = [1, 2, 3].map((n) => running.ask(n).catch((error: unknown) => error))
  await turns(3)
  open()
  const error = (await Promise.all(runs)).find((value) => value instanceof Error)
  expect(error).toMatchObject({ code: 'processor-failed', attempts: 0, cause: { code: 'mailbox-full' } })
  expect((error as Error).message).toMatch(/'slow' lost its message before an attempt: .*is full/)
})
