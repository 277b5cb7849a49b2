import { crc32 } from 'node:zlib'
import type { ReadyWorker, SimulatedKernel } from '../kernel/simulated-kernel.ts'
import { isCalled, type Target } from './aims.ts'
import { amountAt, chance } from './chance.ts'
import { bySite, type Choices, type ChosenFault, ROUND, type Strategy } from './choices.ts'
import { editsBySite, type FaultEdit, type Fork } from './edits.ts'
import type { FaultPlan } from './fault-plan.ts'
import { type FaultAt, type FaultKind, type FaultPoint, strikesAt } from './faults.ts'
import type { RunSettings } from './settings.ts'
import { type Fault, type Opening, openingsOf, type Site } from './site.ts'

/** Steps after a fork within which PCT changes a priority once more. */
const FORK_SPAN = 50

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
  /** Chooses between actors, in a search over all orders; below 0 the run ends. */
  order: ((ready: readonly ReadyWorker[]) => number) | undefined
  /** Called with each new site. */
  found: ((point: FaultPoint, about: readonly string[]) => void) | undefined
  /** Stops faults until further notice. */
  quiet = false
  readonly #kernel: SimulatedKernel
  /** Keeps the opportunities of every round for `openings`. */
  readonly #remembers: boolean
  readonly #plan: FaultPlan
  readonly #strategy: Strategy
  /** Of all chance but the change points: another number, other choices. */
  #seed: number
  /** Of the order of actors. */
  #order: number
  readonly #given: Map<string, Map<number, ChosenFault>> | undefined
  readonly #givenPicks: ReadonlyMap<number, number>
  readonly #skips: ReadonlySet<string>
  readonly #sites = new Map<string, Site>()
  readonly #priorities = new Map<object, number>()
  readonly #changes = new Set<number>()
  readonly #edits: ReadonlyMap<string, ReadonlyMap<number, FaultEdit>> | undefined
  readonly #forks: readonly Fork[]
  /** The step at which the next fork is due. */
  forkAt = Number.POSITIVE_INFINITY
  #forked = 0
  #round = 0
  #picksOfRound = 0
  #struck = 0
  #lowest = 0

  constructor(kernel: SimulatedKernel, settings: RunSettings, given: Choices | undefined) {
    const { faults, strategy, depth, pctSteps, variation = 0, edits } = settings
    this.#kernel = kernel
    this.#plan = faults
    this.#strategy = strategy
    this.#remembers = settings.covers !== undefined
    const order = kernel.random.stream(`simulation.schedule${variation === 0 ? '' : ` ${variation}`}`)
    this.#seed = order.integer(2 ** 32)
    this.#order = this.#seed
    // A variation keeps the left-out rounds and chooses the rest anew.
    this.#given = given === undefined || variation > 0 ? undefined : bySite(given.faults)
    this.#givenPicks = new Map(given?.picks ?? [])
    this.#skips = new Set((given?.skips ?? []).map(([site, n]) => `${site} ${n}`))
    if (strategy === 'pct') {
      for (let i = 1; i < depth; i++) this.#changes.add(order.integer(Math.max(1, pctSteps)))
    }
    // A list of choices is complete: there is nothing to change.
    this.#edits = given === undefined && edits !== undefined ? editsBySite(edits.faults) : undefined
    this.#forks = given === undefined && edits !== undefined ? edits.forks : []
    this.forkAt = this.#forks[0]?.step ?? Number.POSITIVE_INFINITY
  }

  /** From now on chance is another one. */
  fork(): void {
    const { salt, orderOnly, step } = this.#forks[this.#forked] as Fork
    this.#forked += 1
    this.forkAt = this.#forks[this.#forked]?.step ?? Number.POSITIVE_INFINITY
    this.#order = crc32(String(salt), this.#order)
    if (!orderOnly) {
      this.#seed = this.#order
      for (const site of this.#sites.values()) site.seed = crc32(site.name, this.#seed)
    }
    this.#priorities.clear()
    if (this.#changes.size > 0) this.#changes.add(step + 1 + (salt % FORK_SPAN))
  }

  /** Every opportunity of a fault so far, by site and round. */
  openings(): Opening[] {
    return [...this.#sites.values()].flatMap(openingsOf)
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
      edits: this.#edits?.get(name),
      seed: crc32(name, this.#seed),
      past: [],
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
      if (this.#remembers && site.odds !== undefined) site.past.push([site.round * ROUND, site.n])
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
    const edit = site.edits?.get(site.n)
    if (edit !== undefined && edit.kind !== 'latency') return this.#edited(site, edit, except)
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

  #edited<P extends FaultPoint>(
    site: Site<P>,
    { kind, value }: FaultEdit,
    except: readonly FaultKind[] | undefined,
  ): Fault<P> | undefined {
    if (kind === 'none' || kind === 'latency' || !strikesAt(kind, site.point)) return undefined
    if (except?.includes(kind) === true) return undefined
    this.#struck += 1
    this.faults.push({ site: site.name, n: site.n, kind, value })
    return this.#strike(kind, value, site.odds?.find((one) => one.kind === kind)?.label)
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
    const edit = site.edits?.get(site.n)
    const drawn = edit?.kind === 'latency' ? edit.value : amountAt(site, range)
    const value = this.quiet ? low : drawn
    if (value !== low) this.faults.push({ site: site.name, n: site.n, kind: 'latency', value })
    return value
  }

  /** The index of the ready actor that goes next; below 0: none does. */
  pick(step: number, ready: readonly ReadyWorker[]): number {
    const many = ready.length
    if (many > 1) this.#picksOfRound += 1
    const n = this.#picksOfRound
    if (this.#given !== undefined) {
      const wanted = this.order?.(ready) ?? (many === 1 ? 0 : (this.#givenPicks.get(n) ?? 0))
      if (wanted < 0) return wanted
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
      this.#strategy === 'random' ? Math.floor(chance(this.#order, n) * many) : this.#prior(step, ready)
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
        priority = chance(this.#order, crc32(worker.path))
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
