import { loadMachines } from '../behavior/xstate.ts'
import { backgroundWork, installTraps, markInside } from '../kernel/escape-traps.ts'
import { drive } from '../kernel/simulation-drive.ts'
import type { Choices } from './choices.ts'
import { SimulationEscapeError } from './errors.ts'
import { importsOf, reachablesOf } from './hopes.ts'
import type { Marks, TraceEvent } from './recorder.ts'
import { Run } from './run.ts'
import { functionOf, type Scenario } from './scenario.ts'
import type { RunSettings } from './settings.ts'
import { hint, stalled, uncaught } from './uncaught.ts'

/** Everything of a run, for comparing and shrinking. */
export interface Played {
  readonly run: Run
  readonly choices: Choices
  readonly hash: string
  readonly marks: Marks
  readonly steps: number
  readonly trace: readonly TraceEvent[]
}

/** Plays one run. With `given` choices it makes exactly those. */
export async function play(
  settings: RunSettings,
  scenario: Scenario,
  given: Choices | undefined,
  record: boolean,
): Promise<Played> {
  const run = new Run({ ...settings, reachables: reachablesOf(scenario) }, given, record)
  await driveRun(run, settings, scenario)
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

let machines: Promise<unknown> | undefined

/** Drives the run to its end, its failure, or a limit. */
async function driveRun(run: Run, { traps, stallMs }: RunSettings, scenario: Scenario): Promise<void> {
  machines ??= loadMachines()
  await machines
  let remove: (() => void) | undefined
  let started = false
  await drive({
    step: () => {
      if (started) return run.advance()
      started = true
      if (traps) remove = trapsFor(run)
      run.begin(functionOf(scenario))
      return true
    },
    bracket: traps ? markInside : () => undefined,
    outside: backgroundWork,
    failed: (error, how) => uncaught(run, error, how),
    stalled: (ms) => stalled(run, ms),
    stallMs,
  })
  remove?.()
  hint(run, () => importsOf(scenario))
}

/** Clock and randomness for libraries that simulated code calls; anything else that reaches outside fails the run. */
function trapsFor(run: Run): () => void {
  const { clock, random } = run.kernel
  const chance = random.stream('libraries')
  return installTraps(
    (what, where) => {
      const error = new SimulationEscapeError(what, where)
      run.violate('no escape', error.message, error)
      throw error
    },
    { now: () => clock.now(), monotonic: () => clock.monotonic(), random: () => chance.next() },
  )
}
