import type { Store, StoreEntry, StoreWrite } from '../ports/store.ts'
import { StoreClosedError, StoreConflictError } from './errors.ts'
import { checkKey, type ListOptions, listed, sameBytes, writes } from './store-checks.ts'

/** A store in memory. It keeps every promise of the port except durability beyond the process. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()
  #closed = false

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#check(key)
    return this.#values.get(key)?.slice()
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncIterable<StoreEntry> {
    if (this.#closed) throw new StoreClosedError()
    const { after, limit } = listed(prefix, options)
    const from = after === undefined ? undefined : Buffer.from(after)
    const keys = [...this.#values.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .filter(({ bytes }) => from === undefined || Buffer.compare(bytes, from) > 0)
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    let given = 0
    for (const { key } of keys) {
      const value = this.#values.get(key)
      if (given >= limit) return
      if (value === undefined) continue
      given += 1
      yield { key, value: value.slice() }
    }
  }

  async commit(batch: readonly StoreWrite[]): Promise<void> {
    const copies = writes(batch)
    for (const { key, expect } of copies) {
      this.#check(key)
      if (expect !== undefined && !sameBytes(this.#values.get(key), expect.value))
        throw new StoreConflictError(key)
    }
    for (const { key, value } of copies) {
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, value)
    }
  }

  /** Memory has nothing to wait for: committed data lives as long as the process. */
  async flushed(): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#values.clear()
  }

  #check(key: string): void {
    if (this.#closed) throw new StoreClosedError()
    checkKey(key)
  }
}
