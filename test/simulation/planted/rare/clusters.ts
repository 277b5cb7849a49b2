import { type ActorRef, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

interface Leases {
  take: (ctx: never, who: string) => boolean
}

const LEASE_MS = 5000

const holdsOn: Planted = {
  bug: 'a holder whose renewals get lost goes on: only the lease service knows that its lease is over',
  invariant: 'one holder at most',
  within: 500,
  faults: { drop: 0.008 },
  minimalFaults: 3,
  minimalMessages: 50,
  async scenario(sim, fixed) {
    const system = sim.system()
    const leases: ActorRef<Leases> = system.spawn(
      defineActor({
        name: 'leases',
        state: () => ({ holder: '', until: 0 }),
        on: {
          take(ctx, who: string) {
            const { state } = ctx
            if (state.holder !== who && sim.now < state.until) return false
            state.holder = who
            state.until = sim.now + LEASE_MS
            return true
          },
        },
      }),
      { name: 'leases' },
    )
    const node = (name: string) =>
      system.spawn(
        defineActor({
          name,
          state: () => ({ holds: false }),
          on: {
            start: (ctx) => ctx.timers.every('beat', '2s', 'beat'),
            async beat(ctx) {
              const askedAt = sim.now
              const mine = await ctx.ask(leases, 'take', name, { timeout: '1s' }).catch(() => undefined)
              if (mine === undefined) return
              ctx.state.holds = mine
              const left = askedAt + LEASE_MS - 2000 - sim.now
              if (fixed && mine) ctx.timers.after('over', left, 'over')
            },
            over(ctx) {
              ctx.state.holds = false
            },
          },
        }),
        { name },
      )
    const nodes = [node('ann'), node('bob')]
    sim.invariant(
      'one holder at most',
      ({ state }) => nodes.filter((one) => state<{ holds: boolean }>(one)?.holds === true).length <= 1,
    )
    for (const one of nodes) {
      one.tell('start')
      await sim.sleep('1s')
    }
    for (const _ of sim.times(20)) await sim.sleep('2s')
  },
}

interface Coordinator {
  start: (ctx: never) => void
  beat: (ctx: never, from: string) => void
}

interface Shard {
  assign: (ctx: never) => void
  revoke: (ctx: never) => boolean
}

const ownsAfterReturn: Planted = {
  bug: 'a silent worker is told once that its shard is gone, and the next one gets it whether or not it has heard',
  invariant: 'a shard has one owner',
  within: 500,
  faults: { drop: { at: { 'left → coordinator': 0.009, 'coordinator → left': 0.009 } } },
  minimalFaults: 2,
  minimalMessages: 37,
  async scenario(sim, fixed) {
    const system = sim.system()
    const workers = new Map<string, ActorRef<Shard>>()
    const coordinator: ActorRef<Coordinator> = system.spawn(
      defineActor({
        name: 'coordinator',
        state: () => ({ owner: '', heard: 0 }),
        on: {
          async start(ctx) {
            ctx.state.owner = 'left'
            ctx.state.heard = sim.now
            await ctx.ask(workers.get('left') as ActorRef<Shard>, 'assign', undefined, { timeout: '1s' })
            ctx.timers.every('look', '500ms', 'look')
          },
          beat(ctx, from: string) {
            if (from === ctx.state.owner) ctx.state.heard = sim.now
          },
          async look(ctx) {
            const { state } = ctx
            if (sim.now - state.heard < 2500) return
            const old = workers.get(state.owner) as ActorRef<Shard>
            if (!fixed) ctx.tell(old, 'revoke')
            else while (!(await ctx.ask(old, 'revoke', undefined, { timeout: '1s' }).catch(() => false)));
            state.owner = state.owner === 'left' ? 'right' : 'left'
            state.heard = sim.now
            ctx.tell(workers.get(state.owner) as ActorRef<Shard>, 'assign')
          },
        },
      }),
      { name: 'coordinator' },
    )
    for (const name of ['left', 'right']) {
      const worker = system.spawn(
        defineActor({
          name,
          state: () => ({ owns: false }),
          on: {
            start: (ctx) => ctx.timers.every('beat', '1s', 'beat'),
            beat: (ctx) => ctx.tell(coordinator, 'beat', name),
            assign(ctx) {
              ctx.state.owns = true
            },
            revoke(ctx) {
              ctx.state.owns = false
              return true
            },
          },
        }),
        { name },
      )
      worker.tell('start')
      workers.set(name, worker)
    }
    coordinator.tell('start')
    sim.invariant(
      'a shard has one owner',
      ({ state }) =>
        [...workers.values()].filter((one) => state<{ owns: boolean }>(one)?.owns === true).length <= 1,
    )
    for (const _ of sim.times(25)) await sim.sleep('1s')
  },
}

interface Service {
  ping: (ctx: never) => string
}

const emptyPool: Planted = {
  bug: 'the router takes the n-th of the healthy services, and does not think of none',
  invariant: 'a request gets a service',
  within: 100,
  faults: { drop: { at: { 'router → east': 0.01, 'router → west': 0.01 } } },
  minimalFaults: 2,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    const system = sim.system()
    const services = ['east', 'west'].map(
      (name): ActorRef<Service> => system.spawn(defineActor({ name, on: { ping: () => name } }), { name }),
    )
    const router = system.spawn(
      defineActor({
        name: 'router',
        state: () => ({ healthy: ['east', 'west'], next: 0 }),
        on: {
          async check(ctx) {
            const up = await Promise.all(
              services.map((one) =>
                ctx.ask(one, 'ping', undefined, { timeout: '1s' }).catch(() => undefined),
              ),
            )
            ctx.state.healthy = up.filter((name) => name !== undefined)
          },
          route(ctx) {
            const { state } = ctx
            const healthy = fixed && state.healthy.length === 0 ? ['east', 'west'] : state.healthy
            state.next += 1
            return healthy[state.next % healthy.length]
          },
        },
      }),
      { name: 'router' },
    )
    for (const _ of sim.times(10)) {
      await router.ask('check')
      if ((await router.ask('route')) === undefined) sim.unreachable('a request gets a service')
      await sim.sleep('5s')
    }
  },
}

interface Participant {
  prepare: (ctx: never, tx: number) => boolean
  commit: (ctx: never, tx: number) => void
  abort: (ctx: never, tx: number) => void
}

const coordinatorForgets: Planted = {
  bug: 'a coordinator that fails between two participants decides again, and may decide otherwise',
  invariant: 'all commit or none',
  within: 300,
  faults: { maybe: 0.01, drop: 0.005 },
  minimalFaults: 2,
  minimalMessages: 8,
  async scenario(sim, fixed) {
    const system = sim.system()
    const disk = new Map<number, 'commit' | 'abort'>()
    const outcomes = new Map<string, 'commit' | 'abort'>()
    const parts = ['accounts', 'orders'].map(
      (name): ActorRef<Participant> =>
        system.spawn(
          defineActor({
            name,
            on: {
              prepare: () => true,
              commit(_ctx, tx: number) {
                if (!outcomes.has(`${name} ${tx}`)) outcomes.set(`${name} ${tx}`, 'commit')
              },
              abort(_ctx, tx: number) {
                if (!outcomes.has(`${name} ${tx}`)) outcomes.set(`${name} ${tx}`, 'abort')
              },
            },
          }),
          { name },
        ),
    )
    const patience = { timeout: '1s' } as const
    const coordinator = system.spawn(
      defineActor({
        name: 'coordinator',
        retry: { attempts: 5, backoff: '1s' },
        on: {
          async run(ctx, tx: number) {
            let decision = disk.get(tx)
            if (decision === undefined) {
              const votes = await Promise.all(
                parts.map((one) => ctx.ask(one, 'prepare', tx, patience).catch(() => false)),
              )
              decision = votes.every(Boolean) ? 'commit' : 'abort'
              if (fixed) disk.set(tx, decision)
            }
            for (const one of parts) {
              const tell = () => ctx.ask(one, decision as 'commit', tx, patience)
              while (
                !(await tell().then(
                  () => true,
                  () => false,
                ))
              );
              ctx.maybe('after telling one')
            }
          },
        },
      }),
      { name: 'coordinator' },
    )
    for (const tx of sim.times(6)) {
      await coordinator.ask('run', tx, { timeout: '1m' }).catch(() => {})
      const [a, b] = ['accounts', 'orders'].map((name) => outcomes.get(`${name} ${tx}`))
      if (a !== undefined && b !== undefined && a !== b) sim.unreachable('all commit or none')
    }
  },
}

export const rareClusters: Readonly<Record<string, Planted>> = {
  holdsOn,
  ownsAfterReturn,
  emptyPool,
  coordinatorForgets,
}
