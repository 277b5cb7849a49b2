import type { Watchable } from '../behavior/ref.ts'
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
    state: <S>(ref: Watchable): S | undefined => (ref as ActorHandle)['~cell'].state as S | undefined,
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
