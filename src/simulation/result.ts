import type { ErrorLink } from '../kernel/errors.ts'
import { errorChain } from '../kernel/errors.ts'
import type { LedgerSnapshot } from '../system/dispatch/ledger.ts'
import type { Choices } from './choices.ts'
import type { Divergence } from './errors.ts'
import type { FaultKind } from './faults.ts'
import { reachablesOf } from './hopes.ts'
import { placeOf } from './identity.ts'
import type { Played } from './played.ts'
import type { StateChange, TraceEvent } from './recorder.ts'
import { type Scenario, sourceHash } from './scenario.ts'
import type { RunOptions } from './settings.ts'
import { tellStory } from './story.ts'
import { encodeToken } from './token.ts'

/** The failure of a run, and how to repeat it. */
export interface SimulationFailure {
  /** Name of the invariant: `conservation`, `first in, first out`, your own; `the scenario` if it threw. */
  readonly invariant: string
  readonly message: string
  readonly step: number
  /** Virtual milliseconds since the beginning. */
  readonly at: number
  /** The line of your own code at which it failed, `file:line:column`; undefined where no line of yours did. */
  readonly place: string | undefined
  readonly errors: readonly ErrorLink[]
  /** The error of the invariant or the scenario. */
  readonly error: unknown
  /** `sim1.…`: replays the run, here or anywhere. */
  readonly token: string
}

/** One run. */
export interface SimulationResult {
  readonly ok: boolean
  readonly failure: SimulationFailure | undefined
  readonly seed: number
  readonly token: string
  /** 16 hexadecimal digits: the same for the same run, on every machine. */
  readonly hash: string
  readonly steps: number
  readonly messages: number
  /** Virtual milliseconds. */
  readonly virtualMs: number
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  /** How often each `sometimes` and `reachable` came true. */
  readonly sometimes: Readonly<Record<string, number>>
  /** Kinds of faults that never struck despite a rate, and `sometimes` that never came true: the run says nothing about them. */
  readonly vacuous: readonly string[]
  /** After `replay`: where the run left the recorded one; undefined if it is the same. */
  readonly diverged: Divergence | undefined
  readonly ledgers: readonly LedgerSnapshot[]
  /** The run in a few lines, with the faults marked. */
  readonly story: string
  /** All events, in order. */
  readonly trace: readonly TraceEvent[]
  /** Of every actor with a state: before its first handler, and at the end. */
  readonly states: readonly StateChange[]
}

/** Whether a run has shown nothing that could fail: no system, no effect, no check, and no time has passed. */
export function isIdle({ run }: Played): boolean {
  const { systems, effects, kernel, recorder, checks } = run
  const acted = systems.length + effects.size + recorder.messages > 0 || kernel.now > 0
  return !acted && !checks.areMade && run.failure === undefined
}

/** Kinds of faults and `sometimes` that a run (or many together) has not shown. */
export function vacuous(
  idle: boolean,
  armed: readonly string[],
  fired: (what: string) => number,
  seen: Iterable<readonly [string, number]>,
  reachables: readonly string[],
): string[] {
  return [
    ...(idle ? ['the scenario did nothing: it starts no system and checks nothing'] : []),
    ...armed.filter((what) => fired(what) === 0).map((what) => `fault ${what} never struck`),
    ...[...seen]
      .filter(([, times]) => times === 0)
      .map(([name]) =>
        reachables.includes(name)
          ? `reachable '${name}' was never reached`
          : `sometimes '${name}' never came true`,
      ),
  ]
}

/** How to repeat the run: its choices, or its seed alone. */
export function tokenOf(
  scenario: Scenario,
  options: RunOptions,
  played: Played,
  choices: Choices | undefined,
): string {
  return encodeToken({
    source: sourceHash(scenario),
    options,
    choices,
    invariant: played.run.failure?.invariant,
    steps: played.steps,
    marks: played.marks,
  })
}

/** The failure of a run, if it failed. */
export function failureOf({ run }: Played, token: () => string): SimulationFailure | undefined {
  const { failure } = run
  if (failure === undefined) return undefined
  return {
    invariant: failure.invariant,
    message: `${failure.invariant}: ${failure.what}`,
    step: run.failedAt,
    at: run.kernel.now,
    place: placeOf(failure),
    errors: errorChain(failure),
    error: failure.cause ?? failure,
    token: token(),
  }
}

/** The result of a run for its caller. */
export function resultOf(
  scenario: Scenario,
  options: RunOptions,
  played: Played,
  choices: Choices | undefined,
  diverged?: Divergence,
): SimulationResult {
  const { run } = played
  const { chooser } = run
  const token = tokenOf(scenario, options, played, choices)
  return {
    ok: run.failure === undefined,
    failure: failureOf(played, () => token),
    seed: options.seed,
    token,
    hash: played.hash,
    steps: played.steps,
    messages: run.recorder.messages,
    virtualMs: run.kernel.now,
    faults: Object.fromEntries(chooser.fired),
    sometimes: Object.fromEntries(run.checks.seen),
    vacuous: vacuous(
      isIdle(played),
      run.armed,
      (what) => chooser.firedAt.get(what) ?? chooser.fired.get(what as FaultKind) ?? 0,
      run.checks.seen,
      reachablesOf(scenario),
    ),
    diverged,
    ledgers: run.systems.map((system) => system.ledger()),
    story: tellStory(played),
    trace: played.trace,
    states: run.recorder.states,
  }
}
