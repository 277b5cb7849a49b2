import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const deadlineIgnored: Planted = {
  bug: 'the deadline is looked at before the wait, not after it',
  invariant: 'nothing is done for an asker who has gone',
  within: 200,
  faults: { slow: { rate: 0.05, range: ['1s', '4s'] } },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const gone = new Set<number>()
    const done = new Set<number>()
    const press = sim.system().spawn(
      defineActor({
        name: 'press',
        on: {
          async print(ctx, page: number) {
            if (fixed && ctx.signal.aborted) return
            await sim.sleep('200ms')
            if (fixed && ctx.signal.aborted) return
            if (gone.has(page)) sim.unreachable('nothing is done for an asker who has gone')
            done.add(page)
          },
        },
      }),
      { name: 'press' },
    )
    for (const page of sim.times(6)) {
      await press.ask('print', page, { timeout: '500ms' }).catch(() => gone.add(page))
    }
  },
}

const timerLeak: Planted = {
  bug: 'a reminder is set for every message and never taken back',
  invariant: 'no timer left behind',
  within: 5,
  minimalFaults: 0,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const session = sim.system().spawn(
      defineActor({
        name: 'session',
        on: {
          touch(ctx) {
            if (fixed) ctx.timers.after('idle', '1h', 'close')
            else ctx.schedule('1h', ctx.self as ActorRef<Record<'close', () => void>>, 'close')
          },
          close() {},
        },
      }),
      { name: 'session' },
    )
    for (const _ of sim.times(4)) session.tell('touch')
    await sim.settle()
  },
}

interface Replies {
  found: (ctx: never, result: { of: number }) => void
}

const lateOverwrites: Planted = {
  bug: 'the answer to an older search replaces that to a newer one',
  invariant: 'what is shown is what was asked last',
  within: 200,
  faults: { slow: { rate: 0.1, range: ['100ms', '2s'] } },
  minimalFaults: 1,
  minimalMessages: 6,
  async scenario(sim, fixed) {
    const system = sim.system()
    const engine = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            search(ctx, { of, to }: { of: number; to: ActorRef<Replies> }) {
              ctx.tell(to, 'found', { of })
            },
          },
        }),
        { name },
      )
    const engines = [engine('east'), engine('west')]
    let shown = 0
    let asked = 0
    const page = system.spawn(
      defineActor({
        name: 'page',
        on: {
          type(ctx, of: number) {
            asked = of
            ctx.tell(engines[of % 2] as (typeof engines)[number], 'search', {
              of,
              to: ctx.self as ActorRef<Replies>,
            })
          },
          found(_ctx, { of }: { of: number }) {
            if (fixed && of < asked) return
            shown = of
          },
        },
      }),
      { name: 'page' },
    )
    for (const i of sim.times(6)) page.tell('type', i + 1)
    await sim.settle()
    sim.invariant('what is shown is what was asked last', () => shown === asked)
  },
}

interface Node {
  beat: (ctx: never, from: string) => void
  tick: (ctx: never) => void
  meet: (ctx: never, peer: ActorRef<Node>) => void
}

const splitBrain: Planted = {
  bug: 'whoever hears nothing takes the lead: behind a partition both do',
  invariant: 'one leader at most',
  within: 200,
  faults: { partition: { rate: 0.01, range: ['5s', '20s'] } },
  minimalFaults: 1,
  minimalMessages: 14,
  async scenario(sim, fixed) {
    const leads = new Map<string, boolean>([
      ['a', true],
      ['b', false],
    ])
    const system = sim.system()
    let holder = 'a'
    // A third party that grants the lead to one at a time, and can be reached by both.
    const grant = (name: string): boolean => {
      if (!fixed) return true
      if (holder !== name) leads.set(holder, false)
      holder = name
      return true
    }
    const node = (name: string): ActorRef<Node> =>
      system.spawn(
        defineActor({
          name,
          state: () => ({ heard: 0, peer: undefined as ActorRef<Node> | undefined }),
          on: {
            meet(ctx, peer: ActorRef<Node>) {
              ctx.state.peer = peer
              ctx.timers.every('tick', '1s', 'tick')
            },
            beat(ctx) {
              ctx.state.heard = sim.now
            },
            tick(ctx) {
              const { peer, heard } = ctx.state
              if (leads.get(name) === true) {
                if (peer !== undefined) ctx.tell(peer, 'beat', name)
              } else if (sim.now - heard > 3000 && grant(name)) leads.set(name, true)
            },
          },
        }),
        { name },
      )
    const a = node('a')
    const b = node('b')
    a.tell('meet', b)
    b.tell('meet', a)
    sim.remote('a', 'b')
    sim.invariant('one leader at most', () => !(leads.get('a') === true && leads.get('b') === true))
    await sim.sleep('60s')
  },
}

export const time: Readonly<Record<string, Planted>> = {
  deadlineIgnored,
  timerLeak,
  lateOverwrites,
  splitBrain,
}
