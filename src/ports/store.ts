/**
 * A small ordered key-value store with atomic batches: the journal, dedupe records, snapshots and caches use it.
 * Keys are non-empty strings ordered by UTF-8 bytes; values are bytes.
 */
export interface Store {
  /** `undefined` if the key is absent. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Entries whose key starts with `prefix`, in key order, after `after` (exclusive), at most `limit`. */
  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): AsyncIterable<StoreEntry>
  /** Commits all of the batch or none of it. Resolves once it is visible to reads; it may not be durable yet. */
  commit(batch: readonly StoreWrite[]): Promise<void>
  /** Resolves once everything committed before the call is durable. Nothing is acknowledged before this. */
  flushed(): Promise<void>
  /** Releases its resources; every later call rejects. */
  close(): Promise<void>
}

/** One key with its bytes. */
export interface StoreEntry {
  readonly key: string
  readonly value: Uint8Array
}

/** `value: undefined` deletes. `expect` makes the batch conditional on the key's current value (`undefined`: absent). */
export interface StoreWrite {
  readonly key: string
  readonly value: Uint8Array | undefined
  readonly expect?: { readonly value: Uint8Array | undefined }
}
