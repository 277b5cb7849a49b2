import { type Duration, milliseconds } from '../kernel/durations.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { type Choices, ROUND } from './choices.ts'
import type { InvariantError } from './errors.ts'
import { identityOf } from './identity.ts'
import { type Played, play } from './played.ts'
import type { Scenario } from './scenario.ts'
import type { RunSettings } from './settings.ts'

/** How long to shrink, and whom to notify. */
export interface ShrinkOptions {
  /** Real time for shrinking. Default 60 s. The best so far is then the result. */
  readonly budget?: Duration
  /** Called after every smaller run that still fails. */
  readonly onProgress?: (progress: ShrinkProgress) => void
}

/** The progress of shrinking. */
export interface ShrinkProgress {
  readonly tries: number
  readonly size: ShrinkSize
}

/** What a failure needs. */
export interface ShrinkSize {
  readonly faults: number
  readonly messages: number
  /** Turns taken out of order. */
  readonly reorderings: number
  /** Latencies above the shortest. */
  readonly delays: number
  readonly steps: number
}

/** In the order of what a reader would rather do without. */
const DIMENSIONS = ['faults', 'messages', 'reorderings', 'delays', 'steps'] as const

/** How many other ways through a smaller scenario to try. */
const VARIATIONS = 12

/** Ever smaller choices that still lead to the same failure. */
export class Search {
  best: Played
  choices: Choices
  tries = 0
  minimal = true
  readonly #scenario: Scenario
  readonly #settings: RunSettings
  /** Which failure it must still be. */
  readonly #identity: string
  readonly #original: ShrinkSize
  readonly #onProgress: ((progress: ShrinkProgress) => void) | undefined
  readonly #clock = platformKernel().clock
  readonly #until: number

  constructor(
    scenario: Scenario,
    settings: RunSettings,
    failure: InvariantError,
    original: Played,
    options: ShrinkOptions,
  ) {
    this.#scenario = scenario
    this.#settings = settings
    this.#identity = identityOf(failure)
    this.#original = sizeOf(original)
    this.#onProgress = options.onProgress
    this.#until = this.#clock.monotonic() + milliseconds(options.budget ?? '60s', 'budget')
    this.best = original
    this.choices = original.choices
  }

  async go(): Promise<void> {
    // The list alone must lead to the same failure, without the seed's other choices.
    if (!(await this.#try(this.choices))) {
      this.best = await play(this.#settings, this.#scenario, this.choices, false)
      if (!this.#isSame(this.best)) return
    }
    for (let before = ''; before !== JSON.stringify(this.choices); ) {
      before = JSON.stringify(this.choices)
      await this.#faults(true)
      await this.#rounds()
      await this.#vary()
      await this.#picks()
      await this.#faults(false)
      await this.#earlier()
      await this.#amounts()
      if (!this.minimal) return
    }
  }

  /** Real faults, or latencies. */
  async #faults(proper: boolean): Promise<void> {
    const wanted = this.choices.faults.filter(({ kind }) => (kind !== 'latency') === proper)
    const others = () => this.choices.faults.filter(({ kind }) => (kind !== 'latency') !== proper)
    await this.#without(wanted, (left) => ({ ...this.choices, faults: [...others(), ...left] }))
  }

  async #picks(): Promise<void> {
    await this.#without(this.choices.picks, (picks) => ({ ...this.choices, picks }))
  }

  /**
   * With fewer rounds the old choices may no longer fit, while others fail in the same way. So a few new ones are tried, and
   * kept if they need no more faults.
   */
  async #vary(): Promise<void> {
    for (let inside = this.#inside(); inside.length > 1; ) {
      const left = inside.slice(0, Math.ceil(inside.length / 2))
      const found =
        (await this.#variation(without(this.#all(), left))) ??
        (await this.#variation(without(this.#all(), inside.slice(0, -1))))
      if (found === undefined) return
      this.best = found
      this.choices = found.choices
      inside = this.#inside()
    }
  }

  async #variation(skips: Choices['skips']): Promise<Played | undefined> {
    for (let variation = 1; variation <= VARIATIONS && !this.#late(); variation++) {
      this.tries += 1
      const played = await play(
        { ...this.#settings, variation },
        this.#scenario,
        { faults: [], picks: [], skips },
        false,
      )
      if (!this.#isNoLarger(played)) continue
      // It must fail from its list of choices alone, too.
      const listed = await play(this.#settings, this.#scenario, played.choices, false)
      if (this.#isNoLarger(listed)) return { ...listed, choices: { ...listed.choices, skips } }
    }
    return undefined
  }

  #all(): readonly (readonly [string, number])[] {
    return [...this.best.run.rounds].flatMap(([site, count]) =>
      Array.from({ length: count }, (_, n) => [site, n] as const),
    )
  }

  #inside(): readonly (readonly [string, number])[] {
    return without(this.#all(), this.choices.skips)
  }

  /** Rounds of `sim.times` that are still included. */
  async #rounds(): Promise<void> {
    const all = this.#all()
    await this.#without(this.#inside(), (left) => ({ ...this.choices, skips: without(all, left) }))
  }

  /** Delta debugging: leaves out ever smaller parts of `items`. */
  async #without<T>(items: readonly T[], choicesOf: (left: readonly T[]) => Choices): Promise<void> {
    let left = items
    if (left.length > 0 && (await this.#try(choicesOf([])))) return
    for (let size = Math.ceil(left.length / 2); size >= 1 && left.length > 0; ) {
      let smaller = false
      for (let at = 0; at < left.length; ) {
        if (this.#late()) return
        const candidate = [...left.slice(0, at), ...left.slice(at + size)]
        if (await this.#try(choicesOf(candidate))) {
          left = candidate
          smaller = true
        } else at += size
      }
      if (size === 1 && !smaller) return
      size = size === 1 ? 1 : Math.ceil(size / 2)
    }
  }

  /** The same fault or turn at an earlier opportunity: the story gets shorter, and earlier rounds can be left out. */
  async #earlier(): Promise<void> {
    for (let at = 0; at < this.choices.faults.length; at++) {
      await this.#advance(
        () => this.choices.faults[at]?.n,
        (n) => ({ ...this.choices, faults: replaced(this.choices.faults, at, (fault) => ({ ...fault, n })) }),
      )
    }
    for (let at = 0; at < this.choices.picks.length; at++) {
      await this.#advance(
        () => this.choices.picks[at]?.[0],
        (n) => ({
          ...this.choices,
          picks: replaced(this.choices.picks, at, ([, place]) => [n, place] as const),
        }),
      )
    }
  }

  async #advance(current: () => number | undefined, choicesOf: (n: number) => Choices): Promise<void> {
    for (let n = current(); n !== undefined; n = current()) {
      const first = Math.floor(n / ROUND) * ROUND + 1
      if ((n <= first && this.#inOtherRounds(n).length === 0) || this.#late()) return
      const steps = this.best.steps
      const tries = [...this.#inOtherRounds(n), first, first + Math.floor((n - first) / 2), n - 1]
      let moved = false
      for (const earlier of new Set(tries)) {
        if (earlier >= n) continue
        moved = await this.#try(choicesOf(earlier), steps)
        if (moved) break
      }
      if (!moved) return
    }
  }

  /** The same place in earlier rounds that have a fault too: then this round may not be needed. */
  #inOtherRounds(n: number): number[] {
    const round = Math.floor(n / ROUND)
    const others = new Set(this.choices.faults.map((fault) => Math.floor(fault.n / ROUND)))
    return [...others].filter((other) => other < round).map((other) => n - (round - other) * ROUND)
  }

  /** Half the amount, as long as it still fails. */
  async #amounts(): Promise<void> {
    for (let at = 0; at < this.choices.faults.length; at++) {
      for (;;) {
        const fault = this.choices.faults[at]
        if (fault === undefined || fault.value < 2 || this.#late()) break
        const faults = [...this.choices.faults]
        faults[at] = { ...fault, value: Math.floor(fault.value / 2) }
        if (!(await this.#try({ ...this.choices, faults }))) break
      }
    }
  }

  /** Whether these choices lead to the same failure; if so, they become the best. */
  async #try(choices: Choices, stepsMax = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#late()) return false
    this.tries += 1
    const played = await play(this.#settings, this.#scenario, choices, false)
    if (!this.#isNoLarger(played) || played.steps > stepsMax) return false
    this.best = played
    // Choices without effect are not needed either: the run's own record is the list.
    this.choices = { ...played.choices, skips: choices.skips }
    this.#onProgress?.({ tries: this.tries, size: sizeOf(played) })
    return true
  }

  /** The same failure, and not another one that happens on the way. */
  #isSame({ run }: Played): boolean {
    return run.failure !== undefined && identityOf(run.failure) === this.#identity
  }

  /** The same failure, larger than the original in nothing, and than the best not on the whole. */
  #isNoLarger(played: Played): boolean {
    if (!this.#isSame(played)) return false
    const size = sizeOf(played)
    if (DIMENSIONS.some((what) => size[what] > this.#original[what])) return false
    const best = sizeOf(this.best)
    const differs = DIMENSIONS.find((what) => size[what] !== best[what])
    return differs === undefined || size[differs] < best[differs]
  }

  #late(): boolean {
    if (this.#clock.monotonic() < this.#until) return false
    this.minimal = false
    return true
  }
}

function without(
  all: readonly (readonly [string, number])[],
  those: readonly (readonly [string, number])[],
): readonly (readonly [string, number])[] {
  const gone = new Set(those.map(([site, n]) => `${site} ${n}`))
  return all.filter(([site, n]) => !gone.has(`${site} ${n}`))
}

function replaced<T>(items: readonly T[], at: number, by: (item: T) => T): T[] {
  return items.map((item, i) => (i === at ? by(item) : item))
}

/** What a run needed. */
export function sizeOf({ run, choices, steps }: Played): ShrinkSize {
  const delays = choices.faults.filter(({ kind }) => kind === 'latency').length
  return {
    faults: choices.faults.length - delays,
    messages: run.recorder.messages,
    reorderings: choices.picks.length,
    delays,
    steps,
  }
}
