import { demand } from '../../../src/kernel/demand.ts'
import { type Duration, milliseconds } from '../../../src/kernel/durations.ts'
import { onlyOptions } from '../../../src/kernel/only-options.ts'
import { wholeNumber } from '../../../src/kernel/whole-number.ts'
import type { ShiftOptions } from './shift.ts'
import type { SurgeOptions } from './surge.ts'

/** How headlines are watched. */
export interface WatchOptions {
  /** Length of a window. Default 1 h. */
  readonly window?: Duration
  /** How much later than the latest headline one may come and still count. Default 10 m. */
  readonly lateness?: Duration
  /** Surges: false alarms a window of one entity at a steady rate. Default 0.0001. */
  readonly falseSurges?: number
  /** Shifts: readings of one entity between two false alarms. Default 5,000. */
  readonly readingsPerFalseShift?: number
  /** Shifts: how far the mean balance of an entity must have moved, from 0 to 2. Default 0.2. */
  readonly smallestShift?: number
  /** Windows that the usual rate is taken from. Default 48. */
  readonly history?: number
}

/** The options with their defaults, in the units that the watch counts in. */
export interface WatchSettings {
  readonly windowMs: number
  readonly latenessMs: number
  /** Headlines of one window. */
  readonly windowMost: number
  readonly topicCosine: number
  readonly surge: SurgeOptions
  readonly shift: ShiftOptions
}

export const WATCH_OPTIONS = [
  'window',
  'lateness',
  'falseSurges',
  'readingsPerFalseShift',
  'smallestShift',
  'history',
] as const

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range. */
export function watchSettings(options: WatchOptions, path: string): WatchSettings {
  onlyOptions(options, path, WATCH_OPTIONS)
  const { window = '1h', lateness = '10m', falseSurges = 1e-4, readingsPerFalseShift = 5_000 } = options
  const windowMs = milliseconds(window, `${path}.window`)
  demand(windowMs, `${path}.window`, 'at least a second', (ms) => ms >= 1_000 && Number.isFinite(ms))
  demand(
    falseSurges,
    `${path}.falseSurges`,
    'a chance above 0 and at most 0.1',
    (chance) => chance > 0 && chance <= 0.1,
  )
  return {
    windowMs,
    latenessMs: milliseconds(lateness, `${path}.lateness`),
    windowMost: 100_000,
    topicCosine: 0.3,
    surge: {
      falseAlarms: falseSurges,
      history: wholeNumber(options.history ?? 48, `${path}.history`, 4, 10_000),
      minimum: 4,
    },
    shift: {
      between: demand(
        readingsPerFalseShift,
        `${path}.readingsPerFalseShift`,
        'a number of readings from 50 to 10,000,000',
        (count) => count >= 50 && count <= 10_000_000,
      ),
      history: 200,
      minimum: 20,
      size: demand(
        options.smallestShift ?? 0.2,
        `${path}.smallestShift`,
        'a number from 0 to 2',
        (size) => size >= 0 && size <= 2,
      ),
    },
  }
}
