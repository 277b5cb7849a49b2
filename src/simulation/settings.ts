import { shown } from '../kernel/demand.ts'
import { type Duration, longMilliseconds, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Strategy } from './choices.ts'
import type { Coverage } from './coverage.ts'
import type { Edits } from './edits.ts'
import { type FaultPlan, faultPlan } from './fault-plan.ts'
import type { FaultOptions } from './faults.ts'
import type { StepOrder } from './step-order.ts'

/** The settings of one run. */
export interface RunSettings {
  readonly seed: number
  readonly strategy: Strategy
  /** PCT: change points + 1, and the length of run to spread them over. */
  readonly depth: number
  readonly pctSteps: number
  readonly timeLimitMs: number
  readonly maxSteps: number
  readonly faults: FaultPlan
  readonly traps: boolean
  /** Another way through the same scenario: the same seed, other choices. */
  readonly variation?: number
  /** Changes to the choices of the seed. */
  readonly edits?: Edits
  /** Chooses the order of steps, in a search over all orders. */
  readonly search?: StepOrder
  /** Counts what the run shows. */
  readonly covers?: Coverage
  /** The names in the scenario's source that some run should reach. */
  readonly reachables?: readonly string[]
  readonly redact?: readonly string[] | boolean
  /** Whether an aimed fault that misses fails this run; an exploration judges all its runs together. */
  readonly judgesAims?: boolean
  /** Real milliseconds for one piece of code. Infinity in a thread that is watched from outside. */
  readonly stallMs: number
}

/** How to simulate one run. */
export interface SimulateOptions {
  /** A whole number from 0 to 2^47. The same seed gives the same run. Default 1. */
  readonly seed?: number
  /** How the next actor is chosen: `random` (default), `pct`, or `fifo`. */
  readonly strategy?: Strategy
  /** PCT: how many ordering constraints a bug may need, at least 1. Default 3. */
  readonly depth?: number
  readonly faults?: FaultOptions
  /** Most virtual time of a run. Default 1 day. */
  readonly timeLimit?: Duration
  /** Most steps of a run. Default 1,000,000. */
  readonly maxSteps?: number
  /** `false` lets simulated code read the real clock and other sources of randomness. Default true: that is an error. */
  readonly traps?: boolean
  /** What stories don't show: the values of these keys in bodies and states, or `true` for all of both. Default: nothing. */
  readonly redact?: readonly string[] | boolean
  /** Most real time that code may compute without a pause, before it counts as an endless loop. Default 10 s. */
  readonly stall?: Duration
}

/** The options of one run; only a guided exploration has edits. */
export type RunOptions = SimulateOptions & { readonly seed: number; readonly edits?: Edits }

export const SIMULATE_OPTIONS = [
  'seed',
  'strategy',
  'depth',
  'faults',
  'timeLimit',
  'maxSteps',
  'traps',
  'stall',
  'redact',
] as const satisfies readonly (keyof SimulateOptions)[]

const SEED_MAX = 2 ** 47
const STRATEGIES: readonly Strategy[] = ['random', 'pct', 'fifo']

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range. */
export function settingsOf(options: SimulateOptions & { readonly edits?: Edits }): RunSettings {
  const { seed = 1, strategy = 'random', depth = 3, maxSteps = 1_000_000 } = options
  wholeNumber(seed, 'seed', 0, SEED_MAX)
  wholeNumber(depth, 'depth', 1, 1000)
  wholeNumber(maxSteps, 'maxSteps')
  if (!STRATEGIES.includes(strategy)) {
    throw new InvalidArgumentError(`unknown strategy: ${shown(strategy)}`, {
      path: 'strategy',
      value: strategy,
      remedy: `Use one of ${STRATEGIES.join(', ')}`,
    })
  }
  return {
    seed,
    strategy,
    depth,
    ...(options.edits === undefined ? {} : { edits: options.edits }),
    pctSteps: 200,
    timeLimitMs: longMilliseconds(options.timeLimit ?? '1d', 'timeLimit'),
    maxSteps,
    faults: faultPlan(options.faults ?? {}),
    traps: options.traps ?? true,
    judgesAims: true,
    redact: redactOf(options.redact ?? false),
    stallMs: milliseconds(options.stall ?? '10s', 'stall'),
  }
}

function redactOf(given: readonly string[] | boolean): readonly string[] | boolean {
  const names = Array.isArray(given) && given.every((name) => typeof name === 'string')
  if (typeof given === 'boolean' || names) return given
  throw new InvalidArgumentError(`redact takes a list of keys, or true: ${shown(given)}`, {
    path: 'redact',
    value: given,
    remedy: "Pass the keys whose values stories must not show: ['email']",
  })
}
