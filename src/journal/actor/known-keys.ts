import type { Durable } from '../../behavior/durable-options.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import type { Runtime } from '../../system/dispatch/runtime.ts'
import { recordUnread } from '../../system/dispatch/unread-record.ts'
import { encodeRecord } from './frames.ts'
import { type Held, recordIn } from './records.ts'
import { keysOf } from './spaces.ts'

/** A longer reply is not kept: a repeated ask then gets `undefined`. */
const REPLY_BYTES_MAX = 4096

/** What is known of an idempotency key. */
export interface KnownKey {
  /** When its message was accepted, wall time. */
  readonly at: number
  /** Its message was handled, and this was the reply. */
  readonly done: boolean
  readonly reply: unknown
}

/** What is known of a key of the actor at `path`, as it stands in the journal. */
export function keyRecord(path: string, key: string, known: KnownKey): LogPut {
  return { space: keysOf(path), key, value: encodeRecord('key', 1, known) }
}

/** @throws JournalError (`journal-record`) */
export function keyIn(held: Held): KnownKey {
  return recordIn<KnownKey>(held, 'key', ({ at, done }) => Number.isFinite(at) && typeof done === 'boolean')
}

/**
 * The idempotency keys of one actor's messages, with the replies: a repeated message is not handled again. Bounded by count and age;
 * the oldest are forgotten first.
 */
export class KnownKeys {
  readonly #log: Log
  readonly #path: string
  readonly #space: string
  readonly #durable: Durable
  readonly #runtime: Runtime
  /** In order of acceptance. */
  #ages: Map<string, number> | undefined
  /** Why they can't be read. Whether their messages were handled is not known, so whoever sends one again is refused. */
  readonly #unread = new Map<string, unknown>()

  constructor(log: Log, path: string, durable: Durable, runtime: Runtime) {
    this.#log = log
    this.#path = path
    this.#space = keysOf(path)
    this.#durable = durable
    this.#runtime = runtime
  }

  /** @throws JournalError (`journal-record`) where the journal has it and it can't be read. */
  find(key: string): KnownKey | undefined {
    const at = this.#known().get(key)
    if (this.#unread.size > 0 && this.#unread.has(key)) throw this.#unread.get(key)
    if (at === undefined || at + this.#durable.keyAgeMs <= this.#runtime.kernel.clock.now()) return undefined
    const bytes = this.#log.get(this.#space, key)
    return bytes === undefined ? undefined : keyIn({ space: this.#space, key, value: bytes })
  }

  /** What the commit that accepts a message with this key holds of it. The oldest keys that are too many or too old go. */
  add(key: string): LogPut[] {
    const ages = this.#known()
    const now = this.#runtime.kernel.clock.now()
    const { keysMax, keyAgeMs } = this.#durable
    const put: LogPut[] = []
    for (const [old, at] of ages) {
      if (ages.size - put.length < keysMax && at + keyAgeMs > now) break
      if (old !== key) put.push({ space: this.#space, key: old, value: undefined })
    }
    put.push(keyRecord(this.#path, key, { at: now, done: false, reply: undefined }))
    return put
  }

  /** What `add` gave was committed. Not before: the keys of messages that are refused push no others out. */
  committed(put: readonly LogPut[]): void {
    const ages = this.#known()
    for (const { key, value } of put) {
      ages.delete(key)
      if (value !== undefined) ages.set(key, this.#runtime.kernel.clock.now())
    }
  }

  /** What a new message with this key adds to its commit; undefined where the key is known. */
  ifNew(key: string): LogPut[] | undefined {
    return this.find(key) === undefined ? this.add(key) : undefined
  }

  /** The message with this key was handled. @throws NotSerializableError for a reply that is no plain data. */
  end(key: string, reply: unknown): LogPut[] {
    const at = this.#known().get(key)
    if (at === undefined) return []
    const put = keyRecord(this.#path, key, { at, done: true, reply })
    if ((put.value?.length ?? 0) <= REPLY_BYTES_MAX) return [put]
    return [keyRecord(this.#path, key, { at, done: true, reply: undefined })]
  }

  /** It has failed: whoever sends it again is heard. */
  forget(key: string): LogPut[] {
    if (!this.#known().delete(key)) return []
    return [{ space: this.#space, key, value: undefined }]
  }

  #known(): Map<string, number> {
    if (this.#ages !== undefined) return this.#ages
    const found: [string, number][] = []
    for (const { key, value } of this.#log.entries(this.#space)) {
      try {
        found.push([key, keyIn({ space: this.#space, key, value }).at])
      } catch (error) {
        this.#unread.set(key, error)
        recordUnread(this.#runtime, { path: this.#path }, 'idempotency key', key, error)
      }
    }
    this.#ages = new Map(found.sort(([, a], [, b]) => a - b))
    return this.#ages
  }
}
