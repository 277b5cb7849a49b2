import type { Choices } from './choices.ts'
import type { Marks, TraceEvent } from './recorder.ts'
import { Run } from './run.ts'
import { functionOf, type Scenario } from './scenario.ts'
import type { RunSettings } from './settings.ts'

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
