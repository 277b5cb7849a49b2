import type { StoreEntry } from './store.ts'

/**
 * Where a journal keeps messages and state: a log of commits. A commit is visible to reads at once and durable once it is flushed.
 * After a crash the log holds a prefix of the commits: every flushed one, and none without those before it.
 */
export interface Log {
  /**
   * @throws StoreConflictError where an `expect` does not hold, StoreKeyError, JournalError (`journal-full`, `journal-failed`); then
   * nothing of it was written.
   */
  commit(change: LogChange): LogReceipt
  /** The value of a key, flushed or not. The bytes must not be changed. */
  get(space: string, key: string): Uint8Array | undefined
  has(space: string, key: string): boolean
  /** The entries of a space in the order of their keys' UTF-8 bytes, after `after` (exclusive), at most `limit`. */
  entries(space: string, options?: EntriesOptions): Iterable<StoreEntry>
  /** The spaces that hold a key. */
  spaces(): readonly string[]
  /** Messages that were appended and not settled, oldest first. */
  unsettled(): Iterable<LogMessage>
  message(sequence: number): LogMessage | undefined
  /** Resolves once every commit made before the call is durable; rejects once one of them never will be. */
  flushed(): Promise<void>
  /** Releases the space of whatever is no longer needed. */
  compact(): Promise<void>
  figures(): LogFigures
  /** Flushes and releases its resources; every later call is refused. */
  close(): Promise<void>
}

/** Part of a list of entries. */
export interface EntriesOptions {
  readonly after?: string
  readonly limit?: number
}

/** What one commit changes: all of it or nothing. */
export interface LogChange {
  readonly append?: readonly LogAppend[]
  /** Sequences of messages that have ended. */
  readonly settle?: readonly number[]
  readonly put?: readonly LogPut[]
  /** It frees space or ends work: it is taken even when the disk is full. */
  readonly ending?: boolean
}

/** A message for the recipient `to`. */
export interface LogAppend {
  readonly to: string
  readonly bytes: Uint8Array
}

/** `value: undefined` deletes. `expect` makes the commit conditional on the key's current value. */
export interface LogPut {
  readonly space: string
  readonly key: string
  readonly value: Uint8Array | undefined
  readonly expect?: { readonly value: Uint8Array | undefined }
}

/** A message with the sequence that it got. */
export interface LogMessage extends LogAppend {
  readonly sequence: number
}

/** What a commit got. */
export interface LogReceipt {
  /** The sequence of its first message; the others follow it. */
  readonly first: number
  /** Resolves once it is durable. Its rejection is handled where nobody waits. */
  readonly flushed: Promise<void>
}

/** Counts of a log. */
export interface LogFigures {
  /** Bytes on disk. */
  readonly bytes: number
  /** Bytes that are still needed, those that wait for the disk too. */
  readonly liveBytes: number
  readonly messages: number
  readonly keys: number
  readonly commits: number
  readonly flushes: number
  /** Bytes that wait for the disk. */
  readonly pendingBytes: number
}
