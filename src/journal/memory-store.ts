import { demand } from '../kernel/demand.ts'
import { GanglionError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { Store, StoreEntry, StoreWrite } from '../ports/store.ts'
import { writes } from './store-writes.ts'

/** A conditional batch found another value than it expected; nothing was written. Code `store-conflict`. */
export class StoreConflictError extends GanglionError {
  constructor(key: string) {
    super('store-conflict', `'${key}' does not hold what the batch expects`, {
      path: key,
      remedy: 'Read it again and decide anew: another writer has changed it',
    })
  }
}

/** The store was closed. Code `store-closed`. */
export class StoreClosedError extends GanglionError {
  constructor() {
    super('store-closed', 'the store is closed', { remedy: 'Open it again' })
  }
}

/** An invalid key. Code `store-key`. */
export class StoreKeyError extends GanglionError {
  constructor(key: string) {
    super('store-key', `a key is ${typeof key === 'string' ? 'empty' : 'not a string'}`, {
      path: 'key',
      value: key,
      remedy: 'Use a non-empty string',
    })
  }
}

/** A store in memory. It keeps every promise of the port except durability beyond the process. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()
  #closed = false

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#check(key)
    return this.#values.get(key)?.slice()
  }

  async *list(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): AsyncIterable<StoreEntry> {
    if (this.#closed) throw new StoreClosedError()
    onlyOptions(options, 'list', ['after', 'limit'])
    demand(prefix, 'prefix', 'a string', isText)
    const { after, limit = Number.POSITIVE_INFINITY } = options
    if (after !== undefined) demand(after, 'after', 'a key', isText)
    demand(limit, 'limit', 'a number of entries', (given) => given >= 0)
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
    for (const { key, expect } of writes(batch)) {
      this.#check(key)
      if (expect !== undefined && !same(this.#values.get(key), expect.value))
        throw new StoreConflictError(key)
    }
    for (const { key, value } of batch) {
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, value.slice())
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
    if (typeof key !== 'string' || key === '') throw new StoreKeyError(key)
  }
}

function isText(given: unknown): boolean {
  return typeof given === 'string'
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}
