import { demand } from '../kernel/demand.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { EntriesOptions, Log } from '../ports/log.ts'
import type { Store, StoreEntry, StoreWrite } from '../ports/store.ts'
import { StoreClosedError, StoreKeyError } from './memory-store.ts'
import { writes } from './store-writes.ts'

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
    return this.#log.get(this.#space, key)?.slice()
  }

  async *list(prefix: string, options: EntriesOptions = {}): AsyncIterable<StoreEntry> {
    if (this.#closed) throw new StoreClosedError()
    onlyOptions(options, 'list', ['after', 'limit'])
    demand(prefix, 'prefix', 'a string', (given) => typeof given === 'string')
    const { after, limit = Number.POSITIVE_INFINITY } = options
    if (after !== undefined) demand(after, 'after', 'a key', (given) => typeof given === 'string')
    demand(limit, 'limit', 'a number of entries', (given) => given >= 0)
    let left = limit
    for (const { key, value } of this.#log.entries(this.#space, after === undefined ? {} : { after })) {
      if (!key.startsWith(prefix)) continue
      if (left <= 0) return
      left -= 1
      yield { key, value: value.slice() }
    }
  }

  async commit(batch: readonly StoreWrite[]): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
    for (const { key } of writes(batch)) this.#check(key)
    const put = batch.map((write) => ({
      ...write,
      space: this.#space,
      value: write.value === undefined ? undefined : Uint8Array.prototype.slice.call(write.value),
    }))
    this.#log.commit({ put })
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
    if (typeof key !== 'string' || key === '') throw new StoreKeyError(key)
  }
}
