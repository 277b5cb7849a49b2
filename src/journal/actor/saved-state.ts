import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { Durable } from '../../behavior/durable-options.ts'
import { messageOfError, text } from '../../kernel/errors.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import { JournalError } from '../errors.ts'
import { decodeRecord, encodeEvent, encodeRecord, type Recorded } from './frames.ts'
import { migratedBy } from './message-versions.ts'
import { eventsOf, numbered, STATES } from './spaces.ts'

interface Snapshot {
  readonly state: unknown
  readonly behavior: string | undefined
  /** The last event that the state holds. */
  readonly event: number
}

/** An event that a handler persisted, as the journal will hold it. */
export interface PersistedEvent {
  readonly name: string
  /** Nobody else's: what a handler or a later event does to the data that were given does not change what is applied. */
  readonly data: unknown
  readonly bytes: Uint8Array
}

const FIX_STATE =
  'Run the release that knows this state, or fix the migration: the state in the journal is unchanged'

/** One actor's state in the journal: its last snapshot, and the events since. */
export class SavedState {
  /** The behavior that was saved with the state. */
  behavior: string | undefined
  readonly #log: Log
  readonly #path: string
  readonly #events: string
  readonly #definition: ActorDefinition<unknown>
  readonly #durable: Durable
  #bytes: Uint8Array | undefined
  #event = 0
  #sinceSnapshot = 0
  /** Of the events since the snapshot. */
  #eventBytes = 0

  constructor(log: Log, path: string, definition: ActorDefinition<unknown>, durable: Durable) {
    this.#log = log
    this.#path = path
    this.#events = eventsOf(path)
    this.#definition = definition
    this.#durable = durable
  }

  /**
   * The state as the last commit left it; a fresh one if there is none.
   *
   * @throws JournalError (`journal-state`) for a newer version, a migration or an event that throws, or bytes that can't be read.
   */
  restore(): unknown {
    const bytes = this.#log.get(STATES, this.#path)
    this.#bytes = bytes
    const found = bytes === undefined ? undefined : this.#read(bytes)
    this.behavior = found?.behavior
    this.#event = found?.event ?? 0
    this.#sinceSnapshot = 0
    this.#eventBytes = 0
    const state = found === undefined ? this.#definition.state() : found.state
    if (this.#durable.events !== undefined) this.#replay(state)
    return state
  }

  /** Bytes that the state has in the journal. */
  get bytes(): number {
    return (this.#bytes?.length ?? 0) + this.#eventBytes
  }

  /** What a handled message changes: nothing where the state is what it was. @throws NotSerializableError */
  changes(state: unknown, behavior: string | undefined, events: readonly PersistedEvent[]): LogPut[] {
    const sourced = this.#durable.events !== undefined
    const last = this.#event + events.length
    const since = this.#sinceSnapshot + events.length
    if (sourced && behavior === this.behavior && since < this.#durable.snapshotEvery) {
      const put = events.map(({ bytes }, i) => ({
        space: this.#events,
        key: numbered(this.#event + 1 + i),
        value: bytes,
      }))
      this.#event = last
      this.#sinceSnapshot = since
      for (const { value } of put) this.#eventBytes += value.length
      return put
    }
    const snapshot: Snapshot = { state, behavior, event: last }
    const value = encodeRecord('state', this.#version, snapshot)
    if (this.#bytes !== undefined && Buffer.compare(value, this.#bytes) === 0) return []
    this.behavior = behavior
    this.#bytes = value
    this.#event = last
    this.#sinceSnapshot = 0
    this.#eventBytes = 0
    return [...this.#forgotten(sourced), { space: STATES, key: this.#path, value }]
  }

  /**
   * An event as the next start will read it.
   *
   * @throws JournalError (`journal-state`) for a name that the definition does not have, NotSerializableError.
   */
  event(name: string, data: unknown): PersistedEvent {
    if (this.#durable.events?.has(name) !== true) throw this.#noEvent(name)
    const bytes = encodeEvent(name, this.#version, data)
    return { name, bytes, data: typeof data === 'object' && data !== null ? decodeRecord(bytes).body : data }
  }

  /** Applies an event. @throws JournalError (`journal-state`) for a name that the definition does not have. */
  apply(state: unknown, name: string, data: unknown): void {
    const event = this.#durable.events?.get(name)
    if (event === undefined) throw this.#noEvent(name)
    event(state as never, data as never)
  }

  /** A handler has persisted where no commit follows. */
  refused(name: string): JournalError {
    const what = `'${text(name)}' was persisted outside the handler of a message`
    const remedy = 'Send the actor a message, and persist in its handler: the event is part of its commit'
    return this.#failure(what, name, undefined, remedy)
  }

  /** The events before a snapshot. */
  #forgotten(sourced: boolean): LogPut[] {
    const entries = sourced ? [...this.#log.entries(this.#events)] : []
    return entries.map(({ key }) => ({ space: this.#events, key, value: undefined }))
  }

  get #version(): number {
    return this.#durable.migrations.length + 1
  }

  #read(bytes: Uint8Array): Snapshot {
    const { type, version, body } = this.#record(bytes, 'its state')
    if (type !== 'state' || !isSnapshot(body)) throw this.#failure('its state is none', body, undefined)
    const { state, behavior, event } = body
    try {
      const migrated = migratedBy(this.#durable.migrations.slice(version - 1), state, 'durable.migrations')
      return { state: migrated, behavior, event }
    } catch (error) {
      const what = `its state of version ${version} can't be migrated: ${messageOfError(error)}`
      throw this.#failure(what, version, error)
    }
  }

  #replay(state: unknown): void {
    for (const { key, value } of this.#log.entries(this.#events)) {
      const at = Number(key)
      if (at <= this.#event) continue
      const next = this.#event + 1
      if (at !== next) throw this.#failure(`event ${next} is missing, and '${key}' is there`, key, undefined)
      const { type, body } = this.#record(value, `event ${at}`)
      try {
        this.apply(state, type, body)
      } catch (error) {
        if (error instanceof JournalError) throw error
        throw this.#failure(`event ${at}, '${type}', can't be applied: ${messageOfError(error)}`, type, error)
      }
      this.#event = at
      this.#sinceSnapshot += 1
      this.#eventBytes += value.length
    }
  }

  #record(bytes: Uint8Array, what: string): Recorded {
    let record: Recorded
    try {
      record = decodeRecord(bytes)
    } catch (error) {
      throw this.#failure(`${what} can't be read: ${messageOfError(error)}`, undefined, error)
    }
    const { version } = record
    if (!Number.isSafeInteger(version) || version < 1)
      throw this.#failure(`${what} has no version`, version, undefined)
    if (version > this.#version) {
      const known = `${what} has version ${version}, and durable.migrations lead to ${this.#version}`
      throw this.#failure(known, version, undefined)
    }
    return record
  }

  #noEvent(name: string): JournalError {
    const known = [...(this.#durable.events?.keys() ?? [])].join(', ')
    const what = `there is no event '${text(name)}' in durable.events`
    return this.#failure(what, name, undefined, `Add it to durable.events, which has ${known || 'none'}`)
  }

  #failure(what: string, value: unknown, cause: unknown, remedy = FIX_STATE): JournalError {
    return new JournalError('journal-state', `'${this.#path}': ${what}`, {
      path: `${this.#path}.state`,
      value,
      remedy,
      cause,
    })
  }
}

function isSnapshot(body: unknown): body is Snapshot {
  if (typeof body !== 'object' || body === null || !('state' in body)) return false
  const { behavior, event } = body as Snapshot
  return Number.isSafeInteger(event) && (behavior === undefined || typeof behavior === 'string')
}

/** The same definition, whose first state and behavior are those of the journal. */
export function restoring(definition: ActorDefinition<unknown>, saved: SavedState): ActorDefinition<unknown> {
  return {
    ...definition,
    state: () => saved.restore(),
    get initial(): string {
      const { behavior } = saved
      return behavior !== undefined && definition.behaviors.has(behavior) ? behavior : definition.initial
    },
  }
}
