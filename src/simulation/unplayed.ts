import type { Run } from './run.ts'

/** Fails a run whose scenario is over, and part of it will never run. @throws InvariantError */
export function checkPlayed(run: Run, returned: unknown): void {
  const problem = unplayed(run, returned)
  if (problem !== undefined) throw run.violate('the scenario', problem)
}

function unplayed(run: Run, returned: unknown): string | undefined {
  if (typeof returned === 'function')
    return 'the scenario returned a function, which nobody calls: call it, or return what it returns'
  if (isIterator(returned))
    return 'the scenario is a generator, which nobody runs: write async (sim) => { … } without *'
  const slept = run.kernel.now > 0 || !run.agenda.told().some((what) => what.startsWith('a sleep'))
  if (!slept)
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
