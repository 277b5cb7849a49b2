import { isA, messageOfError } from '../kernel/errors.ts'
import { InvariantError } from './errors.ts'
import type { Run } from './run.ts'

/** Resolves once the scenario is over. What it throws, now or later, fails the run, and so does a part of it that will never run. */
export async function playedOut(run: Run, scenario: () => unknown): Promise<void> {
  try {
    const problem = unplayed(run, await scenario())
    if (problem !== undefined) run.violate('the scenario', problem)
  } catch (error) {
    if (!isA(error, InvariantError)) run.violate('the scenario', messageOfError(error), error)
  }
}

function unplayed(run: Run, returned: unknown): string | undefined {
  if (typeof returned === 'function')
    return 'the scenario returned a function, which nobody calls: call it, or return what it returns'
  if (isIterator(returned))
    return 'the scenario is a generator, which nobody runs: write async (sim) => { … } without *'
  if (run.kernel.now === 0 && run.agenda.cutOff() !== undefined)
    return 'the scenario was over before any time had passed, and code of it still sleeps: await that code'
  return undefined
}

function isIterator(value: unknown): boolean {
  try {
    const made = value as Partial<AsyncGenerator & Generator> | null | undefined
    return (
      typeof made?.next === 'function' &&
      typeof (made[Symbol.asyncIterator] ?? made[Symbol.iterator]) === 'function'
    )
  } catch {
    return false
  }
}
