import { type ErrorLink, errorChain, messageOfError } from '../../kernel/errors.ts'
import { decodeMessage, encodeMessage } from '../../message/codec.ts'
import type { Message } from '../../message/header.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import { type DeadRecord, letterIn } from '../actor/dead-records.ts'
import { keyRecord } from '../actor/known-keys.ts'
import { acceptedName } from '../actor/names.ts'
import { notRead } from '../actor/records.ts'
import { DEAD_LETTERS } from '../actor/spaces.ts'

/** A dead letter of a journal. Of one that can't be read (`unread`) nothing is known but why. */
export interface KeptDeadLetter extends Omit<DeadRecord, 'message' | 'at' | 'reason'> {
  /** Its key in the journal. */
  readonly id: string
  readonly reason: DeadLetterReason | 'unread'
  readonly at?: number
  readonly body?: unknown
}

/** Selects dead letters; all given conditions must hold. */
export interface KeptLetterFilter {
  /** The path of an actor, or the one that all entities of a definition are below. */
  readonly recipient?: string
  readonly type?: string
  /** The code of one of its errors, or the class of one without a code. */
  readonly error?: string
  /** At most so many, the oldest first. */
  readonly limit?: number
}

/** Dead letters with the same recipient, type and first error. */
export interface LetterGroup {
  /** All entities of a definition are one. */
  readonly recipient: string
  readonly type: string
  readonly error: string
  readonly letters: number
  /** Wall time of the first and the last, milliseconds since the epoch. */
  readonly first?: number
  readonly last?: number
}

export function deadLettersOf(log: Log, filter: KeptLetterFilter = {}): KeptDeadLetter[] {
  const found: KeptDeadLetter[] = []
  for (const { key, value } of log.entries(DEAD_LETTERS)) {
    if (found.length >= (filter.limit ?? Number.POSITIVE_INFINITY)) break
    const letter = keptLetter(key, value)
    const { recipient, type, error } = filter
    if (recipient !== undefined && letter.recipient !== recipient && together(letter) !== recipient) continue
    if (type !== undefined && letter.type !== type) continue
    if (error !== undefined && !letter.errors.some((one) => nameOf(one) === error)) continue
    found.push(letter)
  }
  return found
}

function keptLetter(id: string, value: Uint8Array): KeptDeadLetter {
  try {
    const { record, sent } = readLetter(id, value)
    const { message, ...letter } = record
    return { id, ...letter, body: sent.body }
  } catch (error) {
    return { id, recipient: '', type: '', reason: 'unread', errors: errorChain(error), replays: 0 }
  }
}

/** @throws JournalError (`journal-record`) */
export function readLetter(
  id: string,
  value: Uint8Array,
): { readonly record: DeadRecord; readonly sent: Message } {
  const held = { space: DEAD_LETTERS, key: id, value }
  const record = letterIn(held)
  try {
    return { record, sent: decodeMessage(record.message) }
  } catch (error) {
    throw notRead(held, messageOfError(error), undefined, error)
  }
}

/** `system/entities:cart` for the entity `system/entities:cart/user%3A42`: there may be a million of them. */
function together({ recipient }: Pick<DeadRecord, 'recipient'>): string {
  return /^[^/]+\/entities:[^/]+(?=\/[^/]+$)/u.exec(recipient)?.[0] ?? recipient
}

function nameOf({ code, name }: ErrorLink): string {
  return code === 'thrown' ? name : code
}

/** By their innermost error, the largest group first. */
export function grouped(letters: readonly KeptDeadLetter[]): LetterGroup[] {
  const groups = new Map<string, LetterGroup>()
  for (const letter of letters) {
    const { type, errors, reason, at } = letter
    const recipient = together(letter)
    const cause = reason === 'unread' ? errors[0] : errors.at(-1)
    const error = cause === undefined ? reason : nameOf(cause)
    const name = JSON.stringify([recipient, type, error])
    const before = groups.get(name)
    const group = { recipient, type, error, letters: (before?.letters ?? 0) + 1 }
    const { first = at, last = at } = before ?? {}
    const times = at === undefined ? {} : { first: Math.min(at, first ?? at), last: Math.max(at, last ?? at) }
    groups.set(name, { ...group, ...times })
  }
  return [...groups.values()].sort((a, b) => b.letters - a.letters)
}

/**
 * Sends these dead letters again: they wait in the journal for their actors, under the names that they had. One commit takes each from
 * the dead letters to the messages.
 */
export function sendAgain(
  log: Log & { readonly incarnation: string },
  ids: readonly string[],
  now: number,
): number {
  let sent = 0
  for (const id of ids) {
    const value = log.get(DEAD_LETTERS, id)
    if (value === undefined) continue
    const { record, sent: letter } = readLetter(id, value)
    const { recipient, replays } = record
    const { header, body, trailer } = letter
    const stored = header as typeof header & { epoch: number; name?: string }
    const name = stored.name ?? acceptedName(log.incarnation, stored.epoch, Number(id))
    const again = encodeMessage({ header: { ...header, name, replays: replays + 1 } as never, body, trailer })
    const put: LogPut[] = [{ space: DEAD_LETTERS, key: id, value: undefined }]
    const key = header.idempotencyKey
    if (key !== undefined) put.push(keyRecord(recipient, key, { at: now, done: false, reply: undefined }))
    log.commit({ append: [{ to: recipient, bytes: again }], put })
    sent += 1
  }
  return sent
}

/** Deletes these dead letters for good. */
export function forget(log: Log, ids: readonly string[]): number {
  const there = ids.filter((id) => log.has(DEAD_LETTERS, id))
  if (there.length > 0)
    log.commit({ put: there.map((key) => ({ space: DEAD_LETTERS, key, value: undefined })), ending: true })
  return there.length
}
