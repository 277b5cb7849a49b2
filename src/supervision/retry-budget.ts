import { shown } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { RetryAllowance } from '../ports/supervision.ts'

/** How many retries there may be, beside first attempts. */
export interface RetryBudgetOptions {
  /** Retries as a share of the first attempts of the last ten seconds, from 0. Default 0.1. */
  readonly share?: number
  /** So many a second are allowed, however few first attempts there are. Default 10. */
  readonly minPerSecond?: number
}

/** `RetryBudgetOptions` with every default filled in. Plain data. */
export type RetryBudgetPolicy = Required<RetryBudgetOptions>

export const RETRY_BUDGET_DEFAULT: RetryBudgetPolicy = { share: 0.1, minPerSecond: 10 }

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range. */
export function retryBudgetPolicy(
  given: RetryBudgetOptions | false,
  path: string,
): RetryBudgetPolicy | false {
  if (given === false) return false
  onlyOptions(given ?? null, path, ['share', 'minPerSecond'])
  const policy = {
    share: given.share ?? RETRY_BUDGET_DEFAULT.share,
    minPerSecond: given.minPerSecond ?? RETRY_BUDGET_DEFAULT.minPerSecond,
  }
  for (const [option, value] of Object.entries(policy)) {
    if (isAmount(value)) continue
    throw new InvalidArgumentError(`${path}.${option} is not a number from 0: ${shown(value)}`, {
      path: `${path}.${option}`,
      value,
      remedy: 'Use a finite number from 0, or false for the whole budget: then every retry is allowed',
    })
  }
  return policy
}

/** What a budget's numbers may be. */
export function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

const SECONDS = 10
const SECOND_MS = 1000

/**
 * Bounds retries, so that a callee that fails under load does not get more of it (Finagle's `RetryBudget`; gRPC's retry
 * throttling, A6). Within any ten seconds there are at most as many retries as `share` of the first attempts, or ten times
 * `minPerSecond`, whichever is more:
 *
 *     second      1 | 2 | 3 | 4 | … | 10         a ring; what is older than ten seconds is forgotten
 *     firsts     90 | 80 | 95 …       Σ × share ─┐
 *     retries     9 |  8 |  9 …       Σ          ≤ ┴ or minPerSecond × 10
 *
 * It is told the time and keeps none.
 */
export class RetryBudget implements RetryAllowance {
  readonly #share: number
  readonly #least: number
  readonly #firsts = new Float64Array(SECONDS)
  readonly #retries = new Float64Array(SECONDS)
  #firstsSum = 0
  #retriesSum = 0
  /** The second that the ring has come to, its place, and when it ends: most attempts come within it. */
  #second = Number.NEGATIVE_INFINITY
  #at = 0
  #endsAt = Number.NEGATIVE_INFINITY

  constructor({ share, minPerSecond }: RetryBudgetPolicy) {
    this.#share = share
    this.#least = minPerSecond * SECONDS
  }

  first(now: number): void {
    const at = this.#turn(now)
    this.#firsts[at] = (this.#firsts[at] as number) + 1
    this.#firstsSum += 1
  }

  spend(now: number): boolean {
    const at = this.#turn(now)
    if (this.#retriesSum + 1 > Math.max(this.#least, this.#share * this.#firstsSum)) return false
    this.#retries[at] = (this.#retries[at] as number) + 1
    this.#retriesSum += 1
    return true
  }

  /** The place of this second, with the seconds that have passed forgotten. */
  #turn(now: number): number {
    if (now < this.#endsAt) return this.#at
    const second = Math.floor(now / SECOND_MS)
    const passed = Math.min(SECONDS, second - this.#second)
    for (let i = 0; i < passed; i++) this.#forget(placeOf(second - i))
    this.#second = second
    this.#at = placeOf(second)
    this.#endsAt = (second + 1) * SECOND_MS
    return this.#at
  }

  #forget(at: number): void {
    this.#firstsSum -= this.#firsts[at] as number
    this.#retriesSum -= this.#retries[at] as number
    this.#firsts[at] = 0
    this.#retries[at] = 0
  }
}

/** Of a second in the ring, also of one before the clock's beginning. */
function placeOf(second: number): number {
  return ((second % SECONDS) + SECONDS) % SECONDS
}
