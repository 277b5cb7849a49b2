import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

type Sink = { keep: (ctx: never, order: number) => void }

const lostOnRestart: Planted = {
  bug: 'orders are collected in the state and handed on three at a time: a crash forgets those that wait',
  invariant: 'every accepted order is kept',
  within: 200,
  faults: { crash: { rate: 0.05, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const kept = new Set<number>()
    const accepted = new Set<number>()
    const system = sim.system()
    const sink: ActorRef<Sink> = system.spawn(
      defineActor({ name: 'sink', on: { keep: (_ctx, order: number) => void kept.add(order) } }),
      { name: 'sink' },
    )
    const size = fixed ? 1 : 3
    const batcher = system.spawn(
      defineActor({
        name: 'batcher',
        state: () => ({ waiting: [] as number[] }),
        on: {
          order(ctx, order: number) {
            ctx.state.waiting.push(order)
            if (ctx.state.waiting.length < size) return 'accepted'
            for (const each of ctx.state.waiting.splice(0)) ctx.tell(sink, 'keep', each)
            return 'accepted'
          },
        },
      }),
      { name: 'batcher' },
    )
    for (const order of sim.times(6)) {
      await batcher.ask('order', order)
      accepted.add(order)
    }
    await sim.settle()
    const waiting = fixed ? 0 : accepted.size % 3
    sim.invariant('every accepted order is kept', () => kept.size >= accepted.size - waiting)
  },
}

const doubleCharge: Planted = {
  bug: 'the charge is repeated when its confirmation is lost',
  invariant: 'one effect per idempotency key',
  within: 200,
  faults: { ackLost: 0.05, drop: 0.02 },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const charged = new Set<string>()
    const system = sim.system()
    const card = system.spawn(
      defineActor({
        name: 'card',
        on: {
          charge(_ctx, order: string) {
            if (fixed && charged.has(order)) return 'charged'
            charged.add(order)
            sim.effect(`charge ${order}`)
            return 'charged'
          },
        },
      }),
      { name: 'card' },
    )
    const till = system.spawn(
      defineActor({
        name: 'till',
        retry: { attempts: 3, backoff: '1s' },
        on: { pay: (ctx, order: string) => ctx.ask(card, 'charge', order, { timeout: '500ms' }) },
      }),
      { name: 'till' },
    )
    for (const i of sim.times(5)) await till.ask('pay', `o${i}`).catch(() => {})
  },
}

const effectBeforeCrash: Planted = {
  bug: 'a processor ships before it answers: its next attempt ships again',
  invariant: 'one effect per idempotency key',
  within: 200,
  faults: { crash: { rate: 0.05, points: ['handled'] } },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const shipped = new Set<number>()
    const Order = z.object({ id: z.number() })
    const Ship = defineProcessor({
      name: 'ship',
      input: Order,
      output: Order,
      process(order) {
        if (!(fixed && shipped.has(order.id))) sim.effect(`ship ${order.id}`)
        shipped.add(order.id)
        return order
      },
    })
    const running = await sim.system().run(pipeline('orders', Order, { timeout: '1m' }).to(Ship))
    for (const id of sim.times(5)) await running.ask({ id }).catch(() => {})
  },
}

const orderLostByRetry: Planted = {
  bug: 'later entries go ahead of one that waits for its next attempt',
  invariant: 'entries are booked in order',
  within: 200,
  faults: { throw: 0.05 },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const booked: number[] = []
    const book = sim.system().spawn(
      defineActor({
        name: 'book',
        retry: { attempts: 4, backoff: '100ms', skipAhead: !fixed },
        on: { entry: (_ctx, n: number) => void booked.push(n) },
      }),
      { name: 'book' },
    )
    sim.invariant('entries are booked in order', () =>
      booked.every((n, i) => i === 0 || n > (booked[i - 1] as number)),
    )
    for (const n of sim.times(8)) book.tell('entry', n)
    await sim.settle()
  },
}

const poisonLoop: Planted = {
  bug: 'whatever fails is sent again without end',
  invariant: 'no message is tried without end',
  within: 200,
  faults: { maybe: 0.05 },
  minimalFaults: 1,
  minimalMessages: 12,
  async scenario(sim, fixed) {
    const tries = new Map<number, number>()
    const system = sim.system()
    const parser = system.spawn(
      defineActor({
        name: 'parser',
        on: {
          parse(_ctx, n: number) {
            tries.set(n, (tries.get(n) ?? 0) + 1)
            if (poisoned.has(n)) throw new Error('malformed')
            return n
          },
        },
      }),
      { name: 'parser' },
    )
    const poisoned = new Set<number>()
    const feeder = system.spawn(
      defineActor({
        name: 'feeder',
        on: {
          async feed(ctx, { n, tried }: { n: number; tried: number }) {
            try {
              await ctx.ask(parser, 'parse', n)
            } catch {
              if (!fixed || tried < 3)
                ctx.schedule('1s', ctx.self as never, 'feed' as never, { n, tried: tried + 1 } as never)
            }
          },
        },
      }),
      { name: 'feeder' },
    )
    sim.invariant('no message is tried without end', () => [...tries.values()].every((times) => times <= 5))
    for (const n of sim.times(4)) {
      if (sim.maybe('malformed')) poisoned.add(n)
      feeder.tell('feed', { n, tried: 1 })
    }
    await sim.sleep('20s')
  },
}

export const delivery: Readonly<Record<string, Planted>> = {
  lostOnRestart,
  doubleCharge,
  effectBeforeCrash,
  orderLostByRetry,
  poisonLoop,
}
