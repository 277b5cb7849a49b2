import { demand } from '../kernel/demand.ts'
import type { ActorSystem } from '../system/actor-system.ts'

/** Something that a test left behind. */
export interface Leak {
  readonly kind: 'actor' | 'timer' | 'ask' | 'message'
  /** An actor's path, or a count. */
  readonly what: string
}

/** @throws InvalidArgumentError (`invalid-argument`) */
export function aSystem(given: ActorSystem, path: string): void {
  demand(
    given,
    path,
    'a system, such as createSystem()',
    (system) => typeof system.pending === 'function' && typeof system.spawn === 'function',
  )
}

/** Everything that still runs or waits in `system`, apart from the actors in `known`. */
export function leaks(system: ActorSystem, known: readonly string[] = []): readonly Leak[] {
  aSystem(system, 'leaks.system')
  demand(known, 'leaks.known', 'a list of paths', Array.isArray)
  const { actors, timers, asks } = system.pending()
  const { inFlight } = system.ledger()
  const found: Leak[] = actors
    .filter((path) => !known.includes(path))
    .map((path) => ({ kind: 'actor', what: path }))
  if (timers > 0) found.push({ kind: 'timer', what: String(timers) })
  if (asks > 0) found.push({ kind: 'ask', what: String(asks) })
  if (inFlight > 0) found.push({ kind: 'message', what: String(inFlight) })
  return found
}
