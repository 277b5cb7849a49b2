import { expectTypeOf, test } from 'vitest'
import type { ActorDefinition } from '../../src/behavior/define-actor.ts'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef, RefOf } from '../../src/behavior/ref.ts'

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

test('the ref of a definition has a name of its own', () => {
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
    on: {
      // @ts-expect-error an un-annotated body has no properties
      m: (_ctx, m) => m.by,
    },
  })
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
