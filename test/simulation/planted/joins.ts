import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Simulation } from '../../../src/simulation/index.ts'
import type { Planted } from './planted.ts'

interface Part {
  readonly id: number
  readonly branch: string
}

/** A hand-written fan-in: two branches send their parts to one collector. */
function fanIn(sim: Simulation, rules: { once: boolean; patience: boolean }) {
  const emitted = new Map<number, number>()
  const system = sim.system()
  const collector = system.spawn(
    defineActor({
      name: 'collector',
      state: () => ({ open: new Map<number, Set<string>>(), done: new Set<number>() }),
      on: {
        part(ctx, { id, branch }: Part) {
          const { open, done } = ctx.state
          if (rules.once && done.has(id)) return
          const parts = open.get(id) ?? new Set<string>()
          parts.add(branch)
          open.set(id, parts)
          if (rules.patience && parts.size === 1) ctx.timers.after(`join ${id}`, '5s', 'late', id)
          if (parts.size < 2) return
          emitted.set(id, (emitted.get(id) ?? 0) + 1)
          done.add(id)
          ctx.timers.cancel(`join ${id}`)
          if (rules.once) open.delete(id)
        },
        late(ctx, id: number) {
          const { open, done } = ctx.state
          if (done.has(id)) return
          done.add(id)
          open.delete(id)
          emitted.set(id, 1)
        },
      },
    }),
    { name: 'collector' },
  )
  const branch = (name: string) =>
    system.spawn(
      defineActor({
        name,
        on: {
          work(ctx, id: number) {
            ctx.tell(collector, 'part', { id, branch: name })
          },
        },
      }),
      { name },
    )
  return { emitted, branches: [branch('left'), branch('right')] }
}

const emitsTwice: Planted = {
  bug: 'a join forgets that it has emitted: a repeated part completes it again',
  invariant: 'one answer a question',
  within: 200,
  faults: { duplicate: 0.05 },
  minimalFaults: 1,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const { emitted, branches } = fanIn(sim, { once: fixed, patience: false })
    sim.invariant('one answer a question', () => [...emitted.values()].every((times) => times === 1))
    for (const id of sim.times(6)) for (const branch of branches) branch.tell('work', id)
    await sim.settle()
  },
}

const waitsForEver: Planted = {
  bug: 'a join waits for a part that will never come',
  invariant: 'every question is answered',
  within: 200,
  faults: { drop: 0.05 },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const { emitted, branches } = fanIn(sim, { once: true, patience: fixed })
    sim.remote('right')
    let asked = 0
    for (const id of sim.times(6)) {
      asked += 1
      for (const branch of branches) branch.tell('work', id)
    }
    await sim.sleep('10s')
    await sim.settle()
    sim.invariant('every question is answered', () => emitted.size === asked)
  },
}

interface Replica {
  put: (ctx: never, version: number) => number
  get: (ctx: never) => number
}

const quorumOffByOne: Planted = {
  bug: 'a write counts as safe after one acknowledgement of three',
  invariant: 'what was written can be read',
  within: 400,
  faults: { drop: 0.1 },
  minimalFaults: 3,
  minimalMessages: 8,
  async scenario(sim, fixed) {
    const system = sim.system()
    const replicas = ['r1', 'r2', 'r3'].map(
      (name): ActorRef<Replica> =>
        system.spawn(
          defineActor({
            name,
            state: () => ({ version: 0 }),
            on: {
              put(ctx, version: number) {
                ctx.state.version = Math.max(ctx.state.version, version)
                return version
              },
              get: (ctx) => ctx.state.version,
            },
          }),
          { name },
        ),
    )
    const ask = async <T>(calls: Promise<T>[]): Promise<T[]> => {
      const settled = await Promise.allSettled(calls)
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    }
    const quorum = fixed ? 2 : 1
    let written = 0
    for (const i of sim.times(6)) {
      const acks = await ask(replicas.map((replica) => replica.ask('put', i + 1, { timeout: '1s' })))
      if (acks.length >= quorum) written = i + 1
      const seen = await ask(replicas.map((replica) => replica.ask('get', undefined, { timeout: '1s' })))
      if (seen.length < 2) continue
      const newest = Math.max(...seen)
      if (newest < written) sim.unreachable('what was written can be read')
    }
  },
}

export const joins: Readonly<Record<string, Planted>> = { emitsTwice, waitsForEver, quorumOffByOne }
