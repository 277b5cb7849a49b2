import { type ActorRef, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

const patience = { timeout: '500ms' } as const

interface Bank {
  transfer: (ctx: never, key: string) => string
}

const expiredKey: Planted = {
  bug: 'the bank keeps idempotency keys for ten seconds; the last retry comes later than that',
  invariant: 'one effect per idempotency key',
  within: 300,
  faults: { ackLost: 0.03, drop: 0.03 },
  minimalFaults: 3,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const system = sim.system()
    const bank: ActorRef<Bank> = system.spawn(
      defineActor({
        name: 'bank',
        state: () => ({ known: new Map<string, number>() }),
        on: {
          transfer(ctx, key: string) {
            const { known } = ctx.state
            const keepMs = fixed ? 3_600_000 : 10_000
            for (const [old, at] of known) if (sim.now - at > keepMs) known.delete(old)
            if (known.has(key)) return 'done'
            known.set(key, sim.now)
            sim.effect(key)
            return 'done'
          },
        },
      }),
      { name: 'bank' },
    )
    const client = system.spawn(
      defineActor({
        name: 'client',
        retry: { attempts: 4, backoff: ['1s', '4s', '16s'] },
        on: { pay: (ctx, order: number) => ctx.ask(bank, 'transfer', `order ${order}`, patience) },
      }),
      { name: 'client' },
    )
    for (const order of sim.times(6)) await client.ask('pay', order, { timeout: '1m' }).catch(() => {})
  },
}

interface Account {
  debit: (ctx: never, key: string) => boolean
  credit: (ctx: never, key: string) => boolean
  balance: (ctx: never) => number
}

const rollsBackWhatWasDone: Planted = {
  bug: 'a credit that was not confirmed twice counts as not made, and the money goes back to the sender',
  invariant: 'no money is made or lost',
  within: 300,
  faults: { ackLost: 0.012 },
  minimalFaults: 2,
  minimalMessages: 6,
  async scenario(sim, fixed) {
    const system = sim.system()
    const account = (name: string): ActorRef<Account> =>
      system.spawn(
        defineActor({
          name,
          state: () => ({ balance: 50, seen: new Set<string>() }),
          on: {
            debit(ctx, key: string) {
              if (ctx.state.seen.has(key)) return true
              ctx.state.seen.add(key)
              ctx.state.balance -= 1
              return true
            },
            balance: ({ state }) => state.balance,
            credit(ctx, key: string) {
              if (ctx.state.seen.has(key)) return true
              ctx.state.seen.add(key)
              ctx.state.balance += 1
              return true
            },
          },
        }),
        { name },
      )
    const [ann, bob] = [account('ann'), account('bob')]
    const until = async (tries: number, call: () => Promise<boolean>): Promise<boolean> => {
      for (let i = 0; i < tries; i++) if (await call().catch(() => false)) return true
      return false
    }
    for (const n of sim.times(8)) {
      await until(100, () => ann.ask('debit', `transfer ${n}`, patience))
      const there = await until(fixed ? 100 : 2, () => bob.ask('credit', `transfer ${n}`, patience))
      if (!there) await until(100, () => ann.ask('credit', `refund ${n}`, patience))
    }
    await sim.settle()
    const balance = async (of: ActorRef<Account>): Promise<number> => {
      const answer = await of.ask('balance', undefined, patience).catch(() => undefined)
      return answer ?? balance(of)
    }
    if ((await balance(ann)) + (await balance(bob)) !== 100) sim.unreachable('no money is made or lost')
  },
}

interface Consumer {
  event: (ctx: never, id: number) => boolean
}

const outboxTwice: Planted = {
  bug: 'a consumer remembers in its state which events it has seen: after a crash an event that is sent again counts again',
  invariant: 'one effect per idempotency key',
  within: 100,
  faults: { ackLost: 0.015, crash: { points: ['flushed'], at: { consumer: 0.02 } } },
  minimalFaults: 2,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const system = sim.system()
    const disk = new Set<number>()
    const consumer: ActorRef<Consumer> = system.spawn(
      defineActor({
        name: 'consumer',
        state: () => ({ seen: fixed ? disk : new Set<number>() }),
        on: {
          event(ctx, id: number) {
            if (ctx.state.seen.has(id)) return true
            ctx.state.seen.add(id)
            sim.effect(`event ${id}`)
            return true
          },
        },
      }),
      { name: 'consumer' },
    )
    const relay = system.spawn(
      defineActor({
        name: 'relay',
        state: () => ({ outbox: [] as number[] }),
        on: {
          publish(ctx, id: number) {
            ctx.state.outbox.push(id)
            ctx.timers.after('send', 0, 'send')
          },
          async send(ctx) {
            const [id] = ctx.state.outbox
            if (id === undefined) return
            const told = await ctx.ask(consumer, 'event', id, patience).catch(() => false)
            if (told) ctx.state.outbox.shift()
            ctx.timers.after('send', told ? 0 : '2s', 'send')
          },
        },
      }),
      { name: 'relay' },
    )
    for (const id of sim.times(10)) {
      relay.tell('publish', id)
      await sim.sleep('500ms')
    }
    await sim.settle({ within: '1m' })
  },
}

interface Shop {
  place: (ctx: never, order: { id: number; to: ActorRef<Client> }) => void
  cancel: (ctx: never, id: number) => void
}

interface Client {
  order: (ctx: never, id: number) => void
  placed: (ctx: never, id: number) => void
}

const cancelOvertakes: Planted = {
  bug: 'a cancellation of an order that has not arrived yet is ignored: the order arrives after it, and stays',
  invariant: 'what was cancelled is not shipped',
  within: 300,
  faults: { reorder: { rate: 0.0005, range: ['100ms', '10s'] } },
  minimalFaults: 1,
  minimalMessages: 6,
  async scenario(sim, fixed) {
    const system = sim.system()
    const shipped = new Set<number>()
    const cancelled = new Set<number>()
    const shop: ActorRef<Shop> = system.spawn(
      defineActor({
        name: 'shop',
        state: () => ({ open: new Set<number>(), refused: new Set<number>() }),
        on: {
          place(ctx, { id, to }: { id: number; to: ActorRef<Client> }) {
            if (fixed && ctx.state.refused.has(id)) return
            ctx.state.open.add(id)
            ctx.timers.after(`ship ${id}`, '20s', 'ship', id)
            ctx.tell(to, 'placed', id)
          },
          cancel(ctx, id: number) {
            ctx.state.open.delete(id)
            ctx.timers.cancel(`ship ${id}`)
            if (fixed) ctx.state.refused.add(id)
          },
          ship: (_ctx, id: number) => void shipped.add(id),
        },
      }),
      { name: 'shop' },
    )
    const client: ActorRef<Client> = system.spawn(
      defineActor({
        name: 'client',
        on: {
          order(ctx, id: number) {
            ctx.tell(shop, 'place', { id, to: ctx.self as ActorRef<Client> })
            ctx.timers.after(`patience ${id}`, '2s', 'giveUp', id)
          },
          placed(ctx, id: number) {
            ctx.timers.cancel(`patience ${id}`)
          },
          giveUp(ctx, id: number) {
            cancelled.add(id)
            ctx.tell(shop, 'cancel', id)
          },
        },
      }),
      { name: 'client' },
    )
    for (const id of sim.times(6)) {
      client.tell('order', id)
      await sim.sleep('5s')
    }
    await sim.settle()
    if ([...cancelled].some((id) => shipped.has(id))) sim.unreachable('what was cancelled is not shipped')
  },
}

const nonceForgotten: Planted = {
  bug: 'used nonces are forgotten all at once every half minute, also those of a second ago',
  invariant: 'one effect per idempotency key',
  within: 100,
  faults: { redeliver: { rate: 0.001, range: ['1s', '40s'] } },
  minimalFaults: 1,
  minimalMessages: 6,
  async scenario(sim, fixed) {
    const system = sim.system()
    const gate = system.spawn(
      defineActor({
        name: 'gate',
        state: () => ({ used: new Set<number>(), before: new Set<number>() }),
        on: {
          open: (ctx) => ctx.timers.every('sweep', '30s', 'sweep'),
          sweep(ctx) {
            const { state } = ctx
            state.before = fixed ? state.used : new Set()
            state.used = new Set()
          },
          request(ctx, { nonce, at }: { nonce: number; at: number }) {
            const { used, before } = ctx.state
            // Too old to be true: nobody needs to remember its nonce.
            if (sim.now - at > 30_000 || used.has(nonce) || before.has(nonce)) return 'refused'
            used.add(nonce)
            sim.effect(`request ${nonce}`)
            return 'accepted'
          },
        },
      }),
      { name: 'gate' },
    )
    gate.tell('open')
    const transport = sim.transport()
    const sent = new Map<number, number>()
    await transport.subscribe('requests', async ({ frame, ack }) => {
      const nonce = frame[0] as number
      await gate.ask('request', { nonce, at: sent.get(nonce) as number })
      await ack()
    })
    for (const nonce of sim.times(8)) {
      sent.set(nonce, sim.now)
      await transport.send('requests', Uint8Array.of(nonce))
      await sim.sleep('7s')
    }
    await sim.settle({ within: '2m' })
  },
}

export const rareDelivery: Readonly<Record<string, Planted>> = {
  expiredKey,
  rollsBackWhatWasDone,
  outboxTwice,
  cancelOvertakes,
  nonceForgotten,
}
