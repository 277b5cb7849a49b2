import { isDeepStrictEqual } from 'node:util'
import { type ActorRef, type ActorSystem, defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const NAMES = ['a', 'b', 'c'] as const
type Name = (typeof NAMES)[number]
const STRATEGIES = ['one-for-one', 'one-for-all', 'rest-for-one'] as const
const IN_A_ROW = 3
const RESTARTS = 3
const WITHIN_MS = 1000
const BACKOFF = { min: 8, max: 20 }
/** By then every restart of a step has happened. */
const STEP_MS = 50
/** How often the handler of each message fails before it ends well or as a dead letter. */
const FAILURES = { well: 0, late: 1, badly: 2 } as const
type Message = keyof typeof FAILURES

interface Child {
  well: (ctx: never) => void
  late: (ctx: never) => void
  badly: (ctx: never) => void
}

/** What the supervisor did, as seen from outside. */
class Seen {
  ended: Name[] = []
  begun: { readonly name: Name; readonly at: number }[] = []
  restarts: { readonly at: number; readonly restarts: number }[] = []
  escalated = 0

  constructor(system: ActorSystem) {
    system.events.subscribe((event) => {
      if (event.type === 'restart' && event.path.startsWith('sim/parent/')) this.restarts.push(event)
      if (event.type === 'escalate') this.escalated += 1
    })
  }

  forget(): void {
    this.ended = []
    this.begun = []
    this.restarts = []
    this.escalated = 0
  }
}

const childOf = (name: Name, seen: Seen, sim: Simulation) =>
  defineActor({
    name,
    retry: { attempts: 2 },
    signals: {
      started: () => void seen.begun.push({ name, at: sim.now }),
      restarting: () => void seen.ended.push(name),
    },
    on: {
      well() {},
      late(ctx) {
        if (ctx.attempt === 1) throw new Error('late')
      },
      badly() {
        throw new Error('badly')
      },
    },
  })

/** Restarts that count, as a few lines have them. */
class Model {
  window: readonly number[] = []
  readonly #rows = new Map<Name, number>()

  /** Of each failure of a message: whether it counts as one of the actor. */
  failures(name: Name, what: Message): boolean[] {
    const counts: boolean[] = []
    for (let attempt = 1; attempt <= FAILURES[what]; attempt++) {
      // A message that fails again is no other message.
      const row = (this.#rows.get(name) ?? 0) + (attempt === 1 ? 1 : 0)
      counts.push(row >= IN_A_ROW)
      this.#rows.set(name, row >= IN_A_ROW ? 0 : row)
    }
    if (what !== 'badly') this.#rows.set(name, 0)
    return counts
  }

  /** A restart at this time: how many count now. */
  restart(at: number): number {
    this.window = [...this.window.filter((before) => at - before < WITHIN_MS), at]
    return this.window.length
  }

  begin(): void {
    this.window = []
    this.#rows.clear()
  }
}

/**
 * Which children restart together, in which order, after how long, and what counts as a restart: compared with a model after every
 * failure. Too many end the parent, and the family begins again.
 */
export default scenario(import.meta.url, {}, async (sim) => {
  const strategy = sim.pick(STRATEGIES)
  const system = sim.system({ supervision: { intensity: { restarts: 1000, within: '1s' } } })
  const seen = new Seen(system)
  const Parent = defineActor({
    name: 'parent',
    supervision: {
      strategy,
      failuresInARow: IN_A_ROW,
      intensity: { restarts: RESTARTS, within: WITHIN_MS },
      backoff: BACKOFF,
    },
    state: () => new Map<Name, ActorRef<Child>>(),
    signals: {
      started(ctx) {
        for (const name of NAMES) ctx.state.set(name, ctx.spawn(childOf(name, seen, sim), { name }))
      },
    },
    on: { child: (ctx, name: Name) => ctx.state.get(name) },
  })
  const parent = system.spawn(Parent, { name: 'parent', restart: 'permanent' })
  const model = new Model()
  for (const _ of sim.times(14)) {
    const name = sim.pick(NAMES)
    const what = sim.pick(['well', 'badly', 'badly', 'late', 'kill'] as const)
    await sim.sleep(sim.pick([1, 1, WITHIN_MS / 3, WITHIN_MS]))
    const child = await parent.ask('child', name)
    seen.forget()
    if (what === 'kill') child?.kill('from outside')
    else await child?.ask(what).catch(() => undefined)
    await sim.sleep(STEP_MS)
    const counts = what === 'kill' ? [true] : model.failures(name, what)
    const restarted = together(strategy, name)
    const others = restarted.filter((one) => one !== name).reverse()
    // One that is killed has ended before its supervisor hears of it.
    const order = what === 'kill' ? [name, ...others] : [...restarted].reverse()
    compare(sim, restarted, order, counts, model, seen)
  }
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

function together(strategy: (typeof STRATEGIES)[number], name: Name): readonly Name[] {
  if (strategy === 'one-for-one') return [name]
  return strategy === 'one-for-all' ? NAMES : NAMES.slice(NAMES.indexOf(name))
}

/** What was seen of these failures, against the model. */
function compare(
  sim: Simulation,
  restarted: readonly Name[],
  order: readonly Name[],
  counts: readonly boolean[],
  model: Model,
  seen: Seen,
): void {
  const { ended, begun, restarts } = seen
  if (counts.includes(true) && model.window.filter((at) => isRecent(at, sim)).length >= RESTARTS) {
    if (seen.escalated !== 1) sim.unreachable('one restart too many ends the parent')
    sim.reachable('a parent that gave up')
    model.begin()
    return
  }
  if (seen.escalated > 0) sim.unreachable('a parent gives up for restarts that count')
  if (restarts.length !== counts.length) sim.unreachable('a restart a failure')
  for (const [i, counted] of counts.entries()) {
    const { at, restarts: told } = restarts[i] as (typeof restarts)[number]
    const expected = counted ? model.restart(at) : model.window.length
    if (told !== expected) sim.unreachable(`${expected} restarts count, and the supervisor says ${told}`)
    if (counted) sim.reachable('a restart that counts')
    const size = restarted.length
    if (!isDeepStrictEqual(ended.slice(i * size, (i + 1) * size), order))
      sim.unreachable(`the youngest ends first: ${ended.join(' ')}`)
    const again = begun.slice(i * size, (i + 1) * size)
    if (
      !isDeepStrictEqual(
        again.map(({ name }) => name),
        [...restarted],
      )
    )
      sim.unreachable(`the oldest begins first: ${begun.map(({ name }) => name).join(' ')}`)
    const most = counted ? Math.min(BACKOFF.min * 2 ** (expected - 1), BACKOFF.max) : 0
    for (const one of again)
      if (one.at - at < Math.floor(most / 2) || one.at - at > Math.ceil(most) + 1)
        sim.unreachable(`restart ${expected} within ${most} ms, and not after ${one.at - at}`)
  }
}

function isRecent(at: number, sim: Simulation): boolean {
  return sim.now - STEP_MS - at < WITHIN_MS
}
