import { createHash } from 'node:crypto'

/** A longer name is replaced by its digest: a chain of messages that never ends has names of one length. */
const NAME_LENGTH_MAX = 96

/**
 * The name of a message that had none when it was accepted. A sequence can be given twice, when a crash has lost the first, but not by
 * the same opening of the journal.
 */
export function acceptedName(incarnation: string, epoch: number, sequence: number): string {
  return `${incarnation}:${epoch}:${sequence}`
}

/** The name of what the handler of the message `cause` does. A handler that is repeated makes the same names. */
export function derivedName(cause: string, part: string | number): string {
  const name = `${cause}/${part}`
  if (name.length <= NAME_LENGTH_MAX) return name
  return createHash('sha256').update(name).digest('base64url')
}
