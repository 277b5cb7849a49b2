import { expectTypeOf, test } from 'vitest'
import type { ActorDefinition } from '../../src/behavior/define-actor.ts'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef, AnyRef, Ref, RefOf } from '../../src/behavior/ref.ts'
import type { World } from '../../src/simulation/index.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import type { RouterRef } from '../../src/system/router.ts'

declare const system: { spawn<H>(definition: ActorDefinition<H>): ActorRef<H> }

const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, { by }: { by: number }) {
      ctx.state.n += by
    },
    total: (ctx) => ctx.state.n,
    later: async (ctx) => `${ctx.state.n}`,
  },
})
const counter = system.spawn(Counter)

test('messages and replies are inferred without explicit generics', () => {
  expectTypeOf(counter.ask('total')).resolves.toEqualTypeOf<number>()
  expectTypeOf(counter.ask('later', undefined, { timeout: '1s' })).resolves.toEqualTypeOf<string>()
  expectTypeOf(counter.ask('add', { by: 1 })).resolves.toEqualTypeOf<void>()
  counter.tell('add', { by: 2 }, { priority: 1 })
  void counter.offer('add', { by: 2 })
})

test('the ref of a definition has its own name', () => {
  const named: RefOf<typeof Counter> = counter
  expectTypeOf<RefOf<typeof Counter>>().toEqualTypeOf(counter)
  expectTypeOf(named.ask('total')).resolves.toEqualTypeOf<number>()
  // @ts-expect-error wrong body
  named.tell('add', { by: '2' })
  // @ts-expect-error no such message
  named.tell('nope')
  // @ts-expect-error not a definition
  type Wrong = RefOf<{ name: string }>
  expectTypeOf<Wrong>().not.toBeAny()
})

test('an actor asks another with types', () => {
  const Client = defineActor({
    name: 'client',
    on: {
      async go(ctx, { to }: { to: typeof counter }) {
        const total = await ctx.ask(to, 'total')
        expectTypeOf(total).toEqualTypeOf<number>()
        ctx.tell(to, 'add', { by: total })
        const child = ctx.spawn(Counter)
        expectTypeOf(child.ask('total')).resolves.toEqualTypeOf<number>()
        ctx.watch(child)
        return total
      },
    },
  })
  expectTypeOf(system.spawn(Client).ask('go', { to: counter })).resolves.toEqualTypeOf<number>()
})

test('named behaviors join one protocol', () => {
  const Door = defineActor({
    name: 'door',
    state: () => ({ opened: 0 }),
    on: { count: (ctx) => ctx.state.opened },
    states: {
      closed: {
        open(ctx) {
          ctx.state.opened += 1
          ctx.become('open')
        },
      },
      open: {
        close(ctx, _why: { why: string }) {
          ctx.become('closed')
        },
      },
    },
    initial: 'closed',
  })
  const door = system.spawn(Door)
  door.tell('open')
  door.tell('close', { why: 'night' })
  expectTypeOf(door.ask('count')).resolves.toEqualTypeOf<number>()
  // @ts-expect-error no such message in any behavior
  door.tell('slam')
  // @ts-expect-error the body lacks its reason
  door.tell('close', {})
})

test('a definition knows its state, and so do checks of a simulation', () => {
  const world = {} as World
  expectTypeOf(world.state(counter, Counter)).toEqualTypeOf<{ n: number } | undefined>()
  expectTypeOf(Counter.state()).toEqualTypeOf<{ n: number }>()
  const Plain = defineActor({ name: 'plain', on: { go: () => 1 } })
  expectTypeOf(world.state(system.spawn(Plain), Plain)).toEqualTypeOf<undefined>()
  // @ts-expect-error no such field in the state
  world.state(counter, Counter)?.total
  // Any definition of these messages still fits.
  const anyone: ActorDefinition<Record<never, never>> = Counter
  expectTypeOf(anyone.state()).toEqualTypeOf<unknown>()
})

test('mistakes do not compile', () => {
  // @ts-expect-error wrong body
  counter.tell('add', { by: '2' })
  // @ts-expect-error missing body
  counter.tell('add')
  // @ts-expect-error no such message
  counter.tell('nope')
  // @ts-expect-error wrong reply
  const wrong: Promise<string> = counter.ask('total')
  void wrong
  defineActor({
    name: 'x',
    states: { a: {} },
    // @ts-expect-error there is no such behavior to start with
    initial: 'b',
  })
  defineActor({
    name: 'x',
    state: () => ({ n: 0 }),
    on: {
      m(ctx) {
        // @ts-expect-error the state has no such field
        ctx.state.m = 1
      },
    },
  })
  // @ts-expect-error not a restart mode
  defineActor({ name: 'x', restart: 'sometimes' })
})

test('a body without a type is an error where it is written', () => {
  defineActor({
    name: 'x',
    on: {
      // @ts-expect-error used
      used: (_ctx, body) => body.by,
      // @ts-expect-error passed on
      passed: (_ctx, body) => body,
      // @ts-expect-error never looked at
      ignored: (_ctx, _body) => 1,
      // @ts-expect-error as a method
      method(_ctx, body) {
        return [body]
      },
      // @ts-expect-error asynchronous
      later: async (_ctx, body) => body,
      typed: (_ctx, body: unknown) => body,
      byDefault: (_ctx, body = 1) => body,
      without: () => 1,
    },
    states: {
      open: {
        // @ts-expect-error in a behavior
        passed: (_ctx, body) => body,
      },
    },
  })
})

test('a generic function may leave a body open', () => {
  const cacheOf = <V>(name: string) =>
    defineActor({
      name,
      state: () => new Map<string, V>(),
      on: {
        put(ctx, { key, value }: { key: string; value: V }) {
          ctx.state.set(key, value)
        },
        set: (ctx, value: V) => void ctx.state.set('', value),
        get: (ctx, key: string) => ctx.state.get(key),
      },
      states: { open: { last: (_ctx, value?: V) => value } },
    })
  const untyped = <V>(state: () => V) =>
    // @ts-expect-error a body without a type is an error here too
    defineActor({ name: 'x', state, on: { put: (_ctx, body) => body } })
  void untyped
  const dates = system.spawn(cacheOf<Date>('dates'))
  dates.tell('put', { key: 'a', value: new Date() })
  dates.tell('set', new Date())
  expectTypeOf(dates.ask('last')).resolves.toEqualTypeOf<Date | undefined>()
  // @ts-expect-error wrong body
  dates.tell('set', 'today')
})

const Door = defineActor({
  name: 'door',
  state: () => ({ opened: 0 }),
  on: {
    knock: (_ctx, _who: { name: string }) => 1,
    look: () => 'a door' as const,
    paint: (_ctx, color: string) => color,
  },
  states: {
    closed: {
      knock: (_ctx, who: { name: string; loud: boolean }) => who.name,
      look: async (ctx) => ctx.state.opened,
      paint: () => undefined,
      lean: (_ctx, side?: 'left' | 'right') => side,
    },
    open: { lean: (_ctx, side: 'left') => side, close: (ctx) => ctx.become('closed') },
  },
})
const door = system.spawn(Door)

test('a message of several behaviors takes a body that does for all, and may be answered by any', () => {
  expectTypeOf(door.ask('knock', { name: 'Ada', loud: true })).resolves.toEqualTypeOf<string | number>()
  expectTypeOf(door.ask('look')).resolves.toEqualTypeOf<'a door' | number>()
  expectTypeOf(door.ask('paint', 'red')).resolves.toEqualTypeOf<string | undefined>()
  expectTypeOf(door.ask('lean', 'left')).resolves.toEqualTypeOf<'left' | 'right' | undefined>()
  expectTypeOf(door.ask('close')).resolves.toEqualTypeOf<void>()
  // @ts-expect-error the behavior 'closed' needs to know whether it was loud
  door.tell('knock', { name: 'Ada' })
  // @ts-expect-error the behavior 'open' can be leaned on from the left alone
  door.tell('lean', 'right')
  // @ts-expect-error on needs a body
  door.tell('paint')
  // @ts-expect-error on answers with a number
  const name: Promise<string> = door.ask('knock', { name: 'Ada', loud: true })
  void name
})

test('a handler knows the message types and behaviors of its actor', () => {
  defineActor({
    name: 'x',
    on: {
      start(ctx, n: number) {
        ctx.self.tell('start', n)
        ctx.self.tell('stop', { why: 'night' }, { priority: 1 })
        ctx.tell(ctx.self, 'stop')
        expectTypeOf(ctx.self.ask('stop')).resolves.toBeUnknown()
        ctx.timers.after('a', '1s', 'stop')
        ctx.timers.every('b', 10, 'start', 1)
        ctx.timers.cancel('a')
        ctx.become('closed')
        expectTypeOf(ctx.behavior).toEqualTypeOf<'open' | 'closed' | undefined>()
        // @ts-expect-error no such message
        ctx.self.tell('pause')
        // @ts-expect-error no such message
        ctx.tell(ctx.self, 'pause')
        // @ts-expect-error no such message
        ctx.timers.after('a', '1s', 'pause')
        // @ts-expect-error no such message
        ctx.timers.every('a', '1s', 'pause')
        // @ts-expect-error no such behavior
        ctx.become('ajar')
      },
    },
    states: {
      open: {
        stop(ctx) {
          ctx.self.tell('start', 1)
          // @ts-expect-error no such behavior
          ctx.become('ajar')
        },
      },
      closed: {},
    },
    signals: {
      started(ctx) {
        ctx.timers.after('a', '1s', 'start', 1)
        ctx.become('open')
        // @ts-expect-error no such message
        ctx.timers.after('a', '1s', 'pause')
        // @ts-expect-error no such behavior
        ctx.become('ajar')
      },
    },
  })
  defineActor({
    name: 'x',
    // @ts-expect-error an actor without behaviors can become nothing
    on: { m: (ctx) => ctx.become('open') },
  })
})

test('its own ref goes to whoever should answer', () => {
  const Clerk = defineActor({
    name: 'clerk',
    on: { work: (ctx, to: Ref<{ done: (ctx: never, n: number) => void }>) => ctx.tell(to, 'done', 1) },
  })
  const clerk = system.spawn(Clerk)
  defineActor({
    name: 'boss',
    on: {
      begin: (ctx) => ctx.tell(clerk, 'work', ctx.self),
      done: (_ctx, n: number) => n,
    },
  })
  defineActor({
    name: 'boss',
    on: {
      // @ts-expect-error this one never hears that it is done
      begin: (ctx) => ctx.tell(clerk, 'work', ctx.self),
    },
  })
})

interface TillMessages {
  pay(order: { id: string; cents: number }): boolean
  total(): Promise<number>
  note(text?: string): void
}

test('declared messages type the handlers, and the actor to itself', () => {
  const Till = defineActor({
    name: 'till',
    messages: {} as TillMessages,
    state: () => ({ cents: 0 }),
    on: {
      async pay(ctx, { id, cents }) {
        expectTypeOf(id).toEqualTypeOf<string>()
        ctx.state.cents += cents
        expectTypeOf(ctx.self.ask('total')).resolves.toEqualTypeOf<number>()
        ctx.timers.after('again', '1s', 'pay', { id, cents })
        ctx.timers.after('note', '1s', 'note')
        // @ts-expect-error wrong body
        ctx.timers.after('again', '1s', 'pay', { id })
        // @ts-expect-error missing body
        ctx.timers.every('again', '1s', 'pay')
        // @ts-expect-error wrong body
        ctx.self.tell('pay', { id, cents: '1' })
        // @ts-expect-error the reply is a truth
        const wrong: Promise<string> = ctx.self.ask('pay', { id, cents })
        void wrong
        return true
      },
      total: (ctx) => ctx.state.cents,
    },
    states: { noting: { note: (ctx, text) => ctx.log.info(text ?? '') } },
  })
  const till = system.spawn(Till)
  expectTypeOf(till.ask('pay', { id: 'a', cents: 1 })).resolves.toEqualTypeOf<boolean>()
  expectTypeOf(till.ask('total')).resolves.toEqualTypeOf<number>()
  till.tell('note')
  // @ts-expect-error wrong body
  till.tell('pay', { id: 1, cents: 1 })
  defineActor({
    name: 'till',
    // @ts-expect-error nothing handles note
    messages: {} as TillMessages,
    on: { pay: () => true, total: () => 1 },
  })
  defineActor({
    name: 'till',
    messages: {} as TillMessages,
    on: {
      pay: () => true,
      // @ts-expect-error the total is a number
      total: () => 'much',
      // @ts-expect-error the body may be left out
      note: (_ctx, _text: string) => {},
      // @ts-expect-error it was not declared
      refund: () => {},
    },
  })
})

declare const actors: ActorSystem

test('an actor that is found has the type of its definition', () => {
  expectTypeOf(actors.find('counter', Counter)).toEqualTypeOf(counter)
  expectTypeOf(actors.find<typeof Counter>('counter')).toEqualTypeOf(counter)
  expectTypeOf(actors.find('counter')).toEqualTypeOf<AnyRef>()
  // @ts-expect-error no such message
  actors.find('counter', Counter).tell('nope')
  // @ts-expect-error wrong body
  actors.find<typeof Counter>('counter').tell('add', { by: '2' })
})

test('a definition names the ref as well', () => {
  const named: ActorRef<typeof Counter> = counter
  const back: RefOf<typeof Counter> = named
  expectTypeOf(named.ask('total')).resolves.toEqualTypeOf<number>()
  back.tell('add', { by: 1 })
  const routed: RouterRef<typeof Counter> = actors.router(Counter, { replicas: 2 })
  expectTypeOf(routed.replicas[0]).toEqualTypeOf<typeof counter | undefined>()
  // @ts-expect-error wrong body
  named.tell('add', { by: '2' })
})

test('a router is taken wherever an actor is sent to', () => {
  const pool = actors.router(Counter, { replicas: 2 })
  defineActor({
    name: 'client',
    on: {
      async go(ctx, to: Ref<{ total: () => number }>) {
        ctx.tell(pool, 'add', { by: 1 })
        await ctx.offer(pool, 'add', { by: 1 })
        ctx.schedule('1s', pool, 'add', { by: 1 })
        expectTypeOf(ctx.ask(pool, 'total')).resolves.toEqualTypeOf<number>()
        expectTypeOf(ctx.ask(to, 'total')).resolves.toEqualTypeOf<number>()
        ctx.watch(pool)
        ctx.unwatch(pool)
        // @ts-expect-error wrong body
        ctx.tell(pool, 'add', { by: '1' })
        // @ts-expect-error no such message
        ctx.tell(pool, 'nope')
      },
    },
  })
  actors.subscribe('news', pool, 'add')
  // @ts-expect-error no such message
  actors.subscribe('news', pool, 'nope')
  const either: Ref<{ total: () => number }>[] = [pool, counter]
  void either
})
