import type { Choices } from './choices.ts'
import { NotDeterministicError, SharedStateError } from './errors.ts'
import { shortName } from './names.ts'
import { OrderSearch } from './order-search.ts'
import { type Played, play } from './played.ts'
import type { Reduction } from './reduction.ts'
import { type Scenario, titleOf } from './scenario.ts'
import { type RunOptions, type RunSettings, settingsOf } from './settings.ts'
import { GivenOrder } from './step-order.ts'

/** Adds a run up; false ends the search. */
type Add = (index: number, played: Played, choices: Choices) => boolean

/**
 * Every order in which the actors of a tiny scenario can take turns, by depth-first search over the choices
 * (stateless model checking: Godefroid, "Model Checking for Programming Languages using VeriSoft", POPL 1997). True if all were tried.
 */
export async function exhaustively(
  options: RunOptions,
  scenario: Scenario,
  runs: number,
  add: Add,
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

/** The same without orders that differ only in steps that commute: for actors that share nothing but messages. */
export async function reduced(
  options: RunOptions,
  scenario: Scenario,
  runs: number,
  add: Add,
): Promise<{ readonly complete: boolean; readonly reduction: Reduction }> {
  const settings = settingsOf(options)
  let search = new OrderSearch(false)
  let failures = 0
  const ended = (complete: boolean) => {
    const { complete: orders, repeats } = search
    // A run that failed stands for orders of a length that nobody knows.
    return {
      complete,
      reduction: { orders, repeats, of: complete && failures === 0 ? search.orders() : undefined },
    }
  }
  for (let index = 0; index < runs; index++) {
    const choices = { faults: [], picks: [], skips: [] }
    const played = await play({ ...settings, search }, scenario, choices, false)
    if (search.strayed) throw new NotDeterministicError(titleOf(scenario), played.steps)
    const { failure, checks } = played.run
    if (failure !== undefined) failures += 1
    const goesOn = add(index, played, { ...choices, picks: played.choices.picks })
    if (failure === undefined && !search.isRepeat && search.complete % (search.complete < 10 ? 1 : 10) === 0)
      await checkShared(settings, scenario, search)
    // Such checks need every state, not only every order that differs: from the beginning.
    if (checks.looks && !search.looksAtStates) search = new OrderSearch(true)
    else if (!search.next(failure !== undefined)) return ended(true)
    if (!goesOn) return ended(false)
  }
  return ended(false)
}

/**
 * Plays the run again with two steps the other way round that should not know of each other: what actors share besides messages, the search
 * can't see.
 *
 * @throws SharedStateError
 */
async function checkShared(settings: RunSettings, scenario: Scenario, search: OrderSearch): Promise<void> {
  const { shown } = search.watcher
  const swapped = search.swapped()
  if (swapped === undefined) return
  const order = new GivenOrder(swapped.names)
  const none = { faults: [], picks: [], skips: [] }
  const { run } = await play({ ...settings, search: order }, scenario, none, false)
  // It passes through another state, in which a check may fail: the search will find that too.
  if (run.failure !== undefined && run.checks.looks) return
  const others = order.watcher.shown
  const same = [...shown].every(([name, what]) => others.get(name) === what)
  if (same && run.failure === undefined && !order.strayed && shown.size === others.size) return
  const [second = '', first = ''] = swapped.names.slice(swapped.at)
  throw new SharedStateError(titleOf(scenario), shortName(first), shortName(second))
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
