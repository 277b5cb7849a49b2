import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Simulation } from '../../../src/simulation/index.ts'
import type { Planted } from './planted.ts'

/** A row with a version, that takes its time: reads and writes of it are messages. */
function table(sim: Simulation, name = 'table') {
  return sim.system().spawn(
    defineActor({
      name,
      state: () => ({ value: 0, version: 0 }),
      on: {
        read: (ctx) => ({ ...ctx.state }),
        write(ctx, value: number) {
          ctx.state.value = value
          ctx.state.version += 1
        },
        /** False where somebody has written since. */
        swap(ctx, { value, version }: { value: number; version: number }) {
          if (ctx.state.version !== version) return false
          ctx.state.value = value
          ctx.state.version += 1
          return true
        },
      },
    }),
    { name },
  )
}

const lostUpdate: Planted = {
  bug: 'two clients read, add and write back: one of the two sums is lost',
  invariant: 'every deposit counts',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const account = table(sim, 'account')
    const deposit = async () => {
      for (;;) {
        const { value, version } = await account.ask('read')
        if (!fixed) return account.ask('write', value + 1)
        if (await account.ask('swap', { value: value + 1, version })) return
      }
    }
    await Promise.all([deposit(), deposit()])
    if ((await account.ask('read')).value !== 2) sim.unreachable('every deposit counts')
  },
}

const staleFill: Planted = {
  bug: 'a slow read fills the cache with what has been written over since',
  invariant: 'the cache holds what the table holds',
  within: 100,
  faults: { lateAck: { rate: 0.1, range: ['100ms', '500ms'] } },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const rows = table(sim)
    const cache = new Map<string, { value: number; version: number }>()
    let written = 0
    const look = async () => {
      const row = await rows.ask('read').catch(() => undefined)
      if (row === undefined || (fixed && row.version < written)) return
      cache.set('row', row)
    }
    for (const n of sim.times(3)) {
      const looking = look()
      await sim.sleep('20ms')
      await rows.ask('write', n + 1).catch(() => {})
      written += 1
      cache.clear()
      await looking
      const now = await rows.ask('read').catch(() => undefined)
      const cached = cache.get('row')
      if (cached !== undefined && now !== undefined && cached.value !== now.value)
        sim.unreachable('the cache holds what the table holds')
    }
  },
}

const staleReplica: Planted = {
  bug: 'a client writes to the primary and reads from a replica that has not heard of it',
  invariant: 'a client reads what it wrote',
  within: 50,
  faults: { delay: { rate: 0.2, range: ['10ms', '1s'] } },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const system = sim.system()
    const replica = system.spawn(
      defineActor({
        name: 'replica',
        state: () => ({ value: 0 }),
        on: {
          set(ctx, value: number) {
            ctx.state.value = value
          },
          get: (ctx) => ctx.state.value,
        },
      }),
      { name: 'replica' },
    )
    const primary = system.spawn(
      defineActor({
        name: 'primary',
        state: () => ({ value: 0 }),
        on: {
          set(ctx, value: number) {
            ctx.state.value = value
            ctx.tell(replica as ActorRef<{ set: (ctx: never, value: number) => void }>, 'set', value)
          },
          get: (ctx) => ctx.state.value,
        },
      }),
      { name: 'primary' },
    )
    for (const n of sim.times(4)) {
      await primary.ask('set', n + 1)
      if ((await (fixed ? primary : replica).ask('get')) !== n + 1)
        sim.unreachable('a client reads what it wrote')
    }
  },
}

const offsetPages: Planted = {
  bug: 'a list is read page by page, by position: what is removed meanwhile makes it skip an entry',
  invariant: 'every entry that stays is listed',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const list = sim.system().spawn(
      defineActor({
        name: 'list',
        state: () => ({ keys: [1, 2, 3, 4] }),
        on: {
          remove(ctx, key: number) {
            ctx.state.keys = ctx.state.keys.filter((one) => one !== key)
          },
          page: (ctx, { from, after }: { from: number; after: number }) =>
            fixed
              ? ctx.state.keys.filter((key) => key > after).slice(0, 2)
              : ctx.state.keys.slice(from, from + 2),
        },
      }),
      { name: 'list' },
    )
    const seen: number[] = []
    const read = async () => {
      for (;;) {
        const page = await list.ask('page', { from: seen.length, after: seen.at(-1) ?? 0 })
        if (page.length === 0) return
        seen.push(...page)
        await sim.sleep('10ms')
      }
    }
    await Promise.all([read(), sim.sleep(sim.pick([5, 15, 25, 35])).then(() => list.ask('remove', 1))])
    for (const key of [2, 3, 4]) if (!seen.includes(key)) sim.unreachable('every entry that stays is listed')
  },
}

const missedBetween: Planted = {
  bug: 'a reader asks for the value and subscribes afterwards: what changes in between is never heard of',
  invariant: 'the view shows the value',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const shown = { value: 0 }
    const system = sim.system()
    const view = system.spawn(
      defineActor({
        name: 'view',
        on: {
          changed(_ctx, value: number) {
            shown.value = value
          },
        },
      }),
      { name: 'view' },
    )
    const topic = system.spawn(
      defineActor({
        name: 'topic',
        state: () => ({ value: 0, heard: false }),
        on: {
          change(ctx) {
            ctx.state.value += 1
            if (ctx.state.heard)
              ctx.tell(
                view as ActorRef<{ changed: (ctx: never, value: number) => void }>,
                'changed',
                ctx.state.value,
              )
          },
          subscribe(ctx) {
            ctx.state.heard = true
            return ctx.state.value
          },
          get: (ctx) => ctx.state.value,
        },
      }),
      { name: 'topic' },
    )
    const open = async () => {
      if (!fixed) {
        shown.value = await topic.ask('get')
        await sim.sleep('10ms')
        await topic.ask('subscribe')
      } else shown.value = Math.max(shown.value, await topic.ask('subscribe'))
    }
    const writer = sim.sleep(sim.pick([5, 15, 25, 35])).then(() => topic.ask('change'))
    await Promise.all([open(), writer])
    await sim.settle()
    if (shown.value !== 1) sim.unreachable('the view shows the value')
  },
}

const idsRestart: Planted = {
  bug: 'numbers are counted in the state: after a crash they begin again',
  invariant: 'one effect per idempotency key',
  within: 100,
  faults: { crash: { rate: 0.05, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    let kept = 0
    const counter = sim.system().spawn(
      defineActor({
        name: 'numbers',
        state: () => ({ last: fixed ? kept : 0 }),
        on: {
          next(ctx) {
            ctx.state.last += 1
            kept = ctx.state.last
            return ctx.state.last
          },
        },
      }),
      { name: 'numbers' },
    )
    for (const _ of sim.times(6)) {
      const number = await counter.ask('next').catch(() => undefined)
      if (number !== undefined) sim.effect(`number ${number}`)
    }
  },
}

export const stores: Readonly<Record<string, Planted>> = {
  lostUpdate,
  staleFill,
  staleReplica,
  offsetPages,
  missedBetween,
  idsRestart,
}
