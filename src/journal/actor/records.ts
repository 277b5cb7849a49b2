import { messageOfError } from '../../kernel/errors.ts'
import { JournalError } from '../errors.ts'
import { decodeRecord, type Recorded } from './frames.ts'

/** What this release writes and reads. */
const VERSION = 1

/** A record that the journal holds under a key. */
export interface Held {
  readonly space: string
  readonly key: string
  readonly value: Uint8Array
}

/**
 * The body of a record of this type, which has the shape that `holds` looks for.
 *
 * @throws JournalError (`journal-record`) for bytes that are no such record, and for one of a later release.
 */
export function recordIn<T extends object>(held: Held, type: string, holds: (body: T) => boolean): T {
  let record: Recorded
  try {
    record = decodeRecord(held.value)
  } catch (error) {
    throw notRead(held, messageOfError(error), undefined, error)
  }
  const { version, body } = record
  if (record.type !== type) throw notRead(held, `it is no ${type}`, record.type)
  if (version !== VERSION)
    throw notRead(held, `it has version ${String(version)}, and this release reads ${VERSION}`, version)
  if (typeof body !== 'object' || body === null || !holds(body as T))
    throw notRead(held, `it is no ${type} that a release has written`, body)
  return body as T
}

export function notRead({ space, key }: Held, why: string, value: unknown, cause?: unknown): JournalError {
  return new JournalError('journal-record', `'${key}' of ${space} can't be read: ${why}`, {
    path: `${space}/${key}`,
    value,
    remedy: 'Run the release that wrote it, or restore a backup: it stays in the journal as it is',
    cause,
  })
}
