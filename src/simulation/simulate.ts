import type { ErrorLink } from '../kernel/errors.ts'
import { errorChain } from '../kernel/errors.ts'
import type { LedgerSnapshot } from '../system/dispatch/ledger.ts'
import type { Choices } from './choices.ts'
import type { FaultKind } from './faults.ts'
import { type SimulateOptions, settingsOf } from './options.ts'
import type { Marks, TraceEvent } from './recorder.ts'
import { Run, type RunSettings } from './run.ts'
import { functionOf, optionsFor, type Scenario, sourceHash } from './scenario.ts'
import { tellStory } from './story.ts'
import { encodeToken } from './token.ts'

/** What went wrong in a run, and what makes it happen again. */
export interface SimulationFailure {
  /** Name of the invariant: `conservation`, `first in, first out`, your own; `the scenario` when it threw. */
  readonly invariant: string
  readonly message: string
  readonly step: number
  /** Virtual milliseconds since the beginning. */
  readonly at: number
  readonly errors: readonly ErrorLink[]
  /** What the invariant threw, or the scenario. */
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
  /** Kinds of faults that had a chance and never struck, and hopes that never came true: the run says nothing of them. */
  readonly vacuous: readonly string[]
  readonly ledgers: readonly LedgerSnapshot[]
  /** The run in a few lines, the faults marked. */
  readonly story: string
  /** All that happened, in order. */
  readonly trace: readonly TraceEvent[]
}

/** All of a run, for those that compare and shrink. */
export interface Played {
  readonly run: Run
  readonly choices: Choices
  readonly hash: string
  readonly marks: Marks
  readonly steps: number
  readonly trace: readonly TraceEvent[]
}

/** Plays one run. With `given` choices it makes those and no others. */
export async function play(
  settings: RunSettings,
  scenario: Scenario,
  given: Choices | undefined,
  record: boolean,
): Promise<Played> {
  const run = new Run(settings, given, record)
  await run.play(functionOf(scenario))
  const { chooser, recorder } = run
  return {
    run,
    choices: { faults: chooser.faults, picks: chooser.picks, skips: given?.skips ?? [] },
    hash: recorder.hash,
    marks: recorder.marks,
    steps: recorder.step,
    trace: recorder.events ?? [],
  }
}

/** Kinds of faults and hopes of which a run (or many together) has shown nothing. */
export function vacuous(
  armed: readonly FaultKind[],
  fired: (kind: FaultKind) => number,
  seen: Iterable<readonly [string, number]>,
): string[] {
  return [
    ...armed.filter((kind) => fired(kind) === 0).map((kind) => `fault ${kind} never struck`),
    ...[...seen].filter(([, times]) => times === 0).map(([name]) => `sometimes '${name}' never came true`),
  ]
}

export function tokenOf(
  scenario: Scenario,
  options: SimulateOptions & { readonly seed: number },
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

/** What went wrong in a run, if anything did. */
export function failureOf({ run }: Played, token: () => string): SimulationFailure | undefined {
  const { failure } = run
  if (failure === undefined) return undefined
  return {
    invariant: failure.invariant,
    message: `${failure.invariant}: ${failure.what}`,
    step: run.failedAt,
    at: run.kernel.now,
    errors: errorChain(failure),
    error: failure.cause ?? failure,
    token: token(),
  }
}

export function resultOf(
  scenario: Scenario,
  options: SimulateOptions & { readonly seed: number },
  played: Played,
  choices: Choices | undefined,
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
    sometimes: Object.fromEntries(run.seen),
    vacuous: vacuous(run.armed, (kind) => chooser.fired.get(kind) ?? 0, run.seen),
    ledgers: run.systems.map((system) => system.ledger()),
    story: tellStory(played),
    trace: played.trace,
  }
}

/**
 * Runs a scenario once: on virtual time, in an order that the seed chooses, with the faults that it chooses.
 * Never rejects because of what the scenario does: that is in the result.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export async function simulate(options: SimulateOptions, scenario: Scenario): Promise<SimulationResult>
export async function simulate(scenario: Scenario): Promise<SimulationResult>
export async function simulate(
  first: SimulateOptions | Scenario,
  second?: Scenario,
): Promise<SimulationResult> {
  const scenario = (second ?? first) as Scenario
  const given = second === undefined ? {} : (first as SimulateOptions)
  const options = optionsFor(scenario, given)
  const settings = settingsOf(options)
  const played = await play(settings, scenario, undefined, true)
  return resultOf(scenario, { ...options, seed: settings.seed }, played, undefined)
}
