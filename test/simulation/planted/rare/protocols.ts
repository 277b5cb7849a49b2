import { type ActorRef, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

interface Voter {
  vote: (ctx: never, request: { term: number; candidate: string }) => boolean
}

const votesTwice: Planted = {
  bug: 'a voter does not write down its vote: after a crash it votes again in the same term',
  invariant: 'a term has one leader',
  within: 100,
  faults: { crash: { rate: 0.00008, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const system = sim.system()
    const voters = ['v1', 'v2', 'v3'].map((name): ActorRef<Voter> => {
      let disk = { term: 0, votedFor: '' }
      return system.spawn(
        defineActor({
          name,
          state: () => ({ ...disk }),
          on: {
            vote(ctx, { term, candidate }: { term: number; candidate: string }) {
              const { state } = ctx
              if (term < state.term) return false
              if (term > state.term) state.votedFor = ''
              state.term = term
              if (state.votedFor !== '' && state.votedFor !== candidate) return false
              state.votedFor = candidate
              disk = fixed ? { ...state } : { ...disk, term }
              return true
            },
          },
        }),
        { name },
      )
    })
    const leaders = new Map<number, string>()
    const campaign = async (candidate: string, term: number) => {
      // One after the other, as a candidate that has its majority needs no more.
      let votes = 0
      for (const voter of candidate === 'ann' ? voters : [...voters].reverse()) {
        const yes = await voter.ask('vote', { term, candidate }, { timeout: '1s' }).catch(() => false)
        if (yes) votes += 1
        if (votes === 2) break
      }
      if (votes < 2) return
      if (leaders.has(term)) sim.unreachable('a term has one leader')
      leaders.set(term, candidate)
    }
    for (const term of sim.times(6)) {
      await Promise.all([campaign('ann', term + 1), campaign('bob', term + 1)])
    }
  },
}

interface Mirror {
  changed: (ctx: never, change: { seq: number; amount: number }) => void
}

interface Source {
  snapshot: (ctx: never) => { seq: number; total: number }
}

const appliedTwice: Planted = {
  bug: 'after a gap the mirror takes a snapshot; a change with the number of the snapshot, which is part of it, is applied again',
  invariant: 'the mirror shows what the source has',
  within: 300,
  faults: { drop: { at: { 'source → mirror': 0.0002 } }, delay: ['1ms', '40ms'] },
  minimalFaults: 1,
  minimalMessages: 7,
  async scenario(sim, fixed) {
    const system = sim.system()
    let source: ActorRef<Source> | undefined
    const mirror: ActorRef<Mirror> = system.spawn(
      defineActor({
        name: 'mirror',
        state: () => ({ seq: 0, total: 0 }),
        on: {
          async changed(ctx, { seq, amount }: { seq: number; amount: number }) {
            const { state } = ctx
            if (fixed ? seq <= state.seq : seq < state.seq) return
            if (seq > state.seq + 1) {
              const now = await ctx.ask(source as ActorRef<Source>, 'snapshot', undefined, { timeout: '5s' })
              state.seq = now.seq
              state.total = now.total
              return
            }
            state.seq = seq
            state.total += amount
          },
        },
      }),
      { name: 'mirror' },
    )
    const orders = system.spawn(
      defineActor({
        name: 'source',
        state: () => ({ seq: 0, total: 0 }),
        on: {
          add(ctx, amount: number) {
            ctx.state.seq += 1
            ctx.state.total += amount
            ctx.tell(mirror, 'changed', { seq: ctx.state.seq, amount })
          },
          snapshot: (ctx) => ({ ...ctx.state }),
        },
      }),
      { name: 'source' },
    )
    source = orders
    for (const n of sim.times(10)) {
      orders.tell('add', n + 1)
      await sim.sleep('25ms')
    }
    await sim.settle()
    sim.invariant('the mirror shows what the source has', ({ state }) => {
      const [a, b] = [orders, mirror].map((one) => state<{ seq: number; total: number }>(one))
      // What was lost at the end shows with the next change.
      return a === undefined || b === undefined || a.seq !== b.seq || a.total === b.total
    })
  },
}

interface Joiner {
  part: (ctx: never, part: { id: number; from: string }) => void
}

const evictedPart: Planted = {
  bug: 'a join keeps three open parts and drops the oldest for a fourth: the other half of that one is never answered',
  invariant: 'every request is answered or refused',
  within: 100,
  faults: { delay: { at: { '* → join': { rate: 0.00005, range: ['500ms', '10s'] } } } },
  minimalFaults: 1,
  minimalMessages: 16,
  async scenario(sim, fixed) {
    const system = sim.system()
    const ended = new Map<number, 'answered' | 'refused'>()
    const join: ActorRef<Joiner> = system.spawn(
      defineActor({
        name: 'join',
        state: () => ({ open: new Map<number, string>() }),
        on: {
          part(ctx, { id, from }: { id: number; from: string }) {
            const { open } = ctx.state
            if (open.has(id) && open.get(id) !== from) {
              open.delete(id)
              ended.set(id, 'answered')
              return
            }
            if (fixed && ended.has(id)) return
            open.set(id, from)
            const [oldest] = open.keys()
            if (open.size <= 3 || oldest === undefined) return
            open.delete(oldest)
            if (fixed) ended.set(oldest, 'refused')
          },
        },
      }),
      { name: 'join' },
    )
    const branch = (name: string) =>
      system.spawn(
        defineActor({ name, on: { work: (ctx, id: number) => ctx.tell(join, 'part', { id, from: name }) } }),
        { name },
      )
    const branches = [branch('text'), branch('image')]
    const asked: number[] = []
    for (const id of sim.times(10)) {
      asked.push(id)
      for (const one of branches) one.tell('work', id)
      await sim.sleep('700ms')
    }
    await sim.settle()
    if (asked.some((id) => !ended.has(id))) sim.unreachable('every request is answered or refused')
  },
}

export const rareProtocols: Readonly<Record<string, Planted>> = { votesTwice, appliedTwice, evictedPart }
