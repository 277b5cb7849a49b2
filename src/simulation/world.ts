import type { ActorDefinition } from '../behavior/define-actor.ts'
import type { Watchable } from '../behavior/ref.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { ActorHandle } from '../system/actor/actor-handle.ts'
import type { Run } from './run.ts'
import type { World } from './simulation.ts'

/** What checks see of a run. */
export function worldOf(run: Run): World {
  return {
    get now() {
      return run.kernel.now
    },
    systems: run.systems,
    effects: run.effects,
    state: stateOf,
    deadLetters(reason) {
      let count = 0
      for (const system of run.systems) {
        for (const [why, many] of Object.entries(system.ledger().deadLettered)) {
          if (reason === undefined || why === reason) count += many
        }
      }
      return count
    },
  }
}

function stateOf<S>(ref: Watchable, definition?: ActorDefinition<unknown, S>): S | undefined {
  // To look must not activate an entity that has left memory.
  if (ref.state === 'stopped') return undefined
  const { definition: own, state } = (ref as ActorHandle)['~cell']
  if (definition === undefined || own.name === definition.name) return state as S | undefined
  throw new InvalidArgumentError(`the actor '${ref.path}' is a '${own.name}', not a '${definition.name}'`, {
    path: 'definition',
    value: definition.name,
    remedy: 'Pass the definition with which the actor was spawned',
  })
}
