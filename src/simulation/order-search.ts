import type { ReadyWorker } from '../kernel/simulated-kernel.ts'
import { conflict, type Footprint } from './footprint.ts'
import { ordersOf, Precedence } from './precedence.ts'
import { StepOrder } from './step-order.ts'
import type { Watcher } from './step-watcher.ts'

/** Most steps of runs that are kept to count the orders for which they stand. */
const KEPT_MAX = 500_000

/** A choice of a run: which of the ready actors goes next. */
interface Choice {
  readonly ready: readonly string[]
  chosen: string
  /** What the chosen step has touched, once it is over. */
  step: Footprint | undefined
  /** Which must be tried, here or by a run that is the same but for steps that commute. */
  readonly wanted: Set<string>
  readonly tried: Set<string>
  /** Actors whose next step was tried first, here or before: until something conflicts with it, going on with it is nothing new. */
  readonly asleep: ReadonlyMap<string, Footprint>
  /** Steps tried here, for the sleep of later ones. */
  readonly done: Map<string, Footprint>
  /** Whether a run through the chosen step has ended before its time, so that not all that follows was tried. */
  cut: boolean
}

/**
 * Depth-first search over the orders of actors' steps that leaves out those which differ from a tried one only in the order of
 * steps that commute.
 *
 * Sleep sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996) let a run end as soon as it
 * could only repeat another; every state is still reached. Where nothing looks at states before the end, a step is tried earlier
 * only if it conflicts with one that came before it (Flanagan and Godefroid, "Dynamic Partial-Order Reduction for Model Checking
 * Software", POPL 2005; with the initials of Abdulla, Aronis, Jonsson and Sagonas, POPL 2014): then every order that differs is tried.
 */
export class OrderSearch extends StepOrder {
  /** A run with the same choices has offered others: the scenario is not deterministic. */
  strayed = false
  /** This run has ended since it could only repeat others. */
  isRepeat = false
  /** Runs that came to their end: orders that differ. */
  complete = 0
  /** Runs that ended early, since they could only repeat others. */
  repeats = 0
  readonly looksAtStates: boolean
  readonly #reached = new Set<number>()
  readonly #path: Choice[] = []
  /** The choices of this run so far. */
  #depth = 0
  /** The places at which nothing was ready: a later step never comes before one. */
  #rests: number[] = []
  readonly #kept: { readonly steps: readonly Footprint[]; readonly rests: readonly number[] }[] = []
  #keptSteps = 0

  /** `looksAtStates`: whether the scenario has checks that look at states between two steps. */
  constructor(looksAtStates: boolean) {
    super()
    this.looksAtStates = looksAtStates
  }

  override begin(): Watcher {
    this.isRepeat = false
    this.#depth = 0
    this.#rests = []
    return super.begin()
  }

  /** The place of the actor that goes next; -1 where the run can only repeat others, or is not the run that it was before. */
  protected pick(ready: readonly ReadyWorker[]): number {
    this.#closeStep()
    const { watcher } = this
    const names = ready.map(({ worker }) => watcher.nameOf(worker))
    let choice = this.#path[this.#depth]
    if (choice === undefined) {
      choice = this.#choiceAmong(names)
      if (choice === undefined) {
        this.isRepeat = true
        return -1
      }
      this.#path.push(choice)
    }
    const place = names.indexOf(choice.chosen)
    if (names.join() !== choice.ready.join()) {
      this.strayed = true
      return -1
    }
    watcher.begin((ready[place] as ReadyWorker).worker, this.#depth)
    this.#depth += 1
    return place
  }

  override rests(): void {
    this.#closeStep()
    this.watcher.rests()
    if (this.#rests.at(-1) !== this.#depth) this.#rests.push(this.#depth)
  }

  override reaches(due: number): void {
    this.#reached.add(Math.floor(due))
  }

  /** The run is over. False when every order was tried. */
  next(failed: boolean): boolean {
    this.#closeStep()
    if (failed) {
      for (const choice of this.#path) {
        choice.cut = true
        for (const name of choice.ready) choice.wanted.add(name)
      }
    } else if (this.isRepeat) this.repeats += 1
    else {
      this.complete += 1
      this.#keep()
    }
    if (!this.looksAtStates) this.#findRaces()
    return this.#advance()
  }

  /**
   * The steps of the run that has just ended, with two that commute the other way round: the names of their actors, and the place of
   * the first. Undefined where there are none.
   */
  swapped(): { readonly names: string[]; readonly at: number } | undefined {
    const steps = this.#steps()
    const places = steps.flatMap((step, at) => {
      const next = steps[at + 1]
      if (next === undefined || this.#rests.includes(at + 1) || step.worker === next.worker) return []
      const wasReady = (this.#path[at] as Choice).ready.includes(next.worker)
      return wasReady && next.cause !== at && !conflict(step, next, this.#reached) ? [at] : []
    })
    const at = places[this.complete % places.length]
    if (at === undefined) return undefined
    const names = steps.map(({ worker }) => worker)
    names.splice(at, 2, names[at + 1] as string, names[at] as string)
    return { names, at }
  }

  /** How many orders the complete runs stand for; undefined where they are too many to count. */
  orders(): number | undefined {
    if (this.#keptSteps > KEPT_MAX) return undefined
    let sum = 0
    for (const { steps, rests } of this.#kept) {
      let product = 1
      for (const [from, to] of segmentsOf(rests, steps.length)) {
        const orders = ordersOf(steps.slice(from, to), from, this.#reached)
        if (orders === undefined) return undefined
        product *= orders
      }
      sum += product
    }
    return Number.isSafeInteger(sum) ? sum : undefined
  }

  #closeStep(): void {
    const step = this.watcher.end()
    const choice = this.#path[this.#depth - 1]
    if (step !== undefined && choice !== undefined) choice.step = step
  }

  #choiceAmong(ready: readonly string[]): Choice | undefined {
    const asleep = this.#asleepAfter(this.#path.at(-1))
    const chosen = ready.find((name) => !asleep.has(name))
    if (chosen === undefined) return undefined
    return {
      ready,
      chosen,
      step: undefined,
      wanted: new Set(this.looksAtStates ? ready : [chosen]),
      tried: new Set([chosen]),
      asleep,
      done: new Map(),
      cut: false,
    }
  }

  /** Those that the chosen step leaves asleep. */
  #asleepAfter(choice: Choice | undefined): Map<string, Footprint> {
    const asleep = new Map<string, Footprint>()
    const step = choice?.step
    if (choice === undefined || step === undefined) return asleep
    for (const from of [choice.asleep, choice.done])
      for (const [name, other] of from) if (!conflict(other, step, this.#reached)) asleep.set(name, other)
    return asleep
  }

  /** The deepest choice that has something else to try takes it, and what came after it begins again. */
  #advance(): boolean {
    for (let choice = this.#path.at(-1); choice !== undefined; choice = this.#path.at(-1)) {
      const { chosen, step, cut, done, tried, asleep, wanted } = choice
      if (step !== undefined && !cut) done.set(chosen, step)
      const next = choice.ready.find((name) => wanted.has(name) && !tried.has(name) && !asleep.has(name))
      if (next !== undefined) {
        choice.chosen = next
        choice.step = undefined
        choice.cut = false
        tried.add(next)
        return true
      }
      this.#path.pop()
    }
    return false
  }

  #keep(): void {
    this.#keptSteps += this.#path.length
    if (this.#keptSteps > KEPT_MAX) this.#kept.splice(0)
    else this.#kept.push({ steps: this.#steps(), rests: this.#rests })
  }

  #steps(): Footprint[] {
    return this.#path.flatMap(({ step }) => (step === undefined ? [] : [step]))
  }

  /** For each two steps that conflict, and could have come the other way round: that is to be tried. */
  #findRaces(): void {
    const steps = this.#steps()
    for (const [from, to] of segmentsOf(this.#rests, steps.length)) {
      const segment = steps.slice(from, to)
      const precedence = new Precedence(segment, from, this.#reached)
      for (let j = 1; j < segment.length; j++)
        for (let i = 0; i < j; i++)
          if (this.#isRace(segment, precedence, i, j)) this.#want(segment, precedence, from, i, j)
    }
  }

  #isRace(segment: readonly Footprint[], precedence: Precedence, i: number, j: number): boolean {
    const [one, other] = [segment[i] as Footprint, segment[j] as Footprint]
    if (one.worker === other.worker || !precedence.has(i, j)) return false
    // Where it has only sent what the other handles, there is no other way round.
    if (!conflict(one, other, this.#reached)) return false
    // Only neighbours: what lies between them has races of its own.
    for (let k = i + 1; k < j; k++) if (precedence.has(i, k) && precedence.has(k, j)) return false
    return true
  }

  /** One that begins an order in which step `j` comes before step `i`. */
  #want(segment: readonly Footprint[], precedence: Precedence, from: number, i: number, j: number): void {
    const { ready, wanted } = this.#path[from + i] as Choice
    const free: number[] = []
    for (let k = i + 1; k <= j; k++) if (k === j || !precedence.has(i, k)) free.push(k)
    const initials = free
      .filter((k) => !free.some((before) => before < k && precedence.has(before, k)))
      .map((k) => (segment[k] as Footprint).worker)
    const last = (segment[j] as Footprint).worker
    // Nothing but the first makes the other possible.
    if (initials.includes(last) && !ready.includes(last)) return
    if (initials.some((name) => wanted.has(name))) return
    wanted.add(initials.includes(last) ? last : (initials[0] as string))
  }
}

/** Between two rests, from and to. */
function segmentsOf(rests: readonly number[], length: number): [number, number][] {
  const bounds = [0, ...rests, length]
  return bounds.slice(1).flatMap((to, at): [number, number][] => {
    const from = bounds[at] as number
    return to > from ? [[from, to]] : []
  })
}
