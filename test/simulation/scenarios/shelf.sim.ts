import { type ActorRef, defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const TTL_MS = 50

/** What was set aside comes back in its order. */
async function stashes(sim: Simulation): Promise<void> {
  const handled: number[] = []
  const Door = defineActor({
    name: 'door',
    on: {},
    initial: 'closed',
    states: {
      closed: {
        item: (ctx, _n: number) => ctx.stash(),
        open(ctx) {
          ctx.become('open')
          ctx.unstash()
        },
      },
      open: {
        item: (_ctx, n: number) => void handled.push(n),
        open() {},
      },
    },
  })
  const door = sim.system().spawn(Door, { name: 'door' })
  const opensAt = sim.pick([2, 3, 4])
  for (const n of sim.times(6)) {
    door.tell('item', n)
    if (n === opensAt) door.tell('open')
  }
  const opens = () =>
    door.ask('open', undefined, { timeout: '1s' }).then(
      () => true,
      () => false,
    )
  while (!(await opens()));
  await sim.settle()
  if (handled.some((n, at) => n < (handled[at - 1] ?? -1)))
    sim.unreachable('what was set aside comes back in its order')
  if (handled.length > 3) sim.reachable('several came back')
}

/** No message begins after its time to live. */
async function expires(sim: Simulation): Promise<void> {
  const Clerk = defineActor({
    name: 'clerk',
    mailbox: { ttl: TTL_MS },
    on: {
      async work(_ctx, at: number) {
        if (sim.now > at + TTL_MS + 1) sim.unreachable('no message begins after its time to live')
        await sim.sleep('30ms')
      },
    },
  })
  const clerk = sim.system().spawn(Clerk, { name: 'clerk' })
  for (const _ of sim.times(5)) {
    clerk.tell('work', sim.now)
    await sim.sleep(sim.pick([1, 10, 40]))
  }
  await sim.settle()
}

/** Who has stopped watching is not told. */
async function unwatches(sim: Simulation): Promise<void> {
  const system = sim.system()
  const told = new Set<string>()
  const Target = defineActor({ name: 'target', on: { go: () => undefined } })
  const Guard = defineActor({
    name: 'guard',
    on: {
      look: (ctx, ref: ActorRef<typeof Target>) => ctx.watch(ref),
      leave: (ctx, ref: ActorRef<typeof Target>) => ctx.unwatch(ref),
    },
    signals: { terminated: (_ctx, { ref }) => void told.add(ref.path) },
  })
  const guard = system.spawn(Guard, { name: 'guard' })
  for (const n of sim.times(3)) {
    const target = system.spawn(Target, { name: `target${n}` })
    const looks = await guard.ask('look', target, { timeout: '1s' }).then(
      () => true,
      () => false,
    )
    const leaves = sim.pick([true, false])
    const left =
      leaves &&
      (await guard.ask('leave', target, { timeout: '1s' }).then(
        () => true,
        () => false,
      ))
    await target.stop()
    await sim.settle()
    if (left && told.has(target.path)) sim.unreachable('who has stopped watching is not told')
    if (!leaves && looks && !told.has(target.path)) sim.unreachable('who watches is told')
  }
}

/** A router for the least loaded takes it. */
async function routes(sim: Simulation): Promise<void> {
  const Clerk = defineActor({
    name: 'desk',
    on: {
      async work({ self }) {
        await sim.sleep(sim.pick([5, 40, 90]))
        return self.path
      },
    },
  })
  const desks = sim.system().router(Clerk, { name: 'desks', replicas: 3, route: 'least-loaded' })
  const all: Promise<void>[] = []
  for (const _ of sim.times(8)) {
    const loads = desks.replicas.map(({ path, load }) => ({ path, load }))
    const least = Math.min(...loads.map(({ load }) => load))
    const idle = loads.filter(({ load }) => load === least).map(({ path }) => path)
    all.push(
      desks.ask('work', undefined, { timeout: '2s' }).then(
        (path) => {
          if (!idle.includes(path)) sim.unreachable('the least loaded replica is next')
          if (idle.length < loads.length) sim.reachable('a replica had less to do')
        },
        () => undefined,
      ),
    )
    await sim.sleep(sim.pick([1, 20]))
  }
  await Promise.all(all)
}

/** Small promises of an actor, each by itself: what is set aside, what expires, who is told, who is next. */
export default scenario(
  import.meta.url,
  { faults: { drop: 0.02, delay: ['0ms', '30ms'], ackLost: 0.02 } },
  async (sim) => {
    await stashes(sim)
    await expires(sim)
    await unwatches(sim)
    await routes(sim)
  },
)
