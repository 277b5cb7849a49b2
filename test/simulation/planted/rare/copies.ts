import { type ActorRef, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

const truncatesTooSoon: Planted = {
  bug: 'the log is cut off once the snapshot is written, and not once that is on the disk',
  invariant: 'what was confirmed survives a crash',
  within: 100,
  faults: { storeCrash: { at: { snapshots: 0.0005 } } },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const log = sim.store('log')
    const snapshots = sim.store('snapshots')
    const ledger = sim.system().spawn(
      defineActor({
        name: 'ledger',
        state: () => ({ entries: [] as number[], total: 0 }),
        on: {
          async add(ctx, n: number) {
            const { state } = ctx
            await log.commit([{ key: `entry ${n}`, value: Uint8Array.of(n) }])
            await log.flushed()
            state.entries.push(n)
            state.total += n
            if (state.entries.length < 4) return state.total
            await snapshots.commit([{ key: 'total', value: Uint8Array.of(state.total) }])
            const safe = snapshots.flushed()
            if (fixed) await safe
            else safe.catch(() => {})
            await log.commit(
              state.entries.splice(0).map((one) => ({ key: `entry ${one}`, value: undefined })),
            )
            await log.flushed()
            return state.total
          },
        },
      }),
      { name: 'ledger' },
    )
    let confirmed = 0
    for (const n of sim.times(9)) {
      const total = await ledger.ask('add', n + 1, { timeout: '1m' }).catch(() => undefined)
      if (total !== undefined) confirmed = total
      let kept = (await snapshots.get('total'))?.[0] ?? 0
      for await (const { value } of log.list('entry ')) kept += value[0] ?? 0
      if (kept < confirmed) sim.unreachable('what was confirmed survives a crash')
    }
  },
}

interface Counter {
  add: (ctx: never, n: number) => void
  drain: (ctx: never) => number
  adopt: (ctx: never, total: number) => void
}

interface Router {
  add: (ctx: never, n: number) => void
  move: (ctx: never, to: string) => void
}

const lostInHandover: Planted = {
  bug: 'what comes to the old owner between its handing over and the change of the route is counted there, and nowhere else',
  invariant: 'every event is counted',
  within: 100,
  faults: { delay: { at: { '* → router': { rate: 0.0008, range: ['100ms', '3s'] } } } },
  minimalFaults: 1,
  minimalMessages: 10,
  async scenario(sim, fixed) {
    const system = sim.system()
    const counter = (name: string, next?: ActorRef<Counter>): ActorRef<Counter> =>
      system.spawn(
        defineActor({
          name,
          state: () => ({ total: 0, moved: false }),
          on: {
            add(ctx, n: number) {
              if (fixed && ctx.state.moved && next !== undefined) ctx.tell(next, 'add', n)
              else ctx.state.total += n
            },
            drain(ctx) {
              const { total } = ctx.state
              ctx.state.total = 0
              ctx.state.moved = true
              return total
            },
            adopt(ctx, total: number) {
              ctx.state.total += total
            },
          },
        }),
        { name },
      )
    const fresh = counter('new')
    const old = counter('old', fresh)
    const router: ActorRef<Router> = system.spawn(
      defineActor({
        name: 'router',
        state: () => ({ to: 'old' }),
        on: {
          add: (ctx, n: number) => ctx.tell(ctx.state.to === 'old' ? old : fresh, 'add', n),
          move(ctx, to: string) {
            ctx.state.to = to
          },
        },
      }),
      { name: 'router' },
    )
    const mover = system.spawn(
      defineActor({
        name: 'mover',
        on: {
          async move(ctx) {
            const total = await ctx.ask(old, 'drain', undefined, { timeout: '1m' })
            await ctx.ask(fresh, 'adopt', total, { timeout: '1m' })
            ctx.tell(router, 'move', 'new')
          },
        },
      }),
      { name: 'mover' },
    )
    let sent = 0
    for (const n of sim.times(12)) {
      await sim.sleep('20ms')
      if (n === 6) mover.tell('move')
      await sim.sleep('20ms')
      router.tell('add', 1)
      sent += 1
    }
    await sim.settle()
    const counts = [await old.ask('drain'), await fresh.ask('drain')]
    // All is with the new owner, or without a move with the old one.
    if (!counts.includes(sent)) sim.unreachable('every event is counted')
  },
}

const cancelledButTried: Planted = {
  bug: 'a job that is cancelled while it waits for its next attempt is tried again',
  invariant: 'a cancelled job does not run',
  within: 100,
  faults: { maybe: 0.0003 },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const cancelled = new Set<number>()
    const jobs = sim.system().spawn(
      defineActor({
        name: 'jobs',
        state: () => ({ waiting: new Set<number>() }),
        on: {
          run(ctx, job: number) {
            ctx.state.waiting.delete(job)
            if (cancelled.has(job)) sim.unreachable('a cancelled job does not run')
            try {
              ctx.maybe('the service is down')
            } catch {
              ctx.state.waiting.add(job)
              ctx.timers.after(`retry ${job}`, '4s', 'run', job)
            }
          },
          cancel(ctx, job: number) {
            ctx.state.waiting.delete(job)
            if (fixed) ctx.timers.cancel(`retry ${job}`)
            cancelled.add(job)
          },
        },
      }),
      { name: 'jobs' },
    )
    for (const job of sim.times(10)) {
      jobs.tell('run', job)
      await sim.sleep('1s')
      if (job % 3 === 0) await jobs.ask('cancel', job)
    }
    await sim.settle()
  },
}

interface Replica {
  put: (ctx: never, row: { value: string; version: number }) => boolean
  get: (ctx: never) => { value: string; version: number }
}

const repairsBackwards: Planted = {
  bug: 'a read that finds replicas different writes the first answer to all of them, and not the newest',
  invariant: 'what was written stays',
  within: 100,
  faults: { drop: { at: { r1: 0.00015, r2: 0.00015, r3: 0.00015 } } },
  minimalFaults: 1,
  minimalMessages: 12,
  async scenario(sim, fixed) {
    const system = sim.system()
    const patience = { timeout: '1s' } as const
    const replicas = ['r1', 'r2', 'r3'].map(
      (name): ActorRef<Replica> =>
        system.spawn(
          defineActor({
            name,
            state: () => ({ value: '', version: 0 }),
            on: {
              put(ctx, { value, version }: { value: string; version: number }) {
                ctx.state.value = value
                ctx.state.version = version
                return true
              },
              get: ({ state }) => ({ ...state }),
            },
          }),
          { name },
        ),
    )
    const write = async (value: string, version: number): Promise<boolean> => {
      const put = (one: ActorRef<Replica>) => one.ask('put', { value, version }, patience).catch(() => false)
      const acks = await Promise.all(replicas.map(put))
      return acks.filter(Boolean).length >= 2
    }
    const read = async () => {
      const answers = await Promise.all(
        replicas.map((one) => one.ask('get', undefined, patience).catch(() => undefined)),
      )
      const rows = answers.filter((row) => row !== undefined)
      if (rows.length < 2) throw new Error('too few replicas answer')
      const newest = rows.reduce((best, row) => (row.version > best.version ? row : best))
      if (rows.some(({ version }) => version !== newest.version)) {
        const row = fixed ? newest : (rows[0] as typeof newest)
        await Promise.all(replicas.map((one) => one.ask('put', row, patience).catch(() => false)))
      }
      return newest
    }
    let written = 0
    for (const n of sim.times(6)) {
      if (await write(`value ${n}`, n + 1)) written = n + 1
      await read().catch(() => {})
      const row = await read().catch(() => undefined)
      if (row !== undefined && row.version < written) sim.unreachable('what was written stays')
    }
  },
}

export const rareCopies: Readonly<Record<string, Planted>> = {
  truncatesTooSoon,
  lostInHandover,
  cancelledButTried,
  repairsBackwards,
}
