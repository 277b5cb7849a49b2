import { type ErrorLink, errorChain } from '../../kernel/errors.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import { encodeRecord } from './frames.ts'
import { type Held, recordIn } from './records.ts'
import { DEAD_LETTERS, numbered } from './spaces.ts'

/** A message that could not be handled, as the journal keeps it. */
export interface DeadRecord {
  readonly recipient: string
  readonly type: string
  readonly reason: DeadLetterReason
  /** Outermost first. */
  readonly errors: readonly ErrorLink[]
  /** Wall time of its end, milliseconds since the epoch. */
  readonly at: number
  readonly replays: number
  /** The whole message, to send it again. */
  readonly message: Uint8Array
}

/** @throws JournalError (`journal-record`) */
export function letterIn(held: Held): DeadRecord {
  return recordIn<DeadRecord>(
    held,
    'dead-letter',
    ({ recipient, type, reason, errors, at, replays, message }) =>
      [recipient, type, reason].every((text) => typeof text === 'string') &&
      Array.isArray(errors) &&
      Number.isFinite(at) &&
      Number.isSafeInteger(replays) &&
      message instanceof Uint8Array,
  )
}

/** The dead letters of a journal. The oldest go when they are too many. */
export class DeadRecords {
  readonly #log: Log
  readonly #most: number
  #keys: Set<string> | undefined

  constructor(log: Log, most: number) {
    this.#log = log
    this.#most = most
  }

  /** Under the sequence that the message had. */
  add(sequence: number, record: DeadRecord): LogPut[] {
    const keys = this.#all()
    const put: LogPut[] = [this.#put(sequence, encodeRecord('dead-letter', 1, record))]
    keys.add(numbered(sequence))
    for (const oldest of keys) {
      if (keys.size <= this.#most) break
      keys.delete(oldest)
      put.push({ space: DEAD_LETTERS, key: oldest, value: undefined })
    }
    return put
  }

  /** What a commit that sends it again holds. */
  remove(sequence: number): LogPut[] {
    return this.#all().has(numbered(sequence)) ? [this.#put(sequence, undefined)] : []
  }

  /** That commit was made. */
  removed(sequence: number): void {
    this.#all().delete(numbered(sequence))
  }

  #put(sequence: number, value: Uint8Array | undefined): LogPut {
    return { space: DEAD_LETTERS, key: numbered(sequence), value }
  }

  #all(): Set<string> {
    this.#keys ??= new Set([...this.#log.entries(DEAD_LETTERS)].map(({ key }) => key))
    return this.#keys
  }
}

/** Nobody wants a cancelled message any more: its end is in the journal, it itself is not kept. */
export function keepsDead(reason: DeadLetterReason): boolean {
  return reason !== 'cancelled' && reason !== 'late'
}

/** `at` is wall time, `message` the bytes that the journal has of it. */
export function deadRecord(
  recipient: string,
  { type, extra }: Envelope,
  reason: DeadLetterReason,
  error: unknown,
  at: number,
  message: Uint8Array,
): DeadRecord {
  const errors = [...errorChain(error), ...(extra?.errors ?? [])]
  return {
    recipient,
    type,
    reason,
    errors,
    at,
    replays: extra?.replays ?? 0,
    message: new Uint8Array(message),
  }
}
