import { crc32 } from 'node:zlib'
import type { ReadyWorker, SimulatedKernel } from '../kernel/simulated-kernel.ts'
import { isCalled, type Target } from './aims.ts'
import { amountAt, chance } from './chance.ts'
import type { FaultPlan, Odds } from './fault-plan.ts'
import { type FaultAt, type FaultKind, type FaultPoint, strikesAt } from './faults.ts'

/** How the next actor is chosen: at random; by random priorities with d change points (PCT); in turn. */
export type Strategy = 'random' | 'pct' | 'fifo'

/** A fault that struck, by site and opportunity. Which fault it was does not depend on other choices. */
export interface ChosenFault {
  /** The point and its names: `'send client→counter'`. */
  readonly site: string
  /** The number of the opportunity at this site, from 1; in a round of the scenario it counts from `round · 2^20`. */
  readonly n: number
  readonly kind: FaultKind | 'latency'
  /** Milliseconds or a count; 0 if the kind has no amount. */
  readonly value: number
}

/** Every choice that differs from the default: no fault, the shortest latency, the first ready actor. */
export interface Choices {
  readonly faults: readonly ChosenFault[]
  /** The number of the choice between actors (counted like `n`), and the index in the list of ready actors. */
  readonly picks: readonly (readonly [n: number, place: number])[]
  /** For each `times` of the scenario: the rounds that are left out. */
  readonly skips: readonly (readonly [site: string, n: number])[]
}

/** A place where faults can strike repeatedly. */
export interface Site<P extends FaultPoint = FaultPoint> {
  readonly point: P
  readonly name: string
  /** Names of the actors involved. */
  readonly about: readonly string[]
  n: number
  round: number
  readonly planned: ReadonlyMap<number, ChosenFault> | undefined
  /** What can strike here by chance. */
  readonly odds: Odds | undefined
  /** Of its chance: what happens at an opportunity depends on the site and its number alone. */
  readonly seed: number
}

/** A fault that strikes at a point. */
export interface Fault<P extends FaultPoint = FaultPoint> {
  readonly kind: FaultAt<P>
  readonly value: number
}

/** Most opportunities of a round. */
export const ROUND = 2 ** 20

const NOTHING = new Map<number, ChosenFault>()

/**
 * Makes every choice of a run: at random from named streams of the seed, or from a list of earlier choices. With a list,
 * every choice not in it is the default.
 */
export class Chooser {
  readonly faults: ChosenFault[] = []
  readonly picks: (readonly [number, number])[] = []
  /** At each choice between actors: the choice, and the number of actors. */
  readonly offered: { readonly n: number; readonly place: number; readonly of: number }[] = []
  readonly fired = new Map<FaultKind, number>()
  /** How often the rates for single places struck, by their labels. */
  readonly firedAt = new Map<string, number>()
  readonly targets: (Target & { readonly struck: () => void })[] = []
  /** Called when one goes before another that is first in line, by a listed choice. */
  outOfTurn: ((goes: string, before: string) => void) | undefined
  /** Called with each new site. */
  found: ((point: FaultPoint, about: readonly string[]) => void) | undefined
  /** Stops faults until further notice. */
  quiet = false
  readonly #kernel: SimulatedKernel
  readonly #plan: FaultPlan
  readonly #strategy: Strategy
  /** Of all chance but the change points: another number, other choices. */
  readonly #seed: number
  readonly #given: Map<string, Map<number, ChosenFault>> | undefined
  readonly #givenPicks: ReadonlyMap<number, number>
  readonly #skips: ReadonlySet<string>
  readonly #sites = new Map<string, Site>()
  readonly #priorities = new Map<object, number>()
  readonly #changes: ReadonlySet<number>
  #round = 0
  #picksOfRound = 0
  #struck = 0
  #lowest = 0

  constructor(
    kernel: SimulatedKernel,
    plan: FaultPlan,
    strategy: {
      readonly kind: Strategy
      readonly depth: number
      readonly steps: number
      readonly variation: number
    },
    given: Choices | undefined,
  ) {
    this.#kernel = kernel
    this.#plan = plan
    this.#strategy = strategy.kind
    const again = strategy.variation === 0 ? '' : ` ${strategy.variation}`
    const order = kernel.random.stream(`simulation.schedule${again}`)
    this.#seed = order.integer(2 ** 32)
    // A variation keeps the left-out rounds and chooses the rest anew.
    this.#given = given === undefined || strategy.variation > 0 ? undefined : bySite(given.faults)
    this.#givenPicks = new Map(given?.picks ?? [])
    this.#skips = new Set((given?.skips ?? []).map(([site, n]) => `${site} ${n}`))
    const changes = new Set<number>()
    if (strategy.kind === 'pct') {
      for (let i = 1; i < strategy.depth; i++) changes.add(order.integer(Math.max(1, strategy.steps)))
    }
    this.#changes = changes
  }

  site<P extends FaultPoint>(point: P, about: readonly string[], arrow = '→'): Site<P> {
    const name = `${point} ${about.join(arrow)}`
    // A restarted actor keeps its site, so its opportunities continue to count.
    // The name includes the point.
    const known = this.#sites.get(name) as Site<P> | undefined
    if (known !== undefined) return known
    const site: Site<P> = {
      point,
      name,
      about,
      n: this.#round * ROUND,
      round: this.#round,
      planned: this.#given === undefined ? undefined : (this.#given.get(name) ?? NOTHING),
      odds: this.#plan.odds(point, about),
      seed: crc32(name, this.#seed),
    }
    this.found?.(point, about)
    this.#sites.set(name, site)
    return site
  }

  /**
   * Begins a round of the scenario. Opportunities count from the round's start, so a fault in one round does not depend on
   * which other rounds run.
   */
  round(number: number): void {
    this.#round = number
    this.#picksOfRound = number * ROUND
  }

  /** Counts an opportunity, whether or not a fault can strike. */
  pass(site: Site): void {
    if (site.round !== this.#round) {
      site.round = this.#round
      site.n = this.#round * ROUND
    }
    site.n += 1
  }

  /** Whether a fault strikes here and now. `except`: kinds that have nothing to strike here. */
  fault<P extends FaultPoint>(site: Site<P>, except?: readonly FaultKind[]): Fault<P> | undefined {
    this.pass(site)
    if (this.targets.length > 0) {
      const target = this.#targeted(site, except)
      if (target !== undefined) return target
    }
    if (site.planned !== undefined) {
      const planned = site.planned.get(site.n)
      if (planned === undefined || planned.kind === 'latency') return undefined
      const { kind, value } = planned
      // A token that names a kind at the wrong point was not made here.
      if (!strikesAt(kind, site.point) || except?.includes(kind) === true) return undefined
      this.faults.push(planned)
      return this.#strike(kind, value, site.odds?.find((one) => one.kind === kind)?.label)
    }
    const { odds } = site
    if (odds === undefined || this.#silent()) return undefined
    const draw = chance(site.seed, site.n)
    for (const { kind, below, range, label } of odds) {
      if (draw >= below || !strikesAt(kind, site.point)) continue
      if (except?.includes(kind) === true) return undefined
      const value = range === undefined ? 0 : amountAt(site, range)
      this.#struck += 1
      this.faults.push({ site: site.name, n: site.n, kind, value })
      return this.#strike(kind, value, label)
    }
    return undefined
  }

  /** A duration between `low` and `high` in whole milliseconds. */
  latency(site: Site, range: readonly [number, number]): number {
    this.pass(site)
    const [low, high] = range
    if (low === high) return low
    if (site.planned !== undefined) {
      const planned = site.planned.get(site.n)
      if (planned?.kind !== 'latency') return low
      this.faults.push(planned)
      return planned.value
    }
    const value = this.quiet ? low : amountAt(site, range)
    if (value !== low) this.faults.push({ site: site.name, n: site.n, kind: 'latency', value })
    return value
  }

  /** The index of the ready actor that goes next. */
  pick(step: number, ready: readonly ReadyWorker[]): number {
    const many = ready.length
    if (many > 1) this.#picksOfRound += 1
    const n = this.#picksOfRound
    if (this.#given !== undefined) {
      const wanted = many === 1 ? 0 : (this.#givenPicks.get(n) ?? 0)
      const place = wanted < many ? wanted : 0
      if (many > 1) this.offered.push({ n, place, of: many })
      if (place > 0) {
        this.picks.push([n, place])
        this.outOfTurn?.((ready[place] as ReadyWorker).worker.path, (ready[0] as ReadyWorker).worker.path)
      }
      return place
    }
    if (many === 1 && this.#strategy === 'random') return 0
    const place =
      this.#strategy === 'random' ? Math.floor(chance(this.#seed, n) * many) : this.#prior(step, ready)
    if (place !== 0) this.picks.push([n, place])
    return place
  }

  /** Whether a round of the scenario's own loop is left out. */
  skipped(site: string, n: number): boolean {
    return this.#skips.has(`${site} ${n}`)
  }

  #silent(): boolean {
    return this.quiet || this.#struck >= this.#plan.budget || this.#kernel.now >= this.#plan.quietAfterMs
  }

  #targeted<P extends FaultPoint>(
    site: Site<P>,
    except: readonly FaultKind[] | undefined,
  ): Fault<P> | undefined {
    for (const [at, { about, kind, value, struck }] of this.targets.entries()) {
      if (
        !isCalled(site.about.at(-1), about) ||
        !strikesAt(kind, site.point) ||
        except?.includes(kind) === true
      )
        continue
      this.targets.splice(at, 1)
      struck()
      return this.#strike(kind, value)
    }
    return undefined
  }

  #strike<P extends FaultPoint>(kind: FaultAt<P>, value: number, label?: string): Fault<P> {
    this.fired.set(kind, (this.fired.get(kind) ?? 0) + 1)
    if (label !== undefined) this.firedAt.set(label, (this.firedAt.get(label) ?? 0) + 1)
    return { kind, value }
  }

  /**
   * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized Scheduler with
   * Probabilistic Guarantees of Finding Bugs", ASPLOS 2010): the highest random priority goes first; at d−1 random steps
   * the current actor falls to the lowest.
   */
  #prior(step: number, ready: readonly ReadyWorker[]): number {
    if (this.#strategy === 'fifo') return 0
    let best = 0
    let highest = Number.NEGATIVE_INFINITY
    for (const [place, { worker }] of ready.entries()) {
      let priority = this.#priorities.get(worker)
      if (priority === undefined) {
        priority = chance(this.#seed, crc32(worker.path))
        this.#priorities.set(worker, priority)
      }
      if (priority > highest) {
        highest = priority
        best = place
      }
    }
    if (this.#changes.has(step)) {
      this.#lowest -= 1
      this.#priorities.set((ready[best] as ReadyWorker).worker, this.#lowest)
    }
    return best
  }
}

function bySite(faults: readonly ChosenFault[]): Map<string, Map<number, ChosenFault>> {
  const sites = new Map<string, Map<number, ChosenFault>>()
  for (const fault of faults) {
    const at = sites.get(fault.site) ?? new Map<number, ChosenFault>()
    at.set(fault.n, fault)
    sites.set(fault.site, at)
  }
  return sites
}
