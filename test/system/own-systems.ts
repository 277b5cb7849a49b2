import { afterEach } from 'vitest'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import type { SystemOptions } from '../../src/system/system-options.ts'

/** Makes systems on the real clock that are stopped after the test which made them. */
export function ownSystems(): (options?: SystemOptions) => ActorSystem {
  const systems: ActorSystem[] = []
  afterEach(async () => {
    for (const made of systems.splice(0)) await made.stop({ drain: 50 })
  })
  return (options) => {
    const made = createSystem(options)
    systems.push(made)
    return made
  }
}
