import { expect, test } from 'vitest'
import { type ActorRef, defineActor } from '../../src/index.ts'
import { explore, type Simulation, shrink, simulate } from '../../src/simulation/index.ts'
import './with-matchers.ts'

type Input = { readonly add: number } | 'read'

const counter = {
  init: () => 0,
  apply: (state: number, input: Input) =>
    input === 'read' ? ([state, state] as const) : ([state + input.add, state + input.add] as const),
}

const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, by: number) {
      ctx.state.n += by
      return ctx.state.n
    },
    read: (ctx) => ctx.state.n,
  },
})

interface CounterProtocol {
  add: (ctx: never, by: number) => number
  read: (ctx: never) => number
}

/** Two clients; `stale` reads from a copy that lags behind. */
const clients = (stale: boolean) => async (sim: Simulation) => {
  const system = sim.system()
  const ref: ActorRef<CounterProtocol> = system.spawn(Counter, { name: 'counter' })
  const copy: ActorRef<CounterProtocol> = system.spawn(Counter, { name: 'copy' })
  const history = sim.linearizable<number, Input, number>('the counter is linearizable', counter)
  const adds = async () => {
    for (const _ of sim.times(3)) {
      await history.call({ add: 1 }, () => ref.ask('add', 1, { timeout: '1s' })).catch(() => {})
      void sim.sleep('8ms').then(() => copy.tell('add', 1))
    }
  }
  const reads = async () => {
    for (const _ of sim.times(3)) {
      await history
        .call('read', () => (stale ? copy : ref).ask('read', undefined, { timeout: '1s' }))
        .catch(() => {})
      await sim.sleep('1ms')
    }
  }
  await Promise.all([adds(), reads()])
}

const faults = { delay: ['0ms', '5ms'], drop: 0.05, ackLost: 0.05 } as const

test('one actor is linearizable, whatever is lost [G74]', async () => {
  expect(await explore({ runs: 300, faults }, clients(false))).toHold()
})

test('a copy that lags behind is not, and the answers are told [G74]', async () => {
  const found = await explore({ runs: 300, faults: { delay: ['0ms', '5ms'] } }, clients(true))
  expect(found).toViolate('the counter is linearizable')
  const shrunk = await shrink(found.failure?.token as string, clients(true))
  expect(shrunk.failure?.message).toMatch(/no order of the \d+ operations gives these answers/)
  expect(shrunk.after.messages).toBeLessThanOrEqual(3)
})

test.each<readonly [string, readonly (readonly [Input, number, number, number | undefined])[], boolean]>([
  [
    'two writes that overlap may come in either order',
    [
      [{ add: 1 }, 1, 4, 3],
      [{ add: 2 }, 2, 3, 2],
    ],
    true,
  ],
  [
    'what ended before another began comes first',
    [
      [{ add: 1 }, 1, 2, 3],
      [{ add: 2 }, 3, 4, 2],
    ],
    false,
  ],
  [
    'a call without an answer may have happened',
    [
      [{ add: 1 }, 1, Number.POSITIVE_INFINITY, undefined],
      ['read', 2, 3, 1],
    ],
    true,
  ],
  [
    'or not',
    [
      [{ add: 1 }, 1, Number.POSITIVE_INFINITY, undefined],
      ['read', 2, 3, 0],
    ],
    true,
  ],
  [
    'but not before it began',
    [
      ['read', 1, 2, 1],
      [{ add: 1 }, 3, Number.POSITIVE_INFINITY, undefined],
    ],
    false,
  ],
])('%s', async (_what, operations, holds) => {
  const result = await simulate(async (sim) => {
    const history = sim.linearizable<number, Input, number>('counter', counter)
    await Promise.all(
      operations.map(async ([input, begin, end, output]) => {
        await sim.sleep(begin)
        void history
          .call(input, async () => {
            if (end === Number.POSITIVE_INFINITY) throw new Error('no answer')
            await sim.sleep(end - begin)
            return output as number
          })
          .catch(() => {})
      }),
    )
    await sim.sleep('1s')
  })
  expect(result.ok).toBe(holds)
})

test('a run that does not settle says who waits for whom [G74]', async () => {
  const Waiter = defineActor({
    name: 'waiter',
    state: () => ({ other: undefined as ActorRef<WaiterProtocol> | undefined }),
    on: {
      meet(ctx, other: ActorRef<WaiterProtocol>) {
        ctx.state.other = other
      },
      hold: () => new Promise<void>(() => {}),
      go(ctx): Promise<void> {
        const { other } = ctx.state
        return other === undefined ? Promise.resolve() : ctx.ask(other, 'hold', undefined, { timeout: '20d' })
      },
    },
  })
  interface WaiterProtocol {
    hold: (ctx: never) => Promise<void>
  }
  const result = await simulate(async (sim) => {
    const system = sim.system()
    const a = system.spawn(Waiter, { name: 'a' })
    const b = system.spawn(Waiter, { name: 'b' })
    a.tell('meet', b as never)
    a.tell('go')
    await sim.settle()
  })
  expect(result).toViolate('it settles')
  expect(result.failure?.message).toContain('a waits for b to answer hold')
})
