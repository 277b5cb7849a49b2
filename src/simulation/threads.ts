import { errorChain } from '../kernel/errors.ts'
import { InvariantError, THREAD_LIVES } from './errors.ts'
import type { ExploreOptions, Tally } from './explore.ts'
import { Pace, type Pacer } from './pace.ts'
import { runOptions } from './places.ts'
import { type ScenarioModule, sourceHash } from './scenario.ts'
import { inThread, type Lost, type ThreadJob } from './thread.ts'
import { encodeToken } from './token.ts'
import type { Total } from './total.ts'

/**
 * The places of an exploration, taken by threads one after another. After a failure every thread continues up to that place, so
 * that the failure with the lowest place is found, as with one thread. A thread that ends or hangs fails the run it was at.
 */
export async function exploreInThreads(
  scenario: ScenarioModule,
  options: ExploreOptions,
  runs: number,
  threads: number,
  total: Total,
  pace: Pacer = new Pace(),
): Promise<void> {
  await new Crew(scenario, options, runs, Math.min(threads, runs), total, pace).play()
}

/** The threads of one exploration. Others than the first follow when the pace wants them. */
class Crew {
  readonly #scenario: ScenarioModule
  readonly #options: ExploreOptions
  readonly #runs: number
  readonly #most: number
  readonly #total: Total
  readonly #job: Omit<ThreadJob, 'at' | 'places'>
  readonly #pace: Pacer
  readonly #threads: Promise<void>[] = []
  #playing = 0
  readonly #waiting = new Map<number, Tally>()
  /** The lowest place that is not added up yet. */
  #next = 0

  constructor(
    scenario: ScenarioModule,
    options: ExploreOptions,
    runs: number,
    most: number,
    total: Total,
    pace: Pacer,
  ) {
    const { onProgress, ...rest } = options
    this.#scenario = scenario
    this.#options = options
    this.#runs = runs
    this.#most = most
    this.#total = total
    this.#pace = pace
    this.#job = { url: scenario.url, options: rest, shared: sharedPlaces(runs) }
  }

  async play(): Promise<void> {
    this.#join()
    for (let known = 0; known < this.#threads.length; ) {
      known = this.#threads.length
      await Promise.all(this.#threads)
    }
    // Never a verdict on fewer runs than were asked for.
    if (this.#next < this.#before) {
      const index = this.#next
      const why = 'its thread ended without a report of it'
      const own = runOptions(this.#options, index)
      this.#lose({ index, unreported: [], invariant: THREAD_LIVES, why, error: undefined, own })
    }
  }

  #begin(): void {
    const thread = this.#thread()
    // Who waits for all of them hears of it.
    thread.catch(() => undefined)
    this.#threads.push(thread)
  }

  async #thread(): Promise<void> {
    const listener = {
      plays: (startMs: number) => {
        this.#playing += 1
        this.#pace.plays(startMs)
      },
      heard: (tallies: readonly Tally[]) => {
        this.#heard(tallies)
        this.#pace.count(tallies.length)
        this.#join()
      },
    }
    for (;;) {
      const lost = await inThread({ ...this.#job, places: undefined }, listener)
      if (lost === undefined) return
      // What it had not reported yet is played again, and then nothing is missing up to the run that ended it.
      const { unreported: places } = lost
      if (places.length > 0) await inThread({ ...this.#job, places }, { ...listener, plays: () => undefined })
      this.#playing -= 1
      this.#lose(lost)
      if (this.#options.keepGoing !== true) return
    }
  }

  /** Begins as many as are wanted now. */
  #join(): void {
    const left = this.#before - Atomics.load(this.#job.shared, 1)
    const many = this.#threads.length
    const wanted = this.#pace.wanted(many, this.#playing, left, this.#total.timeLeftMs)
    for (let n = many; n < Math.min(wanted, this.#most); n++) this.#begin()
  }

  #lose(lost: Lost): void {
    this.#heard([lostTally(this.#scenario, lost)])
  }

  #heard(tallies: readonly Tally[]): void {
    for (const tally of tallies) {
      this.#waiting.set(tally.index, tally)
      if (tally.failure !== undefined && this.#options.keepGoing !== true) this.#endAt(tally.index + 1)
    }
    // Added up in the order of places, as with one thread; early reports wait.
    for (
      let tally = this.#waiting.get(this.#next);
      tally !== undefined && this.#next < this.#runs;
      tally = this.#waiting.get(this.#next)
    ) {
      this.#waiting.delete(this.#next)
      this.#next = this.#total.add(tally) ? this.#next + 1 : this.#runs
      if (this.#next === this.#runs) this.#endAt(tally.index + 1)
    }
  }

  get #before(): number {
    return Atomics.load(this.#job.shared, 0)
  }

  #endAt(place: number): void {
    Atomics.store(this.#job.shared, 0, Math.min(this.#before, place))
  }
}

/** The place before which threads end, and the next one. */
function sharedPlaces(before: number): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  shared[0] = before
  return shared
}

/** A run that took its thread with it is told by its seed: it can't say more itself. */
function lostTally(scenario: ScenarioModule, { index, invariant, why, error, own }: Lost): Tally {
  const failed = new InvariantError(invariant, why, error)
  const token = encodeToken({
    source: sourceHash(scenario),
    options: own,
    choices: undefined,
    invariant,
    steps: 0,
    marks: { stride: 1, bytes: new Uint8Array() },
  })
  return {
    index,
    hash: `lost ${index}`,
    steps: 0,
    messages: 0,
    faults: {},
    seen: {},
    failure: {
      invariant,
      message: `${invariant}: ${why}`,
      step: 0,
      at: 0,
      place: undefined,
      errors: errorChain(failed),
      error: undefined,
      token,
      seed: own.seed,
    },
  }
}
