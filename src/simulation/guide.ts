import { crc32 } from 'node:zlib'
import { amountAt, chance } from './chance.ts'
import { type ChosenFault, ROUND } from './choices.ts'
import type { Edits, FaultEdit } from './edits.ts'
import type { ExploreOptions } from './explore.ts'
import { runOptions } from './places.ts'
import type { Played } from './played.ts'
import { type RunOptions, settingsOf } from './settings.ts'
import type { Opening } from './site.ts'

/** The first runs are by chance, and then one in so many: what guidance can't see must be found too. */
const FIRST = 6
const CHANCE_EVERY = 3
/** Most runs that are kept, most edits of one, and most of its features that are remembered. */
const KEPT_MAX = 2000
const EDITS_MAX = 48
const FEATURES_MAX = 64
/** Of so many kept runs drawn, the most promising one is changed. */
const DRAWN = 4

/** A run that showed something new. */
interface Kept {
  readonly options: RunOptions
  readonly faults: readonly ChosenFault[]
  readonly openings: readonly Opening[]
  readonly steps: number
  /** What it was the first to show. */
  readonly features: readonly number[]
  chosen: number
}

/**
 * Leads an exploration by what its runs show (`Coverage`), as AFL does with inputs: a run that shows something new is kept, and later
 * runs change it at a few points: a fault more, elsewhere, or less, other amounts, another course from some step on. So a failure that
 * needs several faults is found a fault at a time, and a rate says which faults can strike, hardly how long it takes to meet them.
 *
 * What a run does depends on the runs before it alone: the same exploration repeats.
 */
export class Guide {
  readonly #options: ExploreOptions
  readonly #seed: number
  readonly #latency: readonly [number, number] | undefined
  readonly #kept: Kept[] = []
  /** How many runs have shown a feature. */
  readonly #shown = new Map<number, number>()

  constructor(options: ExploreOptions) {
    this.#options = options
    this.#seed = options.seed ?? 1
    this.#latency = settingsOf(runOptions(options, 0)).faults.latency
  }

  /** What to play as the run at this place. */
  plan(index: number): RunOptions {
    const byChance = runOptions(this.#options, index)
    if (index < FIRST || index % CHANCE_EVERY === 0 || this.#kept.length === 0) return byChance
    const dice = new Dice(crc32(`guide ${index}`, this.#seed))
    const parent = this.#parent(dice)
    parent.chosen += 1
    const change = new Change(parent, dice, this.#latency)
    // Mostly one change, sometimes several: what needs two at once is rare.
    do change.one()
    while (dice.next() < 0.4)
    return { ...parent.options, edits: change.edits() }
  }

  /** What the run has shown. */
  learn(options: RunOptions, { run, choices, steps }: Played): void {
    const features = run.recorder.coverage?.features() ?? []
    const fresh: number[] = []
    for (const feature of features) {
      const times = this.#shown.get(feature) ?? 0
      if (times === 0 && fresh.length < FEATURES_MAX) fresh.push(feature)
      this.#shown.set(feature, times + 1)
    }
    if (fresh.length === 0 || (options.edits?.faults.length ?? 0) > EDITS_MAX) return
    if (this.#kept.length === KEPT_MAX) this.#kept.shift()
    const openings = run.chooser.openings()
    this.#kept.push({ options, faults: choices.faults, openings, steps, features: fresh, chosen: 0 })
  }

  /** Of a few drawn ones that which shows what few runs show, and has not been chosen often. */
  #parent(dice: Dice): Kept {
    let best: Kept | undefined
    let lowest = Number.POSITIVE_INFINITY
    for (let i = 0; i < DRAWN; i++) {
      const one = dice.of(this.#kept)
      let rarest = Number.POSITIVE_INFINITY
      for (const feature of one.features) rarest = Math.min(rarest, this.#shown.get(feature) ?? 1)
      const weight = rarest * (1 + one.chosen)
      if (weight >= lowest) continue
      lowest = weight
      best = one
    }
    return best as Kept
  }
}

/** Changes of one kept run. */
class Change {
  readonly #parent: Kept
  readonly #dice: Dice
  readonly #latency: readonly [number, number] | undefined
  readonly #faults: FaultEdit[]
  #forks: Edits['forks']

  constructor(parent: Kept, dice: Dice, latency: readonly [number, number] | undefined) {
    this.#parent = parent
    this.#dice = dice
    this.#latency = latency
    this.#faults = [...(parent.options.edits?.faults ?? [])]
    this.#forks = parent.options.edits?.forks ?? []
  }

  edits(): Edits {
    return { faults: this.#faults, forks: this.#forks }
  }

  one(): void {
    const { openings, faults } = this.#parent
    const dice = this.#dice
    const proper = faults.filter(({ kind }) => kind !== 'latency')
    const way = dice.next()
    if (openings.length > 0 && way < 0.45) this.#strike(proper)
    else if (proper.length > 0 && way < 0.55) this.#leave(dice.of(proper))
    else if (proper.length > 0 && way < 0.65) this.#alter(dice.of(proper))
    else if (this.#latency !== undefined && faults.length > proper.length && way < 0.75)
      this.#hasten(dice.of(faults.filter(({ kind }) => kind === 'latency')))
    else this.#fork()
  }

  /** Another fault; half of the time in a round of the scenario that has one. */
  #strike(faults: readonly ChosenFault[]): void {
    const dice = this.#dice
    let { openings } = this.#parent
    if (faults.length > 0 && dice.next() < 0.5) {
      const round = roundOf(dice.of(faults).n)
      const near = openings.filter(({ from }) => roundOf(from) === round)
      if (near.length > 0) openings = near
    }
    const { site, odds, from, to } = dice.of(openings)
    const n = from + 1 + dice.below(to - from)
    const { kind, range } = dice.of(odds)
    const value = range === undefined ? 0 : amountAt({ seed: dice.below(2 ** 32), n }, range)
    this.#faults.push({ site, n, kind, value })
  }

  #leave({ site, n }: ChosenFault): void {
    this.#faults.push({ site, n, kind: 'none', value: 0 })
  }

  /** The same fault with another amount, or at another opportunity of its site. */
  #alter({ site, n, kind, value }: ChosenFault): void {
    const dice = this.#dice
    const here = this.#parent.openings.filter((one) => one.site === site)
    const range = here[0]?.odds.find((one) => one.kind === kind)?.range
    if (range !== undefined && dice.next() < 0.6) {
      const other = amountAt({ seed: dice.below(2 ** 32), n }, range)
      this.#faults.push({ site, n, kind: kind as FaultEdit['kind'], value: other })
      return
    }
    if (here.length === 0) return
    this.#leave({ site, n, kind, value })
    const { from, to } = dice.of(here)
    this.#faults.push({ site, n: from + 1 + dice.below(to - from), kind, value })
  }

  /** The message takes the shortest time, the longest, or another. */
  #hasten({ site, n }: ChosenFault): void {
    const dice = this.#dice
    const [low, high] = this.#latency as readonly [number, number]
    const value = dice.of([low, high, Math.round(low + dice.next() * (high - low))])
    this.#faults.push({ site, n, kind: 'latency', value })
  }

  /** Another course from some step on. */
  #fork(): void {
    const dice = this.#dice
    const step = 1 + dice.below(this.#parent.steps)
    const fork = { step, salt: dice.below(2 ** 31), orderOnly: dice.next() < 0.5 }
    this.#forks = [...this.#forks.filter((one) => one.step < step), fork]
  }
}

function roundOf(n: number): number {
  return Math.floor(n / ROUND)
}

/** Chance of its own for every change. */
class Dice {
  readonly #seed: number
  #n = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  next(): number {
    this.#n += 1
    return chance(this.#seed, this.#n)
  }

  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
}
