import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef, AnyRef } from '../../src/behavior/ref.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import type { SupervisionOptions } from '../../src/ports/supervision.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { NameTakenError, UnknownActorError } from '../../src/system/errors.ts'
import { until } from '../../src/testkit/until.ts'

type Child = ActorRef<{ fail: () => void; n: () => number }>

/** A supervisor with named children; `journal` tells what their instances went through. */
function family(supervision: SupervisionOptions, names: readonly string[]) {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const journal: string[] = []
  const childOf = (name: string) =>
    defineActor({
      name,
      state: () => {
        journal.push(`start ${name}`)
        return { n: 0 }
      },
      signals: {
        stopping: () => {
          journal.push(`stop ${name}`)
        },
      },
      on: {
        fail() {
          throw new Error(`${name} fails`)
        },
        n: (ctx) => ++ctx.state.n,
      },
    })
  const Parent = defineActor({
    name: 'parent',
    supervision,
    on: {
      spawn: (ctx) => names.map((name) => ctx.spawn(childOf(name), { name })),
      stop(ctx) {
        ctx.stopSelf()
      },
    },
  })
  const parent = system.spawn(Parent, { name: 'parent' })
  const ready = async (): Promise<Record<string, Child>> => {
    const asked = parent.ask('spawn')
    await kernel.settle()
    const children = await asked
    return Object.fromEntries(children.map((child, i) => [names[i] as string, child as unknown as Child]))
  }
  return { kernel, system, journal, parent, ready }
}

test('one-for-one restarts the one that crashed, the others keep their state [G21]', async () => {
  const { kernel, journal, ready } = family({}, ['a', 'b'])
  const { a, b } = await ready()
  b?.tell('n')
  a?.kill('test')
  await kernel.advance(100)
  expect(journal).toEqual(['start a', 'start b', 'start a'])
  const n = b?.ask('n')
  await kernel.settle()
  expect(await n).toBe(2)
})

test.each([
  ['one-for-all', ['start a', 'start b', 'start c']],
  ['rest-for-one', ['start b', 'start c']],
] as const)('%s restarts in start order', async (strategy, again) => {
  const { kernel, journal, ready } = family({ strategy }, ['a', 'b', 'c'])
  const { b } = await ready()
  journal.length = 0
  b?.kill('test')
  await kernel.advance(100)
  expect(journal).toEqual(again)
})

test('beyond its intensity the supervisor stops its children and escalates to its own parent [G22]', async () => {
  const { kernel, system, journal, ready, parent } = family({ intensity: { restarts: 2, within: '5s' } }, [
    'a',
    'b',
  ])
  const { a } = await ready()
  const events: RuntimeEvent[] = []
  system.events.subscribe((event) => events.push(event))
  for (let i = 0; i < 3; i++) {
    a?.kill('test')
    await kernel.advance(200)
  }
  expect(journal.slice(2)).toEqual(['start a', 'start a', 'stop b'])
  expect(events.filter((e) => e.type === 'escalate')).toMatchObject([
    { path: 'ganglion/parent', errors: [{ code: 'restart-intensity' }, { code: 'killed' }] },
  ])
  expect(a?.state).toBe('stopped')
  // The root has restarted it, without children.
  expect(parent.states).toEqual(['starting', 'running', 'restarting', 'running'])
  expect(system.paths()).toEqual(['ganglion/parent'])
})

test('failures caused by messages never count, sixteen in a row on distinct messages do [G23]', async () => {
  const { kernel, system, ready } = family({ intensity: { restarts: 0 } }, ['a'])
  const { a } = await ready()
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 15; i++) a?.tell('fail')
    a?.tell('n')
  }
  await kernel.settle()
  expect(a?.state).toBe('running')
  for (let i = 0; i < 16; i++) a?.tell('fail')
  await kernel.settle()
  expect(a?.state).toBe('stopped')
  expect(system.ledger().balanced).toBe(true)
})

test('resume keeps the state, stop ends the child, escalate fails the parent', async () => {
  class Harmless extends Error {
    readonly code = 'harmless'
  }
  class Fatal extends Error {
    readonly code = 'fatal'
  }
  // Found by its class: most give their errors no name of their own.
  class Family extends Error {}
  const kernel = new ManualKernel()
  const system = createSystem({
    kernel,
    supervision: { on: { harmless: 'resume', fatal: 'stop', Family: 'escalate' } },
  })
  const Thrower = defineActor({
    name: 'thrower',
    state: () => ({ n: 0 }),
    on: {
      throw(ctx, error: Error) {
        ctx.state.n += 1
        throw error
      },
      n: (ctx) => ctx.state.n,
    },
  })
  const one = system.spawn(Thrower)
  one.tell('throw', new Harmless())
  const n = one.ask('n')
  await kernel.settle()
  expect(await n).toBe(1)
  one.tell('throw', new Fatal())
  one.tell('n')
  await kernel.settle()
  expect(one.state).toBe('stopped')
  expect(system.deadLetters.list({ reason: 'stopped' })).toMatchObject([{ type: 'n' }])
  const two = system.spawn(Thrower)
  const events: RuntimeEvent[] = []
  system.events.subscribe((event) => events.push(event))
  two.tell('throw', new Family())
  await kernel.settle()
  expect(events.some((event) => event.type === 'escalate' && event.path === 'ganglion')).toBe(true)
  expect(two.state).toBe('stopped')
})

test('a throwing constructor is started again, later and later, and given up at last [G25]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const starts: number[] = []
  const Broken = defineActor({
    name: 'broken',
    state: () => {
      starts.push(kernel.clock.monotonic())
      throw new Error('no database')
    },
    on: { x: () => 1 },
  })
  const broken = system.spawn(Broken)
  const waiting = broken.ask('x').catch((e: unknown) => e)
  await kernel.advance(10_000)
  expect(starts).toHaveLength(4)
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] as number))
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b))
  expect(broken.state).toBe('stopped')
  expect(await waiting).toMatchObject({ code: 'actor-stopped' })
})

test('an asynchronous start holds messages back, and a rejected one is a failed start [G25]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  let tries = 0
  const Slow = defineActor({
    name: 'slow',
    state: () => ({ ready: false }),
    signals: {
      async started(ctx) {
        tries += 1
        await Promise.resolve()
        if (tries === 1) throw new Error('not yet')
        ctx.state.ready = true
      },
    },
    on: { ready: (ctx) => ctx.state.ready },
  })
  const slow = system.spawn(Slow)
  expect(slow.state).toBe('starting')
  const ready = slow.ask('ready')
  await kernel.advance(100)
  expect(await ready).toBe(true)
  expect(slow.states).toEqual(['starting', 'restarting', 'running'])
})

test('a stop goes from the youngest child to the oldest, and waits for work in progress [G26]', async () => {
  const { kernel, journal, ready, parent } = family({}, ['a', 'b', 'c'])
  await ready()
  const stopped = parent.stop()
  await kernel.settle()
  await stopped
  expect(journal.slice(3)).toEqual(['stop c', 'stop b', 'stop a'])
})

test('a handler that does not end holds a stop up for its shutdown time only [G26]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Hanging = defineActor({
    name: 'hanging',
    shutdown: '1s',
    on: { hang: () => new Promise<void>(() => {}) },
  })
  const hanging = system.spawn(Hanging)
  hanging.tell('hang')
  await kernel.settle()
  void hanging.stop()
  await kernel.advance(999)
  expect(hanging.state).toBe('stopping')
  await kernel.advance(10)
  expect(hanging.state).toBe('stopped')
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a watcher hears once of a death, and of one long past; a link dies along [G27]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, supervision: { on: { killed: 'stop', linked: 'stop' } } })
  const heard: string[] = []
  const Mortal = defineActor({ name: 'mortal', on: {} })
  const Watcher = defineActor({
    name: 'watcher',
    on: {
      watch: (ctx, ref: AnyRef) => ctx.watch(ref),
      unwatch: (ctx, ref: AnyRef) => ctx.unwatch(ref),
      link: (ctx, ref: AnyRef) => ctx.link(ref),
    },
    signals: {
      terminated: (_ctx, { ref, error }) => {
        heard.push(`${ref.path} ${(error as { code?: string } | undefined)?.code ?? 'ended'}`)
      },
    },
  })
  const watcher = system.spawn(Watcher, { name: 'watcher' })
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(
    (name) => system.spawn(Mortal, { name }) as unknown as AnyRef & Child,
  )
  for (const ref of [a, b, c]) watcher.tell('watch', ref as AnyRef)
  watcher.tell('unwatch', c as AnyRef)
  await kernel.settle()
  a?.kill('test')
  c?.kill('test')
  void b?.stop()
  await kernel.settle()
  expect(heard).toEqual(['ganglion/a killed', 'ganglion/b ended'])
  watcher.tell('watch', a as AnyRef)
  await kernel.settle()
  expect(heard).toHaveLength(2)
  watcher.tell('watch', c as AnyRef)
  await kernel.settle()
  expect(heard[2]).toBe('ganglion/c killed')
  watcher.tell('link', d as AnyRef)
  await kernel.settle()
  d?.kill('test')
  await kernel.settle()
  expect(watcher.state).toBe('stopped')
  const again = system.spawn(Watcher)
  const refused = again.ask('watch', again as unknown as AnyRef).catch((error: unknown) => error)
  await kernel.settle()
  expect(await refused).toMatchObject({ cause: { code: 'invalid-argument' } })
})

test('a significant child that ends takes its supervisor with it [G27]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Part = defineActor({ name: 'part', on: { end: (ctx) => ctx.stopSelf() } })
  const Whole = defineActor({
    name: 'whole',
    supervision: { autoShutdown: 'any-significant' },
    on: {
      spawn: (ctx) => [ctx.spawn(Part), ctx.spawn(Part, { significant: true })] as const,
    },
  })
  const whole = system.spawn(Whole)
  const spawned = whole.ask('spawn')
  await kernel.settle()
  const [plain, significant] = await spawned
  plain.tell('end')
  await kernel.settle()
  expect(whole.state).toBe('running')
  significant.tell('end')
  await kernel.settle()
  expect(whole.state).toBe('stopped')
})

test('a permanent child that stops itself comes back, a transient one does not', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Ending = defineActor({ name: 'ending', on: { end: (ctx) => ctx.stopSelf() } })
  const permanent = system.spawn(Ending, { restart: 'permanent' })
  const transient = system.spawn(Ending)
  permanent.tell('end')
  transient.tell('end')
  await kernel.advance(100)
  expect(permanent.state).toBe('running')
  expect(transient.state).toBe('stopped')
})

test('names are unique among siblings, and lead to their actor', async () => {
  await using system = createSystem()
  const A = defineActor({ name: 'a', on: { n: () => 1 } })
  const ref = system.spawn(A, { name: 'one' })
  expect(system.find('one')).toBe(ref)
  expect(() => system.spawn(A, { name: 'one' })).toThrow(NameTakenError)
  expect(() => system.spawn(A, { name: 'a/b' })).toThrow(InvalidArgumentError)
  expect(() => system.find('two')).toThrow(UnknownActorError)
  await ref.stop()
  expect(system.spawn(A, { name: 'one' }).path).toBe('ganglion/one')
  expect(() => system.spawn({ kind: 'cat' } as never)).toThrow(InvalidArgumentError)
})

test('a killed handler is fenced off: its context refuses what it still does, and its result is discarded [G2]', async () => {
  await using system = createSystem()
  let finish = (): void => {}
  const late: unknown[] = []
  const A = defineActor({
    name: 'a',
    state: () => ({ n: 0 }),
    on: {
      async slow(ctx, begun: () => void) {
        begun()
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        try {
          ctx.state.n = 99
        } catch (error) {
          late.push((error as { code: string }).code)
        }
      },
      n: (ctx) => ctx.state.n,
    },
  })
  const a = system.spawn(A)
  const begun = new Promise<void>((resolve) => {
    void a.ask('slow', resolve).catch((error: unknown) => late.push((error as { code: string }).code))
  })
  await begun
  a.kill('test')
  finish()
  expect(await a.ask('n')).toBe(0)
  expect(late).toEqual(['handler-failed', 'stale-context'])
  expect(system.ledger().balanced).toBe(true)
})

test.each(['at once', 'later'])(
  'a start that fails %s takes the children that it had spawned with it',
  async (when) => {
    const system = createSystem({ log: false })
    const Child = defineActor({ name: 'child', on: { ping: () => 'pong' } })
    let starts = 0
    const Parent = defineActor({
      name: 'parent',
      signals: {
        started(ctx) {
          starts += 1
          const [first] = ['one', 'two'].map((name) => ctx.spawn(Child, { name }))
          if (first !== undefined) ctx.spawn(Child)
          const failed = new Error(`start ${starts}`)
          if (starts < 3 && when === 'at once') throw failed
          return starts < 3 ? Promise.resolve().then(() => Promise.reject(failed)) : undefined
        },
      },
      on: { starts: () => starts },
    })
    const parent = system.spawn(Parent, { name: 'parent' })
    expect(await parent.ask('starts')).toBe(3)
    expect(system.paths()).toHaveLength(4)
    expect(await system.find('parent/two', Child).ask('ping')).toBe('pong')
    await system.stop()
    expect(system.paths()).toEqual([])
  },
)

test('a child that crashes its parent from within its handler has given its name back when the parent starts again', async () => {
  const starts: string[] = []
  const Kid = defineActor({
    name: 'kid',
    on: {
      end: (_ctx, parent: { kill(reason: string): void }) => parent.kill('by its child'),
      hello: () => 'hello',
    },
  })
  const Parent = defineActor({
    name: 'parent',
    state: () => ({ kid: undefined as ActorRef<unknown> | undefined }),
    on: { kid: (ctx) => ctx.state.kid },
    signals: {
      started(ctx) {
        starts.push('start')
        ctx.state.kid = ctx.spawn(Kid, { name: 'kid' })
      },
    },
  })
  const system = createSystem({ log: false, supervision: { backoff: { min: 0, max: 0 } } })
  const parent = system.spawn(Parent, { name: 'parent' })
  const kid = (await parent.ask('kid')) as unknown as { tell(type: string, body: unknown): void }
  kid.tell('end', parent)
  await until(() => starts.length === 2)
  expect(parent.state).toBe('running')
  expect(
    await (system.find('parent/kid') as unknown as { ask(type: string): Promise<string> }).ask('hello'),
  ).toBe('hello')
  await system.stop()
  expect(starts).toHaveLength(2)
})
