import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import type { Ctx } from '../../src/behavior/context.ts'
import { type ActorRef, defineActor, fromMachine } from '../../src/index.ts'
import { createTestSystem } from '../../src/testkit/index.ts'
import { onManualClock } from './on-manual-clock.ts'

const Sink = defineActor({
  name: 'sink',
  state: () => ({ got: [] as unknown[] }),
  on: {
    take(ctx, value: unknown) {
      ctx.state.got.push(value)
    },
    got: (ctx) => ctx.state.got,
  },
})

describe('the context of an instance that is gone', () => {
  test('refuses everything, and its signal is aborted', async () => {
    const { kernel, system, outcome } = onManualClock()
    const kept: Ctx<{ n: number }>[] = []
    const sink = system.spawn(Sink)
    const Keeper = defineActor({
      name: 'keeper',
      state: () => ({ n: 1 }),
      on: {
        keep: (ctx) => void kept.push(ctx),
      },
    })
    const keeper = system.spawn(Keeper)
    keeper.tell('keep')
    await kernel.settle()
    const [ctx] = kept as [Ctx<{ n: number }>]
    expect(ctx.state.n).toBe(1)
    expect(ctx.deadline).toBe(Number.POSITIVE_INFINITY)
    expect(ctx.sender).toBeUndefined()
    expect(ctx.behavior).toBeUndefined()
    keeper.kill('test')
    await kernel.settle()
    const stale = expect.objectContaining({ code: 'stale-context' })
    expect(() => ctx.state).toThrow(stale)
    expect(() => ctx.tell(sink, 'take', 1)).toThrow(stale)
    expect(() => ctx.spawn(Sink)).toThrow(stale)
    expect(() => ctx.timers.after('x', 1, 'keep')).toThrow(stale)
    expect(await outcome(ctx.ask(sink, 'got'))).toMatchObject({ error: { code: 'stale-context' } })
    expect(await outcome(ctx.offer(sink, 'take', 1))).toMatchObject({ error: { code: 'stale-context' } })
    expect(ctx.signal.aborted).toBe(true)
    expect(() => ctx.fail(new Error('too late'))).toThrow(stale)
    await kernel.advance(100)
    expect(keeper.state).toBe('running')
  })

  test('between messages it may still send: then without sender’s deadline', async () => {
    const { kernel, system, outcome } = onManualClock()
    const sink = system.spawn(Sink)
    const kept: Ctx<undefined>[] = []
    const Keeper = defineActor({ name: 'keeper', on: { keep: (ctx) => void kept.push(ctx) } })
    system.spawn(Keeper).tell('keep')
    await kernel.settle()
    kept[0]?.tell(sink, 'take', 1)
    expect(await outcome(kept[0]?.ask(sink, 'got') ?? Promise.reject())).toEqual({ value: [1] })
    kept[0]?.fail(new Error('outside of any message'))
    await kernel.settle()
    expect(() => kept[0]?.state).toThrow()
  })
})

describe('what a handler learns and hands on', () => {
  test('deadline and signal of its message: the signal is aborted when the deadline passes', async () => {
    const { kernel, system } = onManualClock()
    const seen: unknown[] = []
    const Patient = defineActor({
      name: 'patient',
      on: {
        async wait(ctx) {
          seen.push(ctx.deadline)
          const { signal } = ctx
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          seen.push((signal.reason as { code: string }).code)
        },
      },
    })
    const asked = system.spawn(Patient).ask('wait', undefined, { timeout: 100 })
    asked.catch(() => {})
    await kernel.advance(101)
    expect(seen[0]).toBe(100)
    expect(['expired', 'ask-timeout']).toContain(seen[1])
    await expect(asked).rejects.toMatchObject({ code: 'ask-timeout' })
  })

  test('trace, order key and idempotency key travel in the frame', async () => {
    const system = createTestSystem()
    const probe = system.probe('end')
    const Relay = defineActor({
      name: 'relay',
      on: {
        go(ctx, to: ActorRef<{ any: (ctx: never, n: number) => void }>) {
          ctx.tell(to, 'any', 1)
        },
      },
    })
    const relay = system.spawn(Relay)
    relay.tell('go', probe.ref as never, {
      trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      orderKey: 'k',
      idempotencyKey: 'once',
      timeout: '1s',
      priority: 2,
    })
    await system.settle()
    expect(probe.received).toMatchObject([{ type: 'any', body: 1 }])
    await system.stop()
  })

  test('a schedule to a full or stopped actor becomes a dead letter; a bad option is refused where it is given [G110]', async () => {
    const { kernel, system } = onManualClock()
    const Small = defineActor({
      name: 'small',
      mailbox: { capacity: 1 },
      on: { go: () => new Promise<void>(() => {}) },
    })
    const small = system.spawn(Small, { name: 'small' })
    const Later = defineActor({
      name: 'later',
      on: {
        plan(ctx) {
          for (let i = 0; i < 3; i++) ctx.schedule('1s', small, 'go')
          const bad = () => ctx.schedule('1s', small, 'go', undefined, { priority: 99 })
          expect(bad).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
          ctx.schedule('2s', small, 'go', undefined, { timeout: '1s' })
          ctx.schedule('1s', small, 'go').cancel()
        },
      },
    })
    system.spawn(Later).tell('plan')
    await kernel.advance(1500)
    expect(system.deadLetters.list().map(({ reason }) => reason)).toEqual(['shed', 'shed'])
    void small.stop()
    await kernel.advance(10_000)
    expect(system.deadLetters.list({ reason: 'stopped' }).length).toBeGreaterThan(0)
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  })

  test('only its own children can be stopped, and no handle of anything else', async () => {
    const { system, outcome } = onManualClock()
    const sink = system.spawn(Sink, { name: 'sink' })
    const Parent = defineActor({
      name: 'parent',
      on: {
        stopOther: (ctx) => ctx.stop(sink),
        stopNobody: (ctx) => ctx.stop({ path: 'nobody', state: 'running' }),
        watchSelf: (ctx) => ctx.watch(ctx.self),
        linkNobody: (ctx) => ctx.link({ path: 'nobody', state: 'running' }),
        stopChild(ctx) {
          const child = ctx.spawn(Sink, { name: 'child' })
          ctx.watch(child)
          ctx.unwatch(child)
          ctx.link(child)
          ctx.unlink(child)
          ctx.stop(child)
          return child
        },
      },
    })
    const parent = system.spawn(Parent, { name: 'parent' })
    for (const type of ['stopOther', 'stopNobody', 'watchSelf', 'linkNobody'] as const) {
      const cause = { code: 'invalid-argument', path: type.startsWith('stop') ? 'child' : 'ref' }
      expect(await outcome(parent.ask(type))).toMatchObject({ error: { cause } })
    }
    const answered = await outcome(parent.ask('stopChild'))
    expect(answered).toMatchObject({ value: { state: 'stopped' } })
  })

  test('unstash within a message that is itself set aside leaves that one out', async () => {
    const { kernel, system, outcome } = onManualClock()
    const order: number[] = []
    const Gate = defineActor({
      name: 'gate',
      state: () => ({ open: false, tries: 0 }),
      on: {
        item(ctx, n: number) {
          if (!ctx.state.open) {
            ctx.stash()
            // Twice is once.
            ctx.stash()
            ctx.state.tries += 1
            if (ctx.state.tries === 3) {
              ctx.state.open = true
              ctx.unstash()
            }
            return
          }
          order.push(n)
        },
        rest: (ctx) => ctx.unstash(),
      },
    })
    const gate = system.spawn(Gate)
    for (const n of [1, 2, 3, 4]) gate.tell('item', n)
    await kernel.settle()
    expect(order).toEqual([1, 2, 4])
    expect(await outcome(gate.ask('rest'))).toEqual({ value: undefined })
    await kernel.settle()
    expect(order).toEqual([1, 2, 4, 3])
    gate.tell('rest')
    await kernel.settle()
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  })
})

describe('replies that nobody waits for any more', () => {
  test('a reply or a return after the asker has gone is late; after a cancel, cancelled', async () => {
    const { kernel, system } = onManualClock()
    const release: (() => void)[] = []
    const Slow = defineActor({
      name: 'slow',
      on: {
        async value() {
          await new Promise<void>((resolve) => release.push(resolve))
          return 1
        },
        async early(ctx) {
          await new Promise<void>((resolve) => release.push(resolve))
          ctx.reply(1)
        },
      },
    })
    const slow = system.spawn(Slow)
    const lost = async (type: 'value' | 'early', cancel: boolean) => {
      const controller = new AbortController()
      const asked = slow.ask(type, undefined, { timeout: 50, signal: controller.signal })
      asked.catch(() => {})
      await kernel.settle()
      if (cancel) controller.abort(new Error('gone'))
      await kernel.advance(51)
      release.pop()?.()
      await kernel.settle()
      await expect(asked).rejects.toMatchObject({ code: cancel ? 'cancelled' : 'ask-timeout' })
      return system.deadLetters.list().at(-1)?.reason
    }
    expect(await lost('value', false)).toBe('late')
    expect(await lost('early', false)).toBe('late')
    expect(await lost('value', true)).toBe('cancelled')
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  })

  test('what waited when its asker gave up is not begun: cancelled or expired', async () => {
    const { kernel, system } = onManualClock()
    const Busy = defineActor({
      name: 'busy',
      on: {
        work: (_ctx, ms: number) =>
          new Promise<void>((resolve) => kernel.timers.after(ms, resolve, undefined)),
      },
    })
    const busy = system.spawn(Busy)
    busy.tell('work', 100)
    await kernel.settle()
    const controller = new AbortController()
    const asks = [busy.ask('work', 1, { signal: controller.signal }), busy.ask('work', 1, { timeout: 20 })]
    for (const ask of asks) ask.catch(() => {})
    controller.abort()
    // A second time changes nothing.
    controller.abort()
    await kernel.advance(200)
    expect(
      system.deadLetters
        .list()
        .map(({ reason }) => reason)
        .sort(),
    ).toEqual(['cancelled', 'expired'])
    const already = busy.ask('work', 1, { signal: AbortSignal.abort(new Error('before')) })
    await expect(already).rejects.toMatchObject({ code: 'cancelled' })
    await expect(busy.offer('work', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('a reentrant actor', () => {
  test.each([false, true])(
    'answers its own chain while it waits (messages as frames: %s)',
    async (serializeMessages) => {
      const { system, outcome } = onManualClock({ serializeMessages })
      interface Other {
        back: (ctx: never, to: ActorRef<{ inner: (ctx: never) => number }>) => Promise<number>
      }
      const Other = defineActor({
        name: 'other',
        on: { back: (ctx, to: ActorRef<{ inner: (ctx: never) => number }>) => ctx.ask(to, 'inner') },
      })
      const other: ActorRef<Other> = system.spawn(Other, { name: 'other' })
      const Outer = defineActor({
        name: 'outer',
        reentrant: true,
        on: {
          go: (ctx) => ctx.ask(other, 'back', ctx.self as never),
          inner: () => 7,
        },
      })
      expect(await outcome(system.spawn(Outer, { name: 'outer' }).ask('go'), 10)).toEqual({ value: 7 })
    },
  )

  test('also where its mailbox is full: the ask takes no place, so nothing is shed for it', async () => {
    const { system, outcome } = onManualClock()
    interface Other {
      back: (ctx: never, to: ActorRef<{ inner: (ctx: never) => number }>) => Promise<number>
    }
    const other: ActorRef<Other> = system.spawn(
      defineActor({
        name: 'other',
        on: { back: (ctx, to: ActorRef<{ inner: (ctx: never) => number }>) => ctx.ask(to, 'inner') },
      }),
    )
    const Outer = defineActor({
      name: 'outer',
      reentrant: true,
      mailbox: { capacity: 1, overflow: 'drop-oldest' },
      on: {
        go(ctx) {
          ctx.self.tell('note')
          return ctx.ask(other, 'back', ctx.self as never)
        },
        inner: () => 7,
        note() {},
      },
    })
    expect(await outcome(system.spawn(Outer).ask('go', undefined, { timeout: '1s' }), 10)).toEqual({
      value: 7,
    })
    expect(system.deadLetters.list({ reason: 'shed' })).toEqual([])
  })
})

describe('starting and ending', () => {
  test('the result of an asynchronous start that ends after its actor was stopped is discarded', async () => {
    const { kernel, system } = onManualClock()
    const ends: ((error?: Error) => void)[] = []
    const Starting = defineActor({
      name: 'starting',
      signals: {
        started: () =>
          new Promise<void>((resolve, reject) =>
            ends.push((error) => (error === undefined ? resolve() : reject(error))),
          ),
      },
      on: { go: () => 1 },
    })
    const one = system.spawn(Starting)
    expect(one.states).toEqual(['starting'])
    const two = system.spawn(Starting)
    void one.stop()
    void two.stop()
    await kernel.settle()
    ends[0]?.()
    ends[1]?.(new Error('too late'))
    await kernel.settle()
    expect([one.state, two.state]).toEqual(['stopped', 'stopped'])
  })

  test('a signal handler that throws is logged, whatever it throws, and the actor ends anyway', async () => {
    const { kernel, system } = onManualClock()
    const logs: string[] = []
    system.events.subscribe((event) => event.type === 'log' && logs.push(event.text))
    const thrower = (what: unknown) =>
      defineActor({
        name: 'thrower',
        signals: {
          stopping() {
            throw what
          },
        },
        on: {
          talk(ctx) {
            ctx.log.debug('d')
            ctx.log.info('i')
            ctx.log.warn('w')
            ctx.log.error('e')
          },
        },
      })
    const first = system.spawn(thrower(new Error('as an error')))
    const second = system.spawn(thrower('as a string'))
    first.tell('talk')
    await kernel.settle()
    void first.stop()
    void second.stop()
    await kernel.settle()
    expect(logs.slice(0, 4)).toEqual(['d', 'i', 'w', 'e'])
    expect(logs.join()).toContain('as an error')
    expect(logs.join()).toContain('as a string')
    expect([first.state, second.state]).toEqual(['stopped', 'stopped'])
  })

  test('who is watched after its death is told of at once, and a link to one that failed fails', async () => {
    const { kernel, system } = onManualClock({ supervision: { on: { fatal: 'stop' } } })
    const heard: unknown[] = []
    const fatal = Object.assign(new Error('fatal'), { code: 'fatal' })
    const Mortal = defineActor({
      name: 'mortal',
      on: {
        die() {
          throw fatal
        },
      },
    })
    const Watcher = defineActor({
      name: 'watcher',
      signals: {
        terminated: (_ctx, { ref, error }) =>
          void heard.push([ref.path, (error as Error | undefined)?.message]),
      },
      on: {
        watch: (ctx, ref: ActorRef<unknown>) => ctx.watch(ref),
        link: (ctx, ref: ActorRef<unknown>) => ctx.link(ref),
      },
    })
    const Deaf = defineActor({ name: 'deaf', on: { watch: (ctx, ref: ActorRef<unknown>) => ctx.watch(ref) } })
    const dead = system.spawn(Mortal, { name: 'dead' })
    const ended = system.spawn(Mortal, { name: 'ended' })
    const alive = system.spawn(Mortal, { name: 'alive' })
    const watcher = system.spawn(Watcher, { name: 'watcher' })
    const deaf = system.spawn(Deaf)
    dead.tell('die')
    void ended.stop()
    await kernel.settle()
    for (const ref of [dead, ended, alive]) watcher.tell('watch', ref)
    deaf.tell('watch', alive)
    await kernel.settle()
    expect(heard).toEqual([
      ['ganglion/dead', 'fatal'],
      ['ganglion/ended', undefined],
    ])
    alive.tell('die')
    await kernel.settle()
    expect(heard.at(-1)).toEqual(['ganglion/alive', 'fatal'])
    watcher.tell('link', ended)
    await kernel.settle()
    expect(watcher.states).not.toContain('restarting')
    watcher.tell('link', dead)
    await kernel.settle()
    expect(watcher.states).toContain('restarting')
  })

  test('linked actors: a normal end of one leaves the other, a failure takes it with it', async () => {
    const { kernel, system } = onManualClock({ supervision: { on: { fatal: 'stop' } } })
    const Linked = defineActor({
      name: 'linked',
      on: {
        to: (ctx, ref: ActorRef<unknown>) => ctx.link(ref),
        die() {
          throw Object.assign(new Error('fatal'), { code: 'fatal' })
        },
      },
    })
    const [a, b, c] = ['a', 'b', 'c'].map((name) => system.spawn(Linked, { name })) as [
      ActorRef<never>,
      ActorRef<never>,
      ActorRef<never>,
    ]
    const linked = [a, b, c] as unknown as ActorRef<{
      to: (ctx: never, ref: ActorRef<unknown>) => void
      die: (ctx: never) => void
    }>[]
    linked[0]?.tell('to', b)
    linked[0]?.tell('to', c)
    await kernel.settle()
    void b.stop()
    await kernel.settle()
    expect(a.states).not.toContain('restarting')
    linked[2]?.tell('die')
    await kernel.settle()
    expect(a.states).toContain('restarting')
  })

  test('a significant child that ends takes its supervisor with it: any one, or the last', async () => {
    for (const [autoShutdown, after] of [
      ['any-significant', 1],
      ['all-significant', 2],
    ] as const) {
      const { kernel, system } = onManualClock()
      const Child = defineActor({ name: 'child', restart: 'temporary', on: { end: (ctx) => ctx.stopSelf() } })
      const children: ActorRef<{ end: (ctx: never) => void }>[] = []
      const Parent = defineActor({
        name: 'parent',
        supervision: { autoShutdown },
        signals: {
          started(ctx) {
            children.push(
              ctx.spawn(Child, { significant: true }) as never,
              ctx.spawn(Child, { significant: true }) as never,
            )
            ctx.spawn(Child)
          },
        },
      })
      const parent = system.spawn(Parent)
      for (let i = 0; i < after; i++) {
        expect(parent.state).toBe('running')
        children[i]?.tell('end')
        await kernel.settle()
      }
      expect(parent.state).toBe('stopped')
    }
  })
})

describe('a machine as an actor', () => {
  test('takes limits of its own, has a name without an id, and ignores a cancelled delay', async () => {
    const { kernel, system, outcome } = onManualClock()
    const machine = setup({ types: { events: {} as { type: 'go' } | { type: 'back' } } }).createMachine({
      initial: 'a',
      states: {
        a: { on: { go: 'b' } },
        b: { after: { 1000: 'a' }, on: { back: 'a', '*': 'a' } },
      },
    })
    const definition = fromMachine(machine, {
      mailbox: { capacity: 5 },
      restart: 'temporary',
      supervision: { strategy: 'one-for-all' },
      shutdown: '1s',
    })
    expect(definition).toMatchObject({
      name: 'machine',
      mailbox: { capacity: 5 },
      restart: 'temporary',
      shutdownMs: 1000,
    })
    const ref = system.spawn(definition)
    await outcome(ref.ask('go'))
    expect(await outcome(ref.ask('back'))).toMatchObject({ value: { value: 'a' } })
    await kernel.advance(2000)
    expect(await outcome(ref.ask('go'))).toMatchObject({ value: { value: 'b' } })
    expect(fromMachine(machine, { name: 'named' }).name).toBe('named')
  })
})
