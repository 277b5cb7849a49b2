import { StoreClosedError } from '../journal/errors.ts'
import { MemoryStore } from '../journal/memory-store.ts'
import { GanglionError } from '../kernel/errors.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { Store, StoreEntry, StoreWrite } from '../ports/store.ts'
import type { Chooser } from './chooser.ts'
import { currentDelivery } from './deliveries.ts'
import { named } from './fault-words.ts'
import type { Recorder } from './recorder.ts'
import type { Fault, Site } from './site.ts'

/** The simulated disk failed. Codes `store-full`, `store-io`, `store-crashed`. */
export class SimulatedStoreError extends GanglionError {
  constructor(code: 'store-full' | 'store-io' | 'store-crashed', what: string) {
    super(code, what, {
      path: 'store',
      remedy: 'The batch was not written, or is not durable: try again',
    })
  }
}

/**
 * A store with the port's promises and no more: committed data is visible, flushed data survives `crash`, and a crash loses
 * everything after the last flush. Faults: `diskFull`, `ioError`, `slowFlush`, `storeCrash`, `corruptRecord`.
 */
export class SimulatedStore implements Store {
  /** Committed batches that are not yet durable. */
  unflushed = 0
  /** Flushes that a fault slows down. */
  underWay = 0
  /** The deliveries in whose handling those were written. */
  readonly open = new Set<object>()
  readonly name: string
  readonly #kernel: SimulatedKernel
  readonly #recorder: Recorder
  readonly #chooser: Chooser
  readonly #sites: { readonly [P in 'commit' | 'flush' | 'read']: Site<P> }
  #visible = new MemoryStore()
  #durable: (readonly [string, Uint8Array])[] = []
  #generation = 0
  #closed = false

  constructor(kernel: SimulatedKernel, chooser: Chooser, recorder: Recorder, name: string) {
    this.name = name
    this.#kernel = kernel
    this.#recorder = recorder
    this.#chooser = chooser
    this.#sites = {
      commit: chooser.site('commit', [name]),
      flush: chooser.site('flush', [name]),
      read: chooser.site('read', [name]),
    }
  }

  /** The committed value, flushed or not. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const value = await this.#visible.get(key)
    if (value === undefined || value.length === 0) return value
    const fault = this.#strike(this.#sites.read)
    if (fault === undefined) return value
    fault.kind satisfies 'corruptRecord'
    value[0] = (value[0] as number) ^ 1
    return value
  }

  list(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): AsyncIterable<StoreEntry> {
    return this.#visible.list(prefix, options)
  }

  async commit(batch: readonly StoreWrite[]): Promise<void> {
    const fault = this.#closed ? undefined : this.#strike(this.#sites.commit)
    if (fault !== undefined) {
      switch (fault.kind) {
        case 'diskFull':
          throw new SimulatedStoreError('store-full', 'no space left')
        case 'ioError':
          throw new SimulatedStoreError('store-io', 'an input/output error')
        default:
          fault.kind satisfies never
      }
    }
    await this.#visible.commit(batch)
    if (batch.length === 0) return
    this.#recorder.add('store', '', this.name, `commits ${keysOf(batch)}`)
    this.unflushed += 1
    const delivery = currentDelivery()
    if (delivery !== undefined) this.open.add(delivery)
  }

  async flushed(): Promise<void> {
    if (this.#closed) throw new StoreClosedError()
    const generation = this.#generation
    const fault = this.#strike(this.#sites.flush)
    if (fault !== undefined) {
      switch (fault.kind) {
        case 'slowFlush':
          this.underWay += 1
          await new Promise((resolve) => this.#kernel.timers.after(fault.value, resolve, undefined))
          this.underWay -= 1
          break
        case 'storeCrash':
          await this.crash()
          break
        default:
          fault.kind satisfies never
      }
    }
    if (generation !== this.#generation)
      throw new SimulatedStoreError('store-crashed', 'the store crashed before it had flushed')
    this.#durable = await this.#snapshot()
    if (this.unflushed > 0) this.#recorder.add('store', '', this.name, 'flushes')
    this.unflushed = 0
    this.open.clear()
  }

  /** Its process dies, and another opens the store: unflushed data is gone. */
  async crash(): Promise<void> {
    this.#generation += 1
    this.#recorder.add('fault', this.name, this.name, `crash loses ${this.unflushed} unflushed batches`)
    this.#visible = new MemoryStore()
    this.unflushed = 0
    await this.#visible.commit(this.#durable.map(([key, value]) => ({ key, value })))
  }

  /** Refuses everything from now on. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#visible.close()
  }

  async #snapshot(): Promise<(readonly [string, Uint8Array])[]> {
    const all: (readonly [string, Uint8Array])[] = []
    for await (const { key, value } of this.#visible.list('')) all.push([key, value])
    return all
  }

  #strike<P extends 'commit' | 'flush' | 'read'>(site: Site<P>): Fault<P> | undefined {
    const fault = this.#chooser.fault(site)
    if (fault !== undefined) this.#recorder.struck(fault.kind, this.name, this.name, named(fault))
    return fault
  }
}

/** The keys of a batch, of a large one the first few. */
function keysOf(batch: readonly StoreWrite[]): string {
  const named = batch.slice(0, 4).map(({ key }) => `'${key}'`)
  return [...named, ...(batch.length > 4 ? [`${batch.length - 4} more`] : [])].join(', ')
}
