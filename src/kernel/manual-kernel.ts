import type { Clock, Ids, Kernel, Timer, Timers, Turns } from './kernel.ts'
import { onlyOptions } from './only-options.ts'
import { RepeatableBytes, SeededRandomness, seedOf } from './random.ts'

class ManualTimer implements Timer {
  readonly due: number
  readonly order: number
  readonly run: () => void
  cancelled = false

  constructor(due: number, order: number, run: () => void) {
    this.due = due
    this.order = order
    this.run = run
  }

  cancel(): void {
    this.cancelled = true
  }
}

/**
 * A kernel whose time stands still until `advance`: tests of timeouts need no waiting.
 *
 * `advance(ms)` moves time from timer to timer; between two timers, all pending turns and promise jobs run. The wall
 * clock starts at the epoch. Random streams are seeded, ids count from 1.
 */
export class ManualKernel implements Kernel {
  readonly random: SeededRandomness
  readonly clock: Clock
  readonly timers: Timers
  readonly turns: Turns
  readonly ids: Ids
  readonly secureRandom: RepeatableBytes
  #now = 0
  #order = 0
  #turnsRun = 0
  #timers: ManualTimer[] = []
  #later: (() => void)[] = []

  constructor(options: { readonly seed?: number } = {}) {
    onlyOptions(options, 'ManualKernel', ['seed'])
    this.random = new SeededRandomness(seedOf(options.seed) ?? 1)
    this.secureRandom = new RepeatableBytes(this.random)
    this.clock = { now: () => this.#now, monotonic: () => this.#now }
    this.timers = { after: (delayMs, run, argument) => this.#after(delayMs, () => run(argument)) }
    const later = (run: () => void) => void this.#later.push(run)
    this.turns = { soon: (run) => queueMicrotask(run), drained: later, later }
    let last = 0
    this.ids = {
      next: () => {
        last += 1
        return last
      },
      unique: () => {
        last += 1
        return `manual-${this.random.seed}-${last}`
      },
    }
  }

  /** Pending timers. */
  get pendingTimers(): number {
    return this.#timers.filter((timer) => !timer.cancelled).length
  }

  /** Turns requested by `turns.later` that have run. */
  get turnsRun(): number {
    return this.#turnsRun
  }

  /** Runs everything that is due now: turns, promise jobs, timers of this moment. */
  async settle(): Promise<void> {
    await this.advance(0)
  }

  /** Runs one turn of the event loop, with the promise jobs before and after it. */
  async turn(): Promise<void> {
    await promiseJobs()
    const run = this.#later.shift()
    if (run === undefined) return
    this.#turnsRun += 1
    run()
    await promiseJobs()
  }

  /** Advances time by `ms`, firing every timer on the way at its own time. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      await promiseJobs()
      if (this.#later.length > 0) {
        await this.turn()
        continue
      }
      const timer = this.#earliest()
      if (timer === undefined || timer.due > until) break
      this.#now = Math.max(this.#now, timer.due)
      this.#timers.splice(this.#timers.indexOf(timer), 1)
      timer.run()
    }
    this.#now = until
  }

  #after(delayMs: number, run: () => void): Timer {
    this.#order += 1
    const timer = new ManualTimer(this.#now + Math.max(0, delayMs), this.#order, run)
    this.#timers.push(timer)
    return timer
  }

  #earliest(): ManualTimer | undefined {
    this.#timers = this.#timers.filter((timer) => !timer.cancelled)
    let earliest: ManualTimer | undefined
    for (const timer of this.#timers) {
      if (
        earliest === undefined ||
        timer.due < earliest.due ||
        (timer.due === earliest.due && timer.order < earliest.order)
      )
        earliest = timer
    }
    return earliest
  }
}

/** One turn of the real event loop: afterwards every runnable promise job has run. */
function promiseJobs(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
