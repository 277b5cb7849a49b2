import type { Durable, Migration } from '../../behavior/durable-options.ts'
import { atOnce } from '../../kernel/callbacks.ts'
import { messageOfError } from '../../kernel/errors.ts'
import { JournalError } from '../errors.ts'

/** The version of a message type's bodies in this release. */
export function versionOf({ messages }: Durable, type: string): number {
  return (messages.get(type)?.length ?? 0) + 1
}

/**
 * A body of `version` as this release has it.
 *
 * @throws JournalError (`journal-message`) for a later version, and where a migration throws.
 */
export function migratedBody(durable: Durable, type: string, version: number, body: unknown): unknown {
  const known = versionOf(durable, type)
  if (version === known) return body
  if (version > known) {
    const what = `'${type}' of version ${version}, and durable.messages.${type} leads to ${known}`
    throw failure(what, type, version, undefined)
  }
  try {
    return migratedBy(durable.messages.get(type)?.slice(version - 1) ?? [], body, `durable.messages.${type}`)
  } catch (error) {
    const what = `'${type}' of version ${version} can't be migrated: ${messageOfError(error)}`
    throw failure(what, type, version, error)
  }
}

/** @throws what a migration throws, and InvalidArgumentError for a promise: whoever reads a journal does not wait. */
export function migratedBy(migrations: readonly Migration[], value: unknown, path: string): unknown {
  let migrated = value
  for (const migrate of migrations) migrated = atOnce(path, migrate(migrated as never))
  return migrated
}

function failure(what: string, type: string, value: number, cause: unknown): JournalError {
  return new JournalError('journal-message', what, {
    path: `durable.messages.${type}`,
    value,
    remedy: 'Run the release that knows this message, or fix the migration: the message waits in the journal',
    cause,
  })
}
