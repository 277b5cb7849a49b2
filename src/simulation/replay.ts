import { DivergedError, NotDeterministicError } from './errors.ts'
import { type Played, play } from './played.ts'
import { firstDifference } from './recorder.ts'
import { resultOf, type SimulationResult } from './result.ts'
import { type Scenario, sourceHash, titleOf } from './scenario.ts'
import { settingsOf } from './settings.ts'
import { decodeToken, type Recipe } from './token.ts'

/**
 * Repeats the run of a token, step by step.
 *
 * Rejects with TokenError, or with DivergedError (`diverged`) at the first step that differs. The error says whether the
 * scenario or the code it calls has changed, or whether the scenario is not deterministic.
 */
export async function replay(token: string, scenario: Scenario): Promise<SimulationResult> {
  const recipe = decodeToken(token)
  const played = await replayed(recipe, scenario)
  return resultOf(scenario, recipe.options, played, recipe.choices)
}

/** @throws DivergedError */
export async function replayed(recipe: Recipe, scenario: Scenario): Promise<Played> {
  const settings = settingsOf(recipe.options)
  const played = await play(settings, scenario, recipe.choices, true)
  const step = divergence(recipe, played)
  if (step === undefined) return played
  if (sourceHash(scenario) !== recipe.source) throw new DivergedError(step, 'the scenario has changed')
  const again = await play(settings, scenario, recipe.choices, false)
  const why = again.hash === played.hash ? 'code that it calls has changed' : 'it is not deterministic'
  throw new DivergedError(step, why)
}

function divergence(recipe: Recipe, played: Played): number | undefined {
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
