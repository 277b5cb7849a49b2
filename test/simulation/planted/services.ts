import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const patience = { timeout: '1s' } as const

const batchTail: Planted = {
  bug: 'lines are written three at a time: the last ones wait for a batch that never fills',
  invariant: 'every line is written',
  within: 5,
  minimalFaults: 0,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const written = new Set<number>()
    const log = sim.system().spawn(
      defineActor({
        name: 'log',
        state: () => ({ lines: [] as number[] }),
        on: {
          line(ctx, n: number) {
            ctx.state.lines.push(n)
            if (fixed) ctx.timers.after('flush', '1s', 'flush')
            if (ctx.state.lines.length === 3) for (const one of ctx.state.lines.splice(0)) written.add(one)
          },
          flush(ctx) {
            for (const one of ctx.state.lines.splice(0)) written.add(one)
          },
        },
      }),
      { name: 'log' },
    )
    let sent = 0
    for (const n of sim.times(4)) {
      sent += 1
      log.tell('line', n)
    }
    await sim.settle()
    if (written.size < sent) sim.unreachable('every line is written')
  },
}

interface Listener {
  news: (ctx: never, n: number) => void
}

const subscribersForgotten: Planted = {
  bug: 'who has subscribed is kept in the state: after a crash nobody is told any more',
  invariant: 'a subscriber hears the news',
  within: 100,
  faults: { crash: { rate: 0.05, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const heard = new Set<number>()
    const system = sim.system()
    const listener: ActorRef<Listener> = system.spawn(
      defineActor({ name: 'listener', on: { news: (_ctx, n: number) => void heard.add(n) } }),
      { name: 'listener' },
    )
    const kept = new Set<ActorRef<Listener>>()
    const topic = system.spawn(
      defineActor({
        name: 'topic',
        state: () => ({ to: fixed ? kept : new Set<ActorRef<Listener>>() }),
        on: {
          subscribe(ctx, who: ActorRef<Listener>) {
            ctx.state.to.add(who)
          },
          publish(ctx, n: number) {
            for (const one of ctx.state.to) ctx.tell(one, 'news', n)
          },
        },
      }),
      { name: 'topic' },
    )
    await topic.ask('subscribe', listener)
    let last = -1
    for (const n of sim.times(5)) {
      await topic.ask('publish', n)
      last = n
    }
    await sim.settle()
    if (last !== -1 && !heard.has(last) && !heard.has(last - 1))
      sim.unreachable('a subscriber hears the news')
  },
}

const partedCommit: Planted = {
  bug: 'a participant that has voted yes gives up by itself where the decision is late: the other one commits',
  invariant: 'all commit or none',
  within: 100,
  faults: { drop: 0.05 },
  minimalFaults: 1,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const outcome = new Map<string, string>()
    const system = sim.system()
    const part = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            prepare(ctx) {
              if (!fixed) ctx.timers.after('patience', '5s', 'abort')
              return true
            },
            commit(ctx) {
              ctx.timers.cancel('patience')
              outcome.set(name, 'committed')
            },
            abort: () => void outcome.set(name, 'aborted'),
          },
        }),
        { name },
      )
    const parts = [part('left'), part('right')]
    const votes = await Promise.all(
      parts.map((one) => one.ask('prepare', undefined, patience).catch(() => false)),
    )
    const decision = votes.every(Boolean) ? 'commit' : 'abort'
    for (const one of parts) {
      let told = false
      for (let i = 0; i < (fixed ? 20 : 1) && !told; i++)
        told = await one.ask(decision, undefined, patience).then(
          () => true,
          () => false,
        )
    }
    await sim.settle()
    if (new Set(outcome.values()).size > 1) sim.unreachable('all commit or none')
  },
}

const pollerOverlaps: Planted = {
  bug: 'a job starts every second, whether or not the last one has ended: a slow one runs beside the next',
  invariant: 'one job at a time',
  within: 100,
  faults: { slow: { rate: 0.1, range: ['1s', '3s'] } },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const source = sim
      .system()
      .spawn(defineActor({ name: 'source', on: { read: () => 'rows' } }), { name: 'source' })
    let running = 0
    const job = async () => {
      running += 1
      if (running > 1) sim.unreachable('one job at a time')
      await source.ask('read').catch(() => {})
      running -= 1
    }
    for (const _ of sim.times(5)) {
      if (!fixed || running === 0) job().catch(() => {})
      await sim.sleep('1s')
    }
    await sim.settle()
  },
}

const oldErrorForever: Planted = {
  bug: 'calls for the same key share one promise, which is kept where it fails: the error is the answer from then on',
  invariant: 'a later call may succeed',
  within: 100,
  faults: { throw: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const source = sim
      .system()
      .spawn(defineActor({ name: 'source', on: { read: () => 'row' } }), { name: 'source' })
    const flights = new Map<string, Promise<string>>()
    const get = (key: string): Promise<string> => {
      const known = flights.get(key)
      if (known !== undefined) return known
      const flight = source.ask('read', undefined, patience)
      flights.set(key, flight)
      if (fixed) flight.catch(() => flights.delete(key))
      return flight
    }
    for (const n of sim.times(6)) {
      const first = await get(`row ${n}`).catch(() => undefined)
      if (first !== undefined) continue
      const answers = await Promise.allSettled(
        [1, 2, 3, 4].map((_, i) => sim.sleep(i * 100).then(() => get(`row ${n}`))),
      )
      if (answers.every(({ status }) => status === 'rejected')) sim.unreachable('a later call may succeed')
    }
  },
}

const addsBeforeItFails: Planted = {
  bug: 'a handler adds to the total before a step that may fail: its next attempt adds again',
  invariant: 'the total is the sum of what was accepted',
  within: 100,
  faults: { maybe: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    let total = 0
    let accepted = 0
    const till = sim.system().spawn(
      defineActor({
        name: 'till',
        retry: { attempts: 5, backoff: '10ms' },
        on: {
          add(ctx, amount: number) {
            if (!fixed) total += amount
            ctx.maybe('the receipt fails')
            if (fixed) total += amount
          },
        },
      }),
      { name: 'till' },
    )
    for (const n of sim.times(5)) {
      const added = await till.ask('add', n + 1).then(
        () => true,
        () => false,
      )
      if (added) accepted += n + 1
      if (total !== accepted) sim.unreachable('the total is the sum of what was accepted')
    }
  },
}

const doneByBoth: Planted = {
  bug: 'a job whose worker is slow is given to another, and both of them finish it',
  invariant: 'one effect per idempotency key',
  within: 100,
  faults: { slow: { rate: 0.05, range: ['1s', '3s'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const claimed = new Set<number>()
    const system = sim.system()
    const hand = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            work(_ctx, job: number) {
              if (fixed && claimed.has(job)) return
              claimed.add(job)
              sim.effect(`job ${job}`)
            },
          },
        }),
        { name },
      )
    const hands = [hand('left'), hand('right')] as const
    for (const job of sim.times(5)) {
      const by = (which: (typeof hands)[number]) => which.ask('work', job, { timeout: '500ms' })
      await by(hands[0]).catch(() => by(hands[1]).catch(() => {}))
    }
    await sim.settle()
  },
}

export const services: Readonly<Record<string, Planted>> = {
  batchTail,
  subscribersForgotten,
  partedCommit,
  pollerOverlaps,
  oldErrorForever,
  addsBeforeItFails,
  doneByBoth,
}
