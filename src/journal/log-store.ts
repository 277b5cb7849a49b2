import type { Log } from '../ports/log.ts'
import type { Store, StoreEntry, StoreWrite } from '../ports/store.ts'
import { StoreClosedError } from './errors.ts'
import { checkKey, copyOf, type ListOptions, listed, writes } from './store-checks.ts'

/** One space of a log as a store. Closing it does not close the log. */
export class LogStore implements Store {
  readonly #log: Log
  readonly #space: string
  #closed = false

  constructor(log: Log, space: string) {
    this.#log = log
    this.#space = space
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#check(key)
    const value = this.#log.get(this.#space, key)
    return value === undefined ? undefined : copyOf(value)
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncIterable<StoreEntry> {
    if (this.#closed) throw new StoreClosedError()
    const { after, limit } = listed(prefix, options)
    let left = limit
    for (const { key, value } of this.#log.entries(this.#space, after === undefined ? {} : { after })) {
      if (!key.startsWith(prefix)) continue
      if (left <= 0) return
      left -= 1
      yield { key, value: copyOf(value) }
    }
  }

  async commit(batch: readonly StoreWrite[]): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
    const copies = writes(batch)
    for (const { key } of copies) this.#check(key)
    this.#log.commit({ put: copies.map((write) => ({ ...write, space: this.#space })) })
  }

  async flushed(): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
    await this.#log.flushed()
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #check(key: string): void {
    if (this.#closed) throw new StoreClosedError()
    checkKey(key)
  }
}
