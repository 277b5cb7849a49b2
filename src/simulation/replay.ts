import { onlyOptions } from '../kernel/only-options.ts'
import { DivergedError, type Divergence, NotDeterministicError } from './errors.ts'
import { type Played, play } from './played.ts'
import { firstDifference } from './recorder.ts'
import { resultOf, type SimulationResult } from './result.ts'
import { type Scenario, sourceHash, titleOf } from './scenario.ts'
import { settingsOf } from './settings.ts'
import { decodeToken, type Recipe } from './token.ts'

/** How to replay. */
export interface ReplayTokenOptions {
  /** Reject with DivergedError where the run is not the recorded one. Default false: it is told in the result. */
  readonly strict?: boolean
}

/**
 * Repeats the run of a token: its faults and choices strike again as far as they go, and the run is judged as any other. So the
 * token of a bug that has been fixed holds. Where the run is not the recorded one, the result's `diverged` says since which step,
 * and whether the scenario or the code it calls has changed, or whether the scenario is not deterministic.
 *
 * Rejects with TokenError; with `strict` also with DivergedError (`diverged`).
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown.
 */
export async function replay(
  token: string,
  scenario: Scenario,
  options: ReplayTokenOptions = {},
): Promise<SimulationResult> {
  onlyOptions(options, 'replay', ['strict'])
  const recipe = decodeToken(token)
  const { played, diverged } = await replayed(recipe, scenario)
  if (diverged !== undefined && options.strict === true) throw new DivergedError(diverged.step, diverged.why)
  return resultOf(scenario, recipe.options, played, recipe.choices, diverged)
}

/** The run of a token, and where it left the recorded one. */
export async function replayed(
  recipe: Recipe,
  scenario: Scenario,
): Promise<{ readonly played: Played; readonly diverged: Divergence | undefined }> {
  const settings = settingsOf(recipe.options)
  const played = await play(settings, scenario, recipe.choices, true)
  const step = divergence(recipe, played)
  if (step === undefined) return { played, diverged: undefined }
  if (sourceHash(scenario) !== recipe.source)
    return { played, diverged: { step, why: 'the scenario has changed' } }
  const again = await play(settings, scenario, recipe.choices, false)
  const why = again.hash === played.hash ? 'code that it calls has changed' : 'it is not deterministic'
  return { played, diverged: { step, why } }
}

function divergence(recipe: Recipe, played: Played): number | undefined {
  // A run that ended its thread has recorded nothing but its seed.
  if (recipe.steps === 0) return undefined
  const step = firstDifference(recipe.marks, played.marks)
  if (step !== undefined) return step
  if (played.steps !== recipe.steps) return Math.min(played.steps, recipe.steps)
  return played.run.failure?.invariant === recipe.invariant ? undefined : played.steps
}

/**
 * Plays the same run twice.
 *
 * @throws NotDeterministicError (`not-deterministic`) naming the first step at which the two differ.
 */
export async function checkDeterministic(scenario: Scenario, first: Played, again: Played): Promise<void> {
  if (first.hash === again.hash && first.steps === again.steps) return
  throw new NotDeterministicError(
    titleOf(scenario),
    firstDifference(first.marks, again.marks) ?? Math.min(first.steps, again.steps),
  )
}
