/**
 * A small ordered key-value store with atomic batches: journal, dedupe records, snapshots and caches live behind it.
 * Keys are non-empty strings ordered by UTF-8 bytes; values are bytes.
 */
export interface Store {
  /** `undefined` where there is nothing. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Entries whose key starts with `prefix`, in key order, after `after` (exclusive), at most `limit`. */
  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): AsyncIterable<StoreEntry>
  /** All of the batch or none of it. Resolves once committed: visible to reads, perhaps not yet durable. */
  commit(batch: readonly StoreWrite[]): Promise<void>
  /** Resolves once everything committed before the call is durable. Nothing is acknowledged before this. */
  flushed(): Promise<void>
  /** Releases what it holds; every later call rejects. */
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
