import type { Choices } from './choices.ts'
import { type Played, play } from './played.ts'
import type { Scenario } from './scenario.ts'
import { type RunOptions, settingsOf } from './settings.ts'

/**
 * Every order in which the actors of a tiny scenario can take turns, by depth-first search over the choices
 * (stateless model checking: Godefroid, "Model Checking for Programming Languages using VeriSoft", POPL 1997). True if all were tried.
 */
export async function exhaustively(
  options: RunOptions,
  scenario: Scenario,
  runs: number,
  add: (index: number, played: Played, choices: Choices) => boolean,
): Promise<boolean> {
  const settings = settingsOf(options)
  let picks: (readonly [number, number])[] = []
  for (let index = 0; index < runs; index++) {
    const choices = { faults: [], picks, skips: [] }
    const played = await play(settings, scenario, choices, false)
    const goesOn = add(index, played, choices)
    const next = following(played.run.chooser.offered)
    if (next === undefined) return true
    if (!goesOn) return false
    picks = next
  }
  return false
}

/** The next path of the search: the last choice with another alternative takes it, and everything after it starts again. */
function following(
  offered: readonly { readonly n: number; readonly place: number; readonly of: number }[],
): (readonly [number, number])[] | undefined {
  for (let last = offered.length - 1; last >= 0; last--) {
    const { n, place, of } = offered[last] as { n: number; place: number; of: number }
    if (place + 1 >= of) continue
    const before = offered
      .slice(0, last)
      .filter((choice) => choice.place > 0)
      .map((choice) => [choice.n, choice.place] as const)
    return [...before, [n, place + 1]]
  }
  return undefined
}
