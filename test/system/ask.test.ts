import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef } from '../../src/behavior/ref.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { MailboxFullError } from '../../src/mailbox/errors.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import {
  ActorStoppedError,
  AskCancelledError,
  AskTimeoutError,
  CallCycleError,
  HandlerFailedError,
  SystemStoppedError,
  UnhandledMessageError,
} from '../../src/system/errors.ts'
import { turns, until } from '../../src/testkit/until.ts'

const Worker = defineActor({
  name: 'worker',
  mailbox: { capacity: 2 },
  on: {
    echo: (_ctx, text: string) => text,
    hang: (_ctx, started: () => void) =>
      new Promise<void>(() => {
        started()
      }),
    early(ctx) {
      ctx.reply('early')
    },
    twice(ctx) {
      ctx.reply(1)
      ctx.reply(2)
    },
    fail() {
      throw new TypeError('no')
    },
    async failLater() {
      await Promise.resolve()
      throw new TypeError('later')
    },
    aborted: (ctx, heard: (why: unknown) => void) =>
      new Promise<void>((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          heard(ctx.signal.reason)
          resolve()
        })
      }),
  },
})

test('a timeout names recipient and message, and says where the time went [G14]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const worker = system.spawn(Worker, { name: 'w' })
  const running = worker.ask('hang', () => {}, { timeout: '100ms' }).catch((error: unknown) => error)
  await kernel.advance(40)
  const queued = worker.ask('echo', 'x', { timeout: '50ms' }).catch((error: unknown) => error)
  await kernel.advance(200)
  const first = (await running) as AskTimeoutError
  expect(first).toBeInstanceOf(AskTimeoutError)
  expect(first).toMatchObject({ code: 'ask-timeout', path: 'ganglion/w', value: 100 })
  expect(first.report).toEqual({
    recipient: 'ganglion/w',
    message: 'hang',
    timeoutMs: 100,
    queueMs: 0,
    runMs: 100,
  })
  expect(((await queued) as AskTimeoutError).report).toMatchObject({ queueMs: 50, runMs: 0 })
  worker.kill('it hangs')
  await kernel.advance(100)
  expect(system.deadLetters.list().map((letter) => [letter.type, letter.reason])).toEqual([
    ['hang', 'failed'],
    ['echo', 'expired'],
  ])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a failing handler rejects the ask with its error as cause [G13]', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  for (const type of ['fail', 'failLater'] as const) {
    const error = await worker.ask(type).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(HandlerFailedError)
    expect((error as HandlerFailedError).cause).toBeInstanceOf(TypeError)
  }
})

test('an ask that nobody handles, that finds no room, or whose actor stops, settles [G13]', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  const loose = worker as unknown as ActorRef<{ nope: () => void }>
  await expect(loose.ask('nope')).rejects.toBeInstanceOf(UnhandledMessageError)
  let started = (): void => {}
  const begun = new Promise<void>((resolve) => {
    started = resolve
  })
  const hanging = worker.ask('hang', started)
  await begun
  const waiting = [worker.ask('echo', 'a'), worker.ask('echo', 'b')]
  const refused = await worker.ask('echo', 'c').catch((e: unknown) => e)
  expect(refused).toBeInstanceOf(MailboxFullError)
  expect((refused as MailboxFullError).undelivered).toEqual({ type: 'echo', body: 'c' })
  const outcomes = Promise.allSettled([hanging, ...waiting])
  await system.stop({ drain: 0 })
  for (const outcome of await outcomes) expect(outcome.status).toBe('rejected')
  expect(() => worker.tell('echo', 'd')).toThrow(SystemStoppedError)
  await expect(worker.ask('echo', 'd')).rejects.toBeInstanceOf(SystemStoppedError)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a stopped actor hands the message back [G11]', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  await worker.stop()
  await worker.stop()
  expect(worker.state).toBe('stopped')
  expect(() => worker.tell('echo', 'x')).toThrow(ActorStoppedError)
  try {
    worker.tell('echo', 'x')
  } catch (error) {
    expect((error as ActorStoppedError).undelivered).toEqual({ type: 'echo', body: 'x' })
  }
})

test('an abort settles the ask at once, aborts the handler, and leaves no listener behind [G17]', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = ((...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }) as typeof signal.addEventListener
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }) as typeof signal.removeEventListener
  for (let i = 0; i < 1000; i++) await worker.ask('echo', 'x', { signal })
  expect(listeners).toBe(0)
  let heard: unknown
  const begun = worker.ask(
    'aborted',
    (why) => {
      heard = why
    },
    { signal },
  )
  await worker.offer('echo', 'make sure that it runs')
  await turns()
  controller.abort(new Error('gone'))
  await expect(begun).rejects.toBeInstanceOf(AskCancelledError)
  expect(heard).toBeInstanceOf(AskCancelledError)
  await expect(worker.ask('echo', 'x', { signal })).rejects.toBeInstanceOf(AskCancelledError)
})

test('a handler may answer before it ends, but only once [G18]', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  expect(await worker.ask('early')).toBe('early')
  expect(await worker.ask('twice')).toBe(1)
  await worker.ask('echo', 'x')
  expect(system.deadLetters.list()).toEqual([])
  worker.tell('early')
  await worker.ask('echo', 'x')
  expect(system.deadLetters.list()[0]?.errors[1]?.code).toBe('reply')
  expect(system.ledger().balanced).toBe(true)
})

test('asks that come back along their own chain fail fast and name the cycle [G16]', async () => {
  await using system = createSystem()
  type Peer = ActorRef<{ go: (ctx: never, body: { to: Peer | undefined }) => Promise<string> }>
  const peer = (name: string) =>
    defineActor({
      name,
      on: {
        async go(ctx, { to }: { to: Peer | undefined }): Promise<string> {
          return to === undefined ? name : ctx.ask(to, 'go', { to: first as unknown as Peer })
        },
      },
    })
  const first = system.spawn(peer('first'), { name: 'first' }) as unknown as Peer
  const second = system.spawn(peer('second'), { name: 'second' }) as unknown as Peer
  const error = await first.ask('go', { to: second }).catch((e: unknown) => e)
  const chain: unknown[] = []
  for (let at = error as Error | undefined; at !== undefined; at = at.cause as Error | undefined)
    chain.push(at)
  const cycle = chain.find((e) => e instanceof CallCycleError) as CallCycleError
  expect(cycle.cycle).toEqual(['ganglion/first', 'ganglion/second', 'ganglion/first'])
  await expect(first.ask('go', { to: first })).rejects.toThrow('can never be answered')
})

test('a reentrant actor takes an ask of its own chain while it waits [G16]', async () => {
  await using system = createSystem()
  const Plain = defineActor({
    name: 'plain',
    on: { ask: async (ctx, to: ActorRef<{ depth: (ctx: never) => number }>) => ctx.ask(to, 'depth') },
  })
  const plain = system.spawn(Plain)
  const Reentrant = defineActor({
    name: 'reentrant',
    reentrant: true,
    state: () => ({ depth: 1 }),
    on: {
      go: async (ctx): Promise<number> => ctx.ask(plain, 'ask', ctx.self as never),
      depth: (ctx) => ctx.state.depth + 1,
    },
  })
  expect(await system.spawn(Reentrant).ask('go', undefined, { timeout: 1000 })).toBe(2)
})

test.each(['reject', 'backpressure', 'drop-newest', 'drop-oldest'] as const)(
  'a full mailbox (%s) keeps no ask out that its own handler waits for [G16]',
  async (overflow) => {
    await using system = createSystem()
    let go = (): void => {}
    const Busy = defineActor({
      name: 'busy',
      reentrant: true,
      mailbox: { capacity: 1, overflow },
      on: {
        async outer(ctx): Promise<string> {
          await new Promise<void>((resolve) => {
            go = resolve
          })
          return ctx.ask(ctx.self as never as ActorRef<{ inner: () => string }>, 'inner')
        },
        inner: () => 'inner',
        other: () => 'other',
      },
    })
    const busy = system.spawn(Busy)
    const outer = busy.ask('outer', undefined, { timeout: '5s' })
    await until(() => system.ledger().inFlight === 1)
    const others = [1, 2, 3].map(() => busy.ask('other', undefined, { timeout: '5s' }).catch(() => 'refused'))
    go()
    expect(await outer).toBe('inner')
    expect(await Promise.all(others)).toContain('other')
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  },
)

test('a child call never outlives its parent deadline [G15]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const worker = system.spawn(Worker)
  const deadlines: number[] = []
  const Parent = defineActor({
    name: 'parent',
    on: {
      async go(ctx) {
        deadlines.push(ctx.deadline)
        await ctx.ask(worker, 'hang', () => {}, { timeout: '10s' })
      },
    },
  })
  const outcome = system
    .spawn(Parent)
    .ask('go', undefined, { timeout: '100ms' })
    .catch((e: unknown) => e)
  await kernel.advance(150)
  expect(deadlines).toEqual([100])
  expect(await outcome).toBeInstanceOf(AskTimeoutError)
  // The child's ask has failed too: the parent is free again.
  expect(system.deadLetters.list({ type: 'go' })).toHaveLength(1)
})

test('wrong options are refused with their path', async () => {
  await using system = createSystem()
  const worker = system.spawn(Worker)
  await expect(worker.ask('echo', 'x', { timeout: '5 parsecs' })).rejects.toBeInstanceOf(InvalidArgumentError)
  expect(() => worker.tell('echo', 'x', { priority: 99 })).toThrow(InvalidArgumentError)
  expect(() => createSystem({ askTimeout: Number.NaN })).toThrow(InvalidArgumentError)
  expect(() => createSystem({ deadLetterCapacity: 0 })).toThrow(InvalidArgumentError)
})

test('a system is quiet while no message is in flight and nobody waits for a reply', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  const worker = system.spawn(Worker)
  expect(system.isQuiet).toBe(true)
  const asked = worker.ask('echo', 'hi')
  expect(system.isQuiet).toBe(false)
  await kernel.settle()
  expect(await asked).toBe('hi')
  expect(system.isQuiet).toBe(true)
  const hanging = worker.ask('hang', () => {}, { timeout: '1s' }).catch(() => {})
  await kernel.settle()
  expect(system.isQuiet).toBe(false)
  await Promise.all([system.stop({ drain: 0 }), kernel.settle(), hanging])
  expect(system.isQuiet).toBe(true)
})
