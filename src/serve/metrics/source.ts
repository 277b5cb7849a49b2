import type { EventStream } from '../../ports/events.ts'
import type { ActorSystem } from '../../system/actor-system.ts'

/** Something that metrics and traces are about: a system, or a team that changes its systems under one stream of events. */
export interface Source {
  readonly events: EventStream
  /** Those that run now. */
  readonly systems: () => readonly ActorSystem[]
}

export function sourceOf(system: ActorSystem): Source {
  return { events: system.events, systems: () => [system] }
}
