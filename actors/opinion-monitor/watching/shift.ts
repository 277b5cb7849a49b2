import { normalQuantile } from './tails.ts'

/** How a change of mood is told from chance. */
export interface ShiftOptions {
  /** Readings of one entity between two false alarms, on average, where its mood does not change. */
  readonly between: number
  /** How many readings back the usual mood is taken from. */
  readonly history: number
  /** Readings before anything can be a change. */
  readonly minimum: number
  /** How far the mean must have moved, at least. Default 0: any change that is none of chance. */
  readonly size?: number
}

/** A change of mood, and how many readings ago it began. */
export interface Shift {
  readonly direction: 'up' | 'down'
  readonly readings: number
}

/** Half the change that it is tuned to find, in standard deviations. */
const SLACK = 0.5

/**
 * Finds when the mood of an entity changes: a two-sided CUSUM of sequential ranks (Page 1954; McDonald 1990).
 *
 * A reading's rank among the earlier ones is uniform and independent as long as nothing changes, whatever the readings look like;
 * its normal score is then standard normal. So the alarm line depends on the wanted rate alone, and that rate holds on shuffled
 * readings. After an alarm it starts afresh: what comes then is compared with the new mood.
 *
 * Ranks see the smallest change, such as that of neutral texts about something else. While the mean has moved by less than `size`
 * since the last alarm, nothing is said: it starts afresh, and only remembers where the mean was. So the rate still holds.
 */
export class ShiftDetector {
  readonly #options: ShiftOptions
  readonly #line: number
  /** Earlier readings, oldest first, and the same in order. */
  #recent: number[] = []
  #sorted: number[] = []
  /** The mean before a change that was too small to tell. */
  #usual: number | undefined
  #up = 0
  #down = 0
  #sinceUp = 0
  #sinceDown = 0

  constructor(options: ShiftOptions) {
    this.#options = options
    this.#line = alarmLine(options.between)
  }

  /** Takes the next reading, from -1 to 1. */
  take(reading: number): Shift | undefined {
    const score = this.#score(reading)
    this.#learn(reading)
    if (score === undefined) return undefined
    this.#up = Math.max(0, this.#up + score - SLACK)
    this.#down = Math.max(0, this.#down - score - SLACK)
    this.#sinceUp = this.#up === 0 ? 0 : this.#sinceUp + 1
    this.#sinceDown = this.#down === 0 ? 0 : this.#sinceDown + 1
    if (Math.max(this.#up, this.#down) < this.#line) return undefined
    const shift: Shift =
      this.#up >= this.#down
        ? { direction: 'up', readings: this.#sinceUp }
        : { direction: 'down', readings: this.#sinceDown }
    const size = this.#options.size ?? 0
    const usual = this.#usual ?? meanOf(this.#recent.slice(0, -shift.readings))
    const moved = meanOf(this.#recent.slice(-shift.readings)) - usual
    const isLarge = (shift.direction === 'up' ? moved : -moved) >= size
    this.#usual = isLarge ? undefined : usual
    this.#restart(shift.readings)
    return isLarge || size === 0 ? shift : undefined
  }

  /** The normal score of the rank among the earlier readings; equal ones share a rank. */
  #score(reading: number): number | undefined {
    const count = this.#sorted.length
    if (count < this.#options.minimum) return undefined
    const below = lowerBound(this.#sorted, reading)
    let equal = 0
    while (this.#sorted[below + equal] === reading) equal += 1
    return normalQuantile((below + equal / 2 + 0.5) / (count + 1))
  }

  #learn(reading: number): void {
    this.#recent.push(reading)
    this.#sorted.splice(lowerBound(this.#sorted, reading), 0, reading)
    if (this.#recent.length <= this.#options.history) return
    this.#sorted.splice(lowerBound(this.#sorted, this.#recent.shift() as number), 1)
  }

  #restart(readings: number): void {
    this.#recent = this.#recent.slice(-readings)
    this.#sorted = this.#recent.toSorted((a, b) => a - b)
    this.#up = this.#down = 0
    this.#sinceUp = this.#sinceDown = 0
  }
}

function meanOf(values: readonly number[]): number {
  if (values.length === 0) return 0
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The height at which a two-sided CUSUM of standard normal scores alarms once in `between` (Siegmund 1985), by bisection. */
export function alarmLine(between: number): number {
  const run = (line: number) => {
    const x = 2 * SLACK * (line + 1.166)
    return (Math.exp(x) - x - 1) / (2 * SLACK * SLACK) / 2
  }
  let [low, high] = [0, 50]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (run(middle) < between) low = middle
    else high = middle
  }
  return high
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
