import { type ActorRef, defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const MODES = ['permanent', 'transient', 'temporary'] as const
type Mode = (typeof MODES)[number]
const SHUTDOWNS = ['never', 'any-significant', 'all-significant'] as const
const ENDS = ['exit', 'kill', 'stop'] as const
type End = (typeof ENDS)[number]
const STEP_MS = 50

interface Target {
  exit: (ctx: never) => void
  wait: (ctx: never, ms: number) => Promise<void>
}

const INTENSITY = { restarts: 1000, within: '1s' } as const

/** What each end of an actor means by its mode: for itself, whoever watches it, is linked to it, or has it as a significant child. */
export default scenario(import.meta.url, {}, async (sim) => {
  await sim.sleep(sim.random.integer(1e7))
  await sim.pick([watched, families])(sim)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

const targetOf = (name: string, stopped: string[]) =>
  defineActor({
    name,
    signals: { stopping: () => void stopped.push(name) },
    on: {
      exit: (ctx) => ctx.stopSelf(),
      wait: async (_ctx, _ms: number) => undefined,
    },
  })

/** Whether an actor of this mode is there no more. */
function isOver(mode: Mode, end: End): boolean {
  if (end === 'stop' || mode === 'temporary') return true
  return end === 'exit' && mode === 'transient'
}

function end(ref: ActorRef<Target>, how: End): void {
  if (how === 'kill') ref.kill('from outside')
  else if (how === 'stop') void ref.stop()
  else ref.tell('exit')
}

/** A watcher hears of each death once, with its error; one that is linked dies of it. */
async function watched(sim: Simulation): Promise<void> {
  const system = sim.system({ supervision: { intensity: INTENSITY } })
  const heard: { readonly path: string; readonly error: boolean }[] = []
  let crashed = 0
  const Watcher = defineActor({
    name: 'watcher',
    signals: {
      terminated: (_ctx, { ref, error }) => void heard.push({ path: ref.path, error: error !== undefined }),
    },
    on: {
      watch(ctx, { to, times, off }: { to: ActorRef<Target>; times: number; off: boolean }) {
        for (let n = 0; n < times; n++) ctx.watch(to)
        if (off) ctx.unwatch(to)
      },
    },
  })
  const Linked = defineActor({
    name: 'linked',
    signals: {
      restarting() {
        crashed += 1
      },
    },
    on: { link: (ctx, to: ActorRef<Target>) => ctx.link(to) },
  })
  const watcher = system.spawn(Watcher, { name: 'watcher' })
  const linked = system.spawn(Linked, { name: 'linked' })
  for (const n of sim.times(10)) {
    const [mode, how] = [sim.pick(MODES), sim.pick(ENDS)]
    const name = `target-${n}`
    const target = system.spawn(targetOf(name, []), { name, restart: mode }) as unknown as ActorRef<Target>
    const [times, off, ties] = [
      1 + sim.random.integer(2),
      sim.random.integer(4) === 0,
      sim.random.integer(2) === 0,
    ]
    await watcher.ask('watch', { to: target, times, off })
    if (ties) await linked.ask('link', target)
    const before = crashed
    end(target, how)
    await sim.sleep(STEP_MS)
    const over = isOver(mode, how)
    const fails = over && how === 'kill'
    if ((target.state === 'stopped') !== over) sim.unreachable(`${mode}, ${how}: it is ${target.state}`)
    const told = heard.filter(({ path }) => path === target.path)
    if (told.length !== (over && !off ? 1 : 0)) sim.unreachable(`its watcher is told ${told.length} times`)
    if (told.some(({ error }) => error !== fails)) sim.unreachable(`${how}: an error only of a failure`)
    if (crashed - before !== (ties && fails ? 1 : 0))
      sim.unreachable(`${how}: who is linked crashes ${crashed - before} times`)
    if (!over) sim.reachable('it goes on')
    void target.stop()
    await sim.sleep(STEP_MS)
    if (crashed - before > (ties && fails ? 1 : 0))
      sim.unreachable('an orderly end is no failure of who is linked')
  }
}

/** Significant children take their parent along as it says; and a family ends from the youngest on. */
async function families(sim: Simulation): Promise<void> {
  const autoShutdown = sim.pick(SHUTDOWNS)
  const system = sim.system({ supervision: { intensity: INTENSITY } })
  const stopped: string[] = []
  const children: ActorRef<Target>[] = []
  const names = ['a', 'b', 'c', 'd']
  const significant = names.map(() => sim.random.integer(2) === 0)
  const Parent = defineActor({
    name: 'parent',
    supervision: { autoShutdown, intensity: INTENSITY },
    signals: {
      started(ctx) {
        for (const [i, name] of names.entries()) {
          const options = { name, restart: 'transient', significant: significant[i] === true } as const
          children[i] = ctx.spawn(targetOf(name, stopped), options) as unknown as ActorRef<Target>
        }
      },
    },
    on: { hear() {} },
  })
  const parent = system.spawn(Parent, { name: 'parent' })
  await parent.ask('hear')
  const left = new Set(names)
  for (const _ of sim.times(3)) {
    const at = sim.random.integer(names.length)
    if (!left.has(names[at] as string)) continue
    stopped.length = 0
    end(children[at] as ActorRef<Target>, 'exit')
    await sim.sleep(STEP_MS)
    left.delete(names[at] as string)
    const others = names.some((name, i) => left.has(name) && significant[i] === true)
    const ends =
      significant[at] === true && (autoShutdown === 'any-significant' || !others) && autoShutdown !== 'never'
    if ((parent.state === 'stopped') !== ends)
      sim.unreachable(`${autoShutdown}: its parent is ${parent.state}`)
    if (!ends) continue
    sim.reachable('a parent ended with its child')
    const order = [names[at], ...[...left].reverse()]
    if (stopped.join() !== order.join()) sim.unreachable(`from the youngest on: ${stopped.join(' ')}`)
    return
  }
  stopped.length = 0
  if (sim.random.integer(2) === 0) parent.kill('from outside')
  else await parent.stop()
  if (stopped.join() !== [...left].reverse().join())
    sim.unreachable(`from the youngest on: ${stopped.join(' ')}`)
}
