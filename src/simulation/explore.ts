import { availableParallelism } from 'node:os'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { holdTraps } from '../kernel/escape-traps.ts'
import { oneOf } from '../kernel/one-of.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Choices } from './choices.ts'
import { Coverage } from './coverage.ts'
import { exhaustively, reduced } from './exhaustive.ts'
import type { FaultKind } from './faults.ts'
import { Guide } from './guide.ts'
import { reachablesOf } from './hopes.ts'
import { runOptions } from './places.ts'
import { type Played, play } from './played.ts'
import type { Reduction } from './reduction.ts'
import { checkDeterministic } from './replay.ts'
import { failureOf, isIdle, type SimulationFailure, tokenOf } from './result.ts'
import { isScenario, optionsFor, type Scenario } from './scenario.ts'
import { type RunOptions, SIMULATE_OPTIONS, type SimulateOptions, settingsOf } from './settings.ts'
import { Total } from './total.ts'

/** How many runs, and how. */
export interface ExploreOptions extends Omit<SimulateOptions, 'strategy'> {
  /** Number of runs: seed, seed + 1, … Default 1,000. */
  readonly runs?: number
  /**
   * `mixed` (default): random and PCT in turn. `guided`: runs that show something new are kept and changed, in one thread.
   * `exhaustive`: every order of a tiny scenario, without faults.
   */
  readonly strategy?: (typeof STRATEGIES)[number]
  /**
   * With `exhaustive`: leaves out orders that differ from a tried one only in steps that commute. It holds for actors that share nothing
   * but messages: no variable outside, and no look at each other's state or load. Default false.
   */
  readonly reduce?: boolean
  /** Most real time: no run begins after it. Default: without end. */
  readonly time?: Duration
  /**
   * Most threads: another begins when what is left is worth its start. Only a scenario module can use more than one, and not `guided`.
   * Default 1; 0 means one per core.
   */
  readonly workers?: number
  /** A thread even for one worker: then no run can end this process, by its memory for instance. Default false. */
  readonly isolate?: boolean
  /** Continue after a failure, and list one failure per invariant. Default false. */
  readonly keepGoing?: boolean
  /** Called about twice a second. */
  readonly onProgress?: (progress: Progress) => void
}

const STRATEGIES = ['mixed', 'guided', 'random', 'pct', 'fifo', 'exhaustive'] as const

/** The names of all options. */
export const EXPLORE_OPTIONS = [
  ...SIMULATE_OPTIONS,
  'runs',
  'reduce',
  'time',
  'workers',
  'isolate',
  'keepGoing',
  'onProgress',
] as const satisfies readonly (keyof ExploreOptions)[]

/** The progress of an exploration. */
export interface Progress {
  readonly runs: number
  readonly of: number
  readonly runsPerSecond: number
  readonly faults: number
  /** Distinct runs so far. */
  readonly schedules: number
  readonly failures: number
  /** How many of the scenario's `sometimes` and `reachable` have come true. */
  readonly sometimes: readonly [seen: number, of: number]
}

/** The result of many runs. */
export interface Exploration {
  readonly ok: boolean
  readonly runs: number
  /** Distinct runs, by their hashes. */
  readonly schedules: number
  /** Whether these were all that there are: only `exhaustive` can know. */
  readonly complete: boolean
  /** With `reduce`: what was left out. */
  readonly reduction?: Reduction
  readonly steps: number
  readonly messages: number
  /** The failure with the lowest seed. */
  readonly failure: (SimulationFailure & { readonly seed: number }) | undefined
  /** With `keepGoing`, the first failure of every invariant. */
  readonly failures: readonly (SimulationFailure & { readonly seed: number })[]
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  readonly sometimes: Readonly<Record<string, number>>
  /** Everything that no run has shown. */
  readonly vacuous: readonly string[]
  /** Hash of all runs: the same for the same exploration, on every machine and with any number of threads. */
  readonly hash: string
  /** Milliseconds of real time. */
  readonly elapsedMs: number
}

/** The contribution of one run, as plain data that can cross threads. */
export interface Tally {
  readonly index: number
  readonly hash: string
  readonly steps: number
  readonly messages: number
  /** Nothing happened in it. */
  readonly idle?: boolean
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  /** How often the rates for single places struck, by their labels. */
  readonly faultsAt?: Readonly<Record<string, number>>
  readonly seen: Readonly<Record<string, number>>
  readonly failure: (SimulationFailure & { readonly seed: number }) | undefined
  /** What the scenario aimed at: what struck, and what did not with the reason. */
  readonly aims?: {
    readonly struck: readonly string[]
    readonly missed: readonly (readonly [string, string])[]
    /** Repeats a run that missed. */
    readonly token: string
    readonly seed: number
  }
}

/** One in this many runs is played twice, to check that the same seed gives the same run. */
const CHECK_EVERY = 500

/**
 * Runs a scenario many times, each with another seed: another order, other faults. Stops at the first failure. The result is
 * the same with one thread or many.
 *
 * Rejects with NotDeterministicError (`not-deterministic`) when a seed does not repeat.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export async function explore(options: ExploreOptions, scenario: Scenario): Promise<Exploration> {
  const given = optionsFor(scenario, options as SimulateOptions, EXPLORE_OPTIONS as never) as ExploreOptions
  const { runs = 1000, workers = 1 } = given
  wholeNumber(runs, 'runs', 1, 1e9)
  wholeNumber(workers, 'workers', 0, 1024)
  oneOf(STRATEGIES, given.strategy ?? 'mixed', 'strategy')
  if (given.reduce === true && given.strategy !== 'exhaustive') {
    throw new InvalidArgumentError('only an exhaustive search can leave orders out', {
      path: 'reduce',
      value: given.strategy,
      remedy: "Use it with strategy: 'exhaustive'",
    })
  }
  const { traps, faults } = settingsOf(runOptions(given, 0))
  const timeMs = given.time === undefined ? Number.POSITIVE_INFINITY : milliseconds(given.time, 'time')
  const total = new Total(given, runs, timeMs)
  const release = traps ? holdTraps() : undefined
  try {
    await exploreInto(total, { ...given, runs, workers }, scenario)
  } finally {
    release?.()
  }
  return total.result(faults.armed, reachablesOf(scenario))
}

async function exploreInto(
  total: Total,
  given: ExploreOptions & { readonly runs: number; readonly workers: number },
  scenario: Scenario,
): Promise<void> {
  const { runs, workers } = given
  const base = runOptions(given, 0)
  if (given.reduce === true) {
    const { complete, reduction } = await reduced(base, scenario, runs, (index, played, choices) =>
      total.add(tallyOf(scenario, base, index, played, choices)),
    )
    total.complete = complete
    total.reduction = reduction
  } else if (given.strategy === 'exhaustive') {
    total.complete = await exhaustively(base, scenario, runs, (index, played, choices) =>
      total.add(tallyOf(scenario, base, index, played, choices)),
    )
  } else if ((workers !== 1 || given.isolate === true) && isScenario(scenario)) {
    const { exploreInThreads } = await import('./threads.ts')
    const threads = workers === 0 ? availableParallelism() : workers
    // What a run shows leads the next one: guided runs follow each other.
    await exploreInThreads(scenario, given, runs, given.strategy === 'guided' ? 1 : threads, total)
  } else {
    const guide = guideFor(given)
    for (let index = 0; index < runs; index++) {
      const own = guide?.plan(index) ?? runOptions(given, index)
      if (!total.add(await runAt(own, index, scenario, guide))) break
    }
  }
}

/** Who leads the exploration, if anyone does. */
export function guideFor(options: ExploreOptions): Guide | undefined {
  return options.strategy === 'guided' ? new Guide(options) : undefined
}

/** One run of an exploration. `watched`: another thread looks out for endless loops. */
export async function runAt(
  own: RunOptions,
  index: number,
  scenario: Scenario,
  guide: Guide | undefined,
  watched = false,
): Promise<Tally> {
  const settings = {
    ...settingsOf(own),
    judgesAims: false,
    ...(watched ? { stallMs: Number.POSITIVE_INFINITY } : {}),
  }
  const covers = guide === undefined ? {} : { covers: new Coverage() }
  const played = await play({ ...settings, ...covers }, scenario, undefined, false)
  guide?.learn(own, played)
  const { failure } = played.run
  if (failure !== undefined || index % CHECK_EVERY === 0) {
    await checkDeterministic(scenario, played, await play(settings, scenario, undefined, false))
  }
  return tallyOf(scenario, own, index, played, undefined)
}

function tallyOf(
  scenario: Scenario,
  options: RunOptions,
  index: number,
  played: Played,
  choices: Choices | undefined,
): Tally {
  const { run } = played
  const token = (): string => tokenOf(scenario, options, played, choices)
  const failed = failureOf(played, token)
  const aims = run.aims.result()
  const { seed } = options
  return {
    index,
    hash: played.hash,
    steps: played.steps,
    messages: run.recorder.messages,
    ...(isIdle(played) ? { idle: true } : {}),
    faults: Object.fromEntries(run.chooser.fired),
    ...(run.chooser.firedAt.size > 0 ? { faultsAt: Object.fromEntries(run.chooser.firedAt) } : {}),
    seen: Object.fromEntries(run.checks.seen),
    failure: failed === undefined ? undefined : { ...failed, seed },
    ...(failed === undefined && aims.struck.length + aims.missed.length > 0
      ? { aims: { ...aims, token: aims.missed.length > 0 ? token() : '', seed } }
      : {}),
  }
}
