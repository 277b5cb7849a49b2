import { availableParallelism } from 'node:os'
import { platformKernel } from '../kernel/platform-kernel.ts'

/** How often the pace is measured anew. The first measure is not used: code is slow until V8 has compiled it. */
const WINDOW_MS = 500
/** Another thread must be worth so many starts: it also compiles everything anew, and needs memory. */
const STARTS = 4
/** Threads that get less of a core than this have none to share: others use the machine. */
const CORE_SHARE = 0.9

/** What a pace measures by. */
export interface Gauges {
  readonly cores: number
  /** Real milliseconds, and those of CPU time of the process. */
  monotonic(): number
  cpuMs(): number
}

/** Says how many threads an exploration should have. */
export interface Pacer {
  /** A thread plays, after so long a start. */
  plays(startMs: number): void
  /** So many runs have been reported. */
  count(runs: number): void
  wanted(threads: number, playing: number, runsLeft: number, timeLeftMs: number): number
}

/**
 * One thread at first. As many as play already follow when what is left would take them several starts, and while there are cores
 * that nothing else uses: a thread that only takes turns with another makes both slower.
 */
export class Pace implements Pacer {
  readonly #gauges: Gauges
  #since: number | undefined
  #cpuSince = 0
  #runs = 0
  #startMs = 0
  #windows = 0
  #perMs = 0
  #coresUsed = 0

  constructor(gauges: Gauges = processGauges()) {
    this.#gauges = gauges
  }

  /** Until the others have followed, older measures say little. */
  plays(startMs: number): void {
    this.#startMs = Math.max(this.#startMs, startMs)
    this.#windows = 0
    this.#begin()
  }

  count(runs: number): void {
    if (this.#since === undefined) return
    this.#runs += runs
    const ms = this.#gauges.monotonic() - this.#since
    if (ms < WINDOW_MS) return
    this.#windows += 1
    this.#perMs = this.#runs / ms
    this.#coresUsed = (this.#gauges.cpuMs() - this.#cpuSince) / ms
    this.#begin()
  }

  wanted(threads: number, playing: number, runsLeft: number, timeLeftMs: number): number {
    if (threads === 0) return 1
    if (playing < threads || this.#windows < 2) return threads
    if (this.#coresUsed < CORE_SHARE * playing) return threads
    const isWorthIt = Math.min(runsLeft / this.#perMs, timeLeftMs) > STARTS * this.#startMs
    return isWorthIt ? Math.min(2 * threads, this.#gauges.cores) : threads
  }

  #begin(): void {
    this.#since = this.#gauges.monotonic()
    this.#cpuSince = this.#gauges.cpuMs()
    this.#runs = 0
  }
}

function processGauges(): Gauges {
  const { clock } = platformKernel()
  return {
    cores: availableParallelism(),
    monotonic: () => clock.monotonic(),
    cpuMs: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    },
  }
}
