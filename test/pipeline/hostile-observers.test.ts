import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, type Pipeline, pipeline } from '../../src/index.ts'
import type { RouteChooser, RoutePolicy } from '../../src/routing/policy.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const anything = {
  '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) },
}

/** A policy of the user's own that always takes the first branch; `own` replaces what goes wrong. */
function ownPolicy(own: Partial<RouteChooser>, open?: () => never): RoutePolicy<number, string> {
  const chooser: RouteChooser = {
    kind: 'own',
    choose: (_branches, _request, into) => into.add(0, 1),
    observe: () => {},
    report: () => [],
    learner: undefined,
    save: () => undefined,
    restore: () => {},
    ...own,
  }
  return { kind: 'own', names: [], open: open ?? (() => chooser), toJSON: () => ({ kind: 'own' }) }
}

function routed(policy: RoutePolicy<number, string>): Pipeline<number, number> {
  return routedAs('routed', policy)
}

function routedAs(name: string, policy: RoutePolicy<number, string>): Pipeline<number, number> {
  return pipeline(name, Num)
    .fan({ a: plus('a', 1), b: plus('b', 2) }, { route: policy as RoutePolicy<number, 'a' | 'b'> })
    .merge(({ a = 0, b = 0 }) => a + b)
}

test('[G109] whatever an observer throws, its run settles with a typed error', async () => {
  await using system = createSystem({ log: false })
  const running = await system.run(pipeline('p', Num).to(plus('a', 1)))
  for (const thrown of [revoked(), Object.create(null), undefined, new Error('observer')]) {
    const onEvent = () => {
      throw thrown
    }
    await expect(running.ask(1, { onEvent })).rejects.toMatchObject({
      code: 'processor-failed',
      path: 'onEvent',
    })
  }
  expect(await running.ask(1)).toBe(2)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('[G109] a step waits for the promise of an observer, also one of another realm, which may reject', async () => {
  await using system = createSystem({ log: false })
  const emits = defineProcessor({
    name: 'emits',
    input: Num,
    output: z.string(),
    process: async (n, ctx) => String(await Promise.resolve(ctx.emit(n)).catch(() => 'rejected')),
  })
  const running = await system.run(pipeline('p', Num).to(emits))
  const foreign = (code: string) => (event: { type: string }) =>
    event.type === 'partial' ? runInNewContext(code) : undefined
  expect(await running.ask(1, { onEvent: foreign("Promise.resolve('waited')") })).toBe('waited')
  expect(await running.ask(1, { onEvent: foreign("Promise.reject('no')") })).toBe('rejected')
})

test('[G109] an input that cannot be asked what it is goes its way', async () => {
  await using system = createSystem({ log: false })
  const look = defineProcessor({ name: 'look', input: anything, output: anything, process: (x) => typeof x })
  const running = await system.run(pipeline('p', anything).to(look))
  expect(await running.ask(revoked())).toBe('object')
  expect((await running.trace(revoked())).value).toBe('object')
  expect(await system.spawn(look).ask(revoked())).toBe('object')
})

test('[G109] a policy of the user that throws, returns a promise, or chooses what is not there fails one run', async () => {
  await using system = createSystem({ log: false })
  const later = async (): Promise<never> => {
    throw new Error('late')
  }
  const wrongs: Partial<RouteChooser>[] = [
    { choose: later as never },
    { observe: later as never },
    { choose: (_branches, _request, into) => into.add(7, 1) },
    {
      choose: (_branches, _request, into) => {
        into.add(0, 1)
        into.add(0, 1)
      },
    },
    {
      choose: () => {
        throw revoked()
      },
    },
  ]
  for (const wrong of wrongs) {
    const running = await system.run(routed(ownPolicy(wrong)))
    await expect(running.ask(1)).rejects.toMatchObject({ code: 'processor-failed' })
    expect(running.inFlight).toBe(0)
    await running.stop()
  }
  // It chooses nothing: what an earlier message chose is not left in its place.
  let first = true
  const once = ownPolicy({
    choose: (_branches, _request, into) => {
      if (first) into.add(0, 1)
      first = false
    },
  })
  const running = await system.run(routed(once))
  expect(await running.ask(1)).toBe(2)
  await expect(running.ask(1)).rejects.toMatchObject({ code: 'no-such-branch' })
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('[G109] a policy that cannot be opened is refused by its path', async () => {
  await using system = createSystem({ log: false })
  const refused = { code: 'invalid-argument', path: 'routed.merge.route' }
  const throws = ownPolicy({}, () => {
    throw revoked()
  })
  await expect(system.run(routed(throws))).rejects.toMatchObject(refused)
  await expect(system.run(routed(ownPolicy({}, (() => undefined) as never)))).rejects.toMatchObject(refused)
})

test('[G109] inputs that begin no iterator, or a name that is a promise, end their job alone', async () => {
  await using system = createSystem({ log: false })
  const running = await system.run(pipeline('p', Num).to(plus('a', 1)))
  const late = async (): Promise<never> => {
    throw new Error('late')
  }
  const job = async (inputs: object, options = {}) => {
    for await (const _ of running.askAll(inputs as number[], options));
  }
  const refused = { code: 'invalid-argument' }
  await expect(job({ [Symbol.asyncIterator]: late })).rejects.toMatchObject(refused)
  await expect(job({ [Symbol.iterator]: () => undefined })).rejects.toMatchObject(refused)
  await expect(job([1], { id: late })).rejects.toMatchObject(refused)
  expect(await running.ask(1)).toBe(2)
})

test('[G109] an error as a value, whose message throws when it is read, becomes a dead letter like any other', async () => {
  await using system = createSystem({ log: false })
  const weird = defineProcessor({
    name: 'weird',
    input: Num,
    output: anything,
    process: () =>
      Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          throw new Error('no message')
        },
      }),
  })
  const refuses = defineProcessor({
    name: 'refuses',
    input: Num,
    output: Num,
    process: (n) => n,
    retry: { attempts: 1 },
  })
  const running = await system.run(
    pipeline('p', Num)
      .to(weird)
      .to(refuses as never),
  )
  const before = Error.prepareStackTrace
  // What `--enable-source-maps` does: formatting a stack reads the error's name and message.
  Error.prepareStackTrace = (error) => String(error)
  try {
    await expect(running.ask(1)).rejects.toMatchObject({ code: 'processor-failed' })
  } finally {
    Error.prepareStackTrace = before
  }
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('[G186] whatever an own policy throws where it is saved, restored, rated or asked why, the caller gets a typed error', async () => {
  for (const thrown of [revoked(), undefined, new Error('own'), Object.create(null)]) {
    const bad = () => {
      throw thrown
    }
    await using system = createSystem({ log: false })
    const learner = { awaits: bad, feedback: bad, why: bad, frozen: false }
    const running = await system.run(routed(ownPolicy({ save: bad, report: bad, restore: bad })))
    const other = await system.run(routedAs('other', ownPolicy({ learner: learner as never })))
    const state = { version: 1, pipeline: 'routed', fans: { merge: { version: 1, kind: 'own' } } }
    const { id } = await other.trace(1)
    for (const call of [
      () => running.routes.save(),
      () => running.routes.report(),
      () => running.routes.restore(state),
      () => other.feedback(id, 1),
      () => other.why(id + 1),
    ])
      expect(call).toThrow(
        expect.objectContaining({ code: 'invalid-argument', path: expect.stringMatching(/^merge\.route\./) }),
      )
    expect(await running.ask(1)).toBe(2)
  }
})

test('[G186] a restore that fails leaves every policy as it was', async () => {
  const states: Record<string, unknown> = {}
  const own = (name: string, fails: boolean): RoutePolicy<number, string> =>
    ownPolicy({
      save: () => ({ version: 1, kind: 'own', state: states[name] }) as never,
      restore: (given) => {
        states[name] = (given as unknown as { state: unknown }).state
        if (fails && states[name] === 'new') throw new Error('half way')
      },
    })
  await using system = createSystem({ log: false })
  const branches = (name: string) => ({
    [`${name}1`]: plus(`${name}1`, 1),
    [`${name}2`]: plus(`${name}2`, 2),
  })
  const running = await system.run(
    pipeline('two', Num)
      .fan(branches('a'), { route: own('first', false) })
      .merge(() => 1, { name: 'first' })
      .fan(branches('b'), { route: own('second', true) })
      .merge(() => 1, { name: 'second' }),
  )
  Object.assign(states, { first: 'old', second: 'old' })
  const saved = running.routes.save()
  const next = { version: 1, kind: 'own', state: 'new' }
  expect(() => running.routes.restore({ ...saved, fans: { first: next, second: next } })).toThrow('half way')
  expect(states).toEqual({ first: 'old', second: 'old' })
})
