import { crc32 } from 'node:zlib'
import { errorChain } from '../kernel/errors.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { AIMED, missedAim } from './aims.ts'
import { InvariantError } from './errors.ts'
import type { Exploration, ExploreOptions, Tally } from './explore.ts'
import type { FaultKind } from './faults.ts'
import type { Reduction } from './reduction.ts'
import { vacuous } from './result.ts'

/** Adds runs up in the order of their places. */
export class Total {
  readonly #options: ExploreOptions
  readonly #runs: number
  readonly #hashes = new Set<string>()
  readonly #faults = new Map<FaultKind, number>()
  readonly #faultsAt = new Map<string, number>()
  readonly #seen = new Map<string, number>()
  readonly #failures = new Map<string, NonNullable<Tally['failure']>>()
  readonly #struck = new Set<string>()
  readonly #missed = new Map<string, { readonly missed: readonly [string, string]; readonly tally: Tally }>()
  readonly #clock = platformKernel().clock
  readonly #startedAt = this.#clock.monotonic()
  #told = this.#startedAt
  #done = 0
  #hash = 0
  #steps = 0
  #messages = 0
  /** Runs in which nothing happened. */
  #idle = 0

  /** Whether every order was tried. */
  complete = false
  /** What a reduced search has left out. */
  reduction: Reduction | undefined

  /** Real milliseconds after which no run begins. */
  readonly timeMs: number

  constructor(options: ExploreOptions, runs: number, timeMs: number) {
    this.#options = options
    this.#runs = runs
    this.timeMs = timeMs
  }

  /** False when the exploration is over. */
  add(tally: Tally): boolean {
    this.#done += 1
    this.#steps += tally.steps
    this.#messages += tally.messages
    if (tally.idle === true) this.#idle += 1
    this.#hashes.add(tally.hash)
    this.#hash = crc32(tally.hash, this.#hash)
    for (const [kind, times] of Object.entries(tally.faults) as [FaultKind, number][])
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + times)
    for (const [label, times] of Object.entries(tally.faultsAt ?? {}))
      this.#faultsAt.set(label, (this.#faultsAt.get(label) ?? 0) + times)
    for (const [name, times] of Object.entries(tally.seen))
      this.#seen.set(name, (this.#seen.get(name) ?? 0) + times)
    for (const what of tally.aims?.struck ?? []) this.#struck.add(what)
    for (const missed of tally.aims?.missed ?? []) {
      if (!this.#missed.has(missed[0])) this.#missed.set(missed[0], { missed, tally })
    }
    const { failure } = tally
    if (failure !== undefined && !this.#failures.has(failure.invariant))
      this.#failures.set(failure.invariant, failure)
    this.#tell()
    if (this.#clock.monotonic() - this.#startedAt >= this.timeMs) return false
    return failure === undefined || this.#options.keepGoing === true
  }

  get timeLeftMs(): number {
    return this.timeMs - (this.#clock.monotonic() - this.#startedAt)
  }

  result(armed: readonly string[], reachables: readonly string[]): Exploration {
    this.#judgeAims()
    const failures = [...this.#failures.values()]
    return {
      ok: failures.length === 0,
      runs: this.#done,
      schedules: this.#hashes.size,
      complete: this.complete,
      ...(this.reduction === undefined ? {} : { reduction: this.reduction }),
      steps: this.#steps,
      messages: this.#messages,
      failure: failures[0],
      failures,
      faults: Object.fromEntries(this.#faults),
      sometimes: Object.fromEntries(this.#seen),
      vacuous: vacuous(
        this.#idle === this.#done,
        armed,
        (what) => this.#faultsAt.get(what) ?? this.#faults.get(what as FaultKind) ?? 0,
        this.#seen,
        reachables,
      ),
      hash: this.#hash.toString(16).padStart(8, '0'),
      elapsedMs: this.#clock.monotonic() - this.#startedAt,
    }
  }

  /** An aim that struck in no run of all tests nothing. */
  #judgeAims(): void {
    if (this.#failures.size > 0) return
    for (const [what, { missed, tally }] of this.#missed) {
      if (this.#struck.has(what) || tally.aims === undefined) continue
      const { token, seed } = tally.aims
      const error = new InvariantError(AIMED, missedAim(missed))
      this.#failures.set(AIMED, {
        invariant: AIMED,
        message: `${AIMED}: ${error.what}`,
        step: tally.steps,
        at: 0,
        place: undefined,
        errors: errorChain(error),
        error,
        token,
        seed,
      })
      return
    }
  }

  #tell(): void {
    const { onProgress } = this.#options
    if (onProgress === undefined) return
    const now = this.#clock.monotonic()
    if (now - this.#told < 500 && this.#done < this.#runs) return
    this.#told = now
    const seen = [...this.#seen.values()]
    onProgress({
      runs: this.#done,
      of: this.#runs,
      runsPerSecond: (this.#done / Math.max(1, now - this.#startedAt)) * 1000,
      faults: [...this.#faults.values()].reduce((sum, times) => sum + times, 0),
      schedules: this.#hashes.size,
      failures: this.#failures.size,
      sometimes: [seen.filter((times) => times > 0).length, seen.length],
    })
  }
}
