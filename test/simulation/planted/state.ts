import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

interface Stock {
  left: (ctx: never) => number
  take: (ctx: never) => void
  takeIfAny: (ctx: never) => boolean
}

const checkThenAct: Planted = {
  bug: 'two buyers look at the stock, and both take the last piece',
  invariant: 'the stock is never below zero',
  within: 200,
  minimalFaults: 0,
  minimalMessages: 8,
  async scenario(sim, fixed) {
    const system = sim.system()
    let left = 1
    const stock: ActorRef<Stock> = system.spawn(
      defineActor({
        name: 'stock',
        on: {
          left: () => left,
          take() {
            left -= 1
          },
          takeIfAny() {
            if (left === 0) return false
            left -= 1
            return true
          },
        },
      }),
      { name: 'stock' },
    )
    const buyer = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            async buy(ctx) {
              if (fixed) await ctx.ask(stock, 'takeIfAny')
              else if ((await ctx.ask(stock, 'left')) > 0) await ctx.ask(stock, 'take')
            },
          },
        }),
        { name },
      )
    sim.invariant('the stock is never below zero', () => left >= 0)
    for (const one of ['ann', 'bob'].map(buyer)) one.tell('buy')
    await sim.settle()
  },
}

const unboundedQueue: Planted = {
  bug: 'an actor keeps its own queue, without a bound',
  invariant: 'queues are bounded',
  within: 200,
  faults: { burst: 0.05 },
  minimalFaults: 3,
  minimalMessages: 40,
  async scenario(sim, fixed) {
    const queue: number[] = []
    const system = sim.system()
    const intake = system.spawn(
      defineActor({
        name: 'intake',
        on: {
          job(ctx, n: number) {
            if (fixed && queue.length >= 10) return
            queue.push(n)
            ctx.timers.after('work', '1s', 'work')
          },
          work(ctx) {
            queue.shift()
            if (queue.length > 0) ctx.timers.after('work', '1s', 'work')
          },
        },
      }),
      { name: 'intake' },
    )
    sim.invariant('queues are bounded', () => queue.length <= 10)
    for (const n of sim.times(8)) intake.tell('job', n)
    await sim.sleep('2m')
  },
}

const restartStorm: Planted = {
  bug: 'a child that cannot start is started again at once, without a limit',
  invariant: 'restarts are few',
  within: 50,
  faults: { crash: { rate: 0.1, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    let starts = 0
    let broken = false
    const Worker = defineActor({
      name: 'worker',
      state: () => {
        starts += 1
        if (broken && starts < 10_000) throw new Error('its file is gone')
        return {}
      },
      on: {
        work() {
          broken = true
        },
      },
    })
    const system = sim.system(
      fixed
        ? {}
        : { supervision: { intensity: { restarts: 100_000, within: '1s' }, backoff: { min: 0, max: 0 } } },
    )
    const worker = system.spawn(Worker, { name: 'worker' })
    sim.invariant('restarts are few', () => starts <= 50)
    for (const _ of sim.times(5)) {
      try {
        worker.tell('work')
      } catch {
        // It has been given up: that is what the limit is for.
      }
    }
    await sim.settle()
  },
}

const staleSnapshot: Planted = {
  bug: 'a write is confirmed when it is committed, not when it is durable',
  invariant: 'what was confirmed survives a crash',
  within: 200,
  faults: { storeCrash: 0.1 },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const store = sim.store()
    const keeper = sim.system().spawn(
      defineActor({
        name: 'keeper',
        on: {
          async save(_ctx, value: number) {
            await store.commit([{ key: 'value', value: Uint8Array.of(value) }])
            if (fixed) await store.flushed()
            else void store.flushed().catch(() => {})
            return value
          },
          async load() {
            return (await store.get('value'))?.[0] ?? 0
          },
        },
      }),
      { name: 'keeper' },
    )
    let confirmed = 0
    for (const i of sim.times(6)) {
      const saved = await keeper.ask('save', i + 1).catch(() => undefined)
      if (saved !== undefined) confirmed = saved
      if ((await keeper.ask('load')) < confirmed) sim.unreachable('what was confirmed survives a crash')
    }
  },
}

const ackBeforeFlush: Planted = {
  bug: 'a frame is acknowledged before its effect is durable',
  invariant: 'nothing acknowledged before durable',
  within: 5,
  faults: { redeliver: 0.1 },
  minimalFaults: 0,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const store = sim.store()
    const transport = sim.transport()
    await transport.subscribe('orders', async (delivery) => {
      await store.commit([{ key: `order ${delivery.frame[0]}`, value: delivery.frame }])
      if (fixed) await store.flushed()
      await delivery.ack()
    })
    for (const n of sim.times(3)) await transport.send('orders', Uint8Array.of(n))
    await sim.sleep('5m')
  },
}

export const state: Readonly<Record<string, Planted>> = {
  checkThenAct,
  unboundedQueue,
  restartStorm,
  staleSnapshot,
  ackBeforeFlush,
}
