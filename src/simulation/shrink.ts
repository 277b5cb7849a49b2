import { InvalidArgumentError } from '../kernel/errors.ts'
import { holdTraps } from '../kernel/escape-traps.ts'
import { DivergedError } from './errors.ts'
import { play } from './played.ts'
import { checkDeterministic, replayed } from './replay.ts'
import { resultOf, type SimulationResult } from './result.ts'
import type { Scenario } from './scenario.ts'
import { settingsOf } from './settings.ts'
import { Search, type ShrinkOptions, type ShrinkSize, sizeOf } from './shrink-search.ts'
import { decodeToken } from './token.ts'

/** The smallest failing run found. */
export interface Shrunk extends SimulationResult {
  readonly before: ShrinkSize
  readonly after: ShrinkSize
  readonly tries: number
  /** False if the budget ran out while something could still be left out. */
  readonly minimal: boolean
}

/**
 * Finds the shortest way to the same failure. It leaves out faults, then rounds of the scenario (`sim.times`), then turns out of
 * order, then delays, while the same invariant still fails (delta debugging: Zeller and Hildebrandt, "Simplifying
 * and Isolating Failure-Inducing Input", IEEE TSE 2002). The result has failed twice in the same way.
 *
 * Rejects with TokenError, DivergedError (`diverged`) for a scenario that is not deterministic, InvalidArgumentError for a token
 * whose run does not fail.
 */
export async function shrink(
  token: string,
  scenario: Scenario,
  options: ShrinkOptions = {},
): Promise<Shrunk> {
  const recipe = decodeToken(token)
  const { played: original, diverged } = await replayed(recipe, scenario)
  const { failure } = original.run
  if (diverged?.why === 'it is not deterministic') throw new DivergedError(diverged.step, diverged.why)
  if (failure === undefined) {
    const since = diverged === undefined ? '' : `: ${diverged.why} since it was made`
    throw new InvalidArgumentError(`the run of this token did not fail${since}`, {
      path: 'token',
      value: token,
      remedy: 'Use the token of a failure',
    })
  }
  const settings = settingsOf(recipe.options)
  const release = settings.traps ? holdTraps() : undefined
  const search = new Search(scenario, settings, failure, original, options)
  await search.go().finally(() => release?.())
  const { best, choices } = search
  const first = await play(settings, scenario, choices, true)
  await checkDeterministic(scenario, best, first)
  const result = resultOf(scenario, recipe.options, first, choices)
  const after = sizeOf(first)
  const byOrder = search.minimal && after.faults === 0 && after.delays === 0 && after.reorderings > 0
  return {
    ...result,
    story: byOrder
      ? `${result.story}\n           Without ↷, each in its turn, everything holds.`
      : result.story,
    before: sizeOf(original),
    after,
    tries: search.tries,
    minimal: search.minimal,
  }
}
