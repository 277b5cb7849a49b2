import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { EntityRef } from '../../behavior/ref.ts'
import { demand } from '../../kernel/demand.ts'
import { GanglionError, say } from '../../kernel/errors.ts'
import type { TimerWheel } from '../../kernel/timer-wheel.ts'
import type { DurableHome } from '../../ports/durable-home.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import type { ActorCell } from './actor-cell.ts'

/** A durable timer that waits. */
export interface DurableTimer {
  readonly path: string
  readonly key: string
  /** Wall time, milliseconds since the epoch. */
  readonly due: number
  readonly repeats: boolean
  /** It was due, and its actor does not run. */
  readonly parked: boolean
}

/** What waits for its time in a system. */
export interface Waits {
  readonly wheel: TimerWheel
  readonly durable: Durability | undefined
}

/** What makes the durable actors of one system: the system's part of a journal. */
export interface Durability {
  /** The cell of a durable actor, which is not a child of `parent` yet. */
  cell(definition: ActorDefinition<unknown>, parent: ActorCell, name: string): ActorCell
  /** The ref of an entity, of the definition and key. */
  entity(definition: ActorDefinition<unknown>, root: ActorCell, key: string): unknown
  /** The timers that wait, for a simulation; none once the system has stopped. */
  waiting(): Iterable<DurableTimer>
  /** The system has stopped: resolves once everything that it did is durable. */
  detach(): Promise<void>
}

/** A durable actor was spawned in a system without a journal. Code `no-journal`. */
export class NoJournalError extends GanglionError {
  constructor(actor: string) {
    super('no-journal', say`'${actor}' is durable, and its system has no journal`, {
      path: 'journal',
      value: actor,
      remedy:
        "createSystem({ journal: await openJournal('data') }), with openJournal from 'ganglion/journal'",
    })
  }
}

/** Only the handlers of a durable actor can do this. Code `not-durable`. */
export class NotDurableError extends GanglionError {
  constructor(actor: string, what: string) {
    super('not-durable', say`'${actor}' is not durable, and ${what} needs that`, {
      path: actor,
      value: what,
      remedy: 'Define it with durable: true, and give createSystem a journal',
    })
  }
}

/** @throws InvalidArgumentError (`invalid-argument`), NoJournalError (`no-journal`), NotDurableError (`not-durable`) */
export function entityOf<H>(
  durability: Durability | undefined,
  root: ActorCell,
  definition: ActorDefinition<H>,
  key: string,
): EntityRef<H> {
  demand(definition, 'definition', 'what defineActor returned', ({ kind }) => kind === 'actor')
  if (definition.durable === undefined) throw new NotDurableError(definition.name, 'system.entity')
  if (durability === undefined) throw new NoJournalError(definition.name)
  return durability.entity(definition as ActorDefinition<unknown>, root, key) as EntityRef<H>
}

/** @throws InvalidArgumentError for what is no journal, JournalError (`journal-in-use`) */
export function durabilityOf(home: DurableHome | undefined, runtime: Runtime): Durability | undefined {
  if (home === undefined) return undefined
  const isJournal = (given: DurableHome): boolean => typeof given['~attach'] === 'function'
  return demand(home, 'journal', 'what openJournal resolves to', isJournal)['~attach'](runtime) as Durability
}
