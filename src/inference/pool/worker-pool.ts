import { diedError, hungError, InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-folder.ts'
import type { BatchRequest, BatchResponse } from '../wire.ts'
import type { Settled, Slot } from './slot.ts'
import { type PoolParts, Turnover } from './turnover.ts'

/** Time allowed for starting a worker and loading a model, besides the batch itself. */
export const LOAD_MS = 60_000
/** How often to send a request again after workers died running it. */
const TRIES_MAX = 3
/** Batches per worker at once: one runs, the next waits inside, so there is no gap between short ones. */
const DEPTH_MAX = 2

/** The workers of an engine: which one takes a batch, and what its death means for the sender. */
export class WorkerPool {
  readonly #at: PoolParts
  /** The workers: always the same list. */
  readonly #slots: readonly Slot[]
  readonly #turnover: Turnover
  /** Since when at least one worker has been free; NaN if none is. */
  freeSince: number

  constructor(parts: PoolParts) {
    this.#at = parts
    this.freeSince = this.#now()
    this.#turnover = new Turnover({
      ...parts,
      insist: (slot, request) => this.insist(slot, request),
      after: (slot) => this.#after(slot),
    })
    this.#slots = this.#turnover.slots
  }

  get size(): number {
    return this.#slots.length
  }

  get deaths(): number {
    return this.#turnover.deaths
  }

  get recycled(): number {
    return this.#turnover.recycled
  }

  get running(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.depth, 0)
  }

  /** An idle worker; failing that, if `short` says that batches are short, one that is nearly done. */
  free(short: boolean): Slot | undefined {
    let next: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.state !== 'ready' || slot.alone) continue
      if (slot.depth === 0) return slot
      if (short && slot.depth < DEPTH_MAX) next ??= slot
    }
    return next
  }

  /** Idle workers that could take a batch now. */
  idle(): number {
    let count = 0
    for (const slot of this.#slots) if (slot.state === 'ready' && slot.depth === 0) count += 1
    return count
  }

  /** Runs one batch. Rejects when the worker died; the slot then has a new one. */
  run(slot: Slot, request: BatchRequest): Promise<BatchResponse> {
    return new Promise((resolve, reject) => {
      this.send(slot, request, (response, error) => {
        if (response === undefined) reject(error)
        else resolve(response)
      })
    })
  }

  /** The same without its own promise. */
  send(slot: Slot, request: BatchRequest, settled: Settled, began?: () => void): void {
    const { generation } = slot
    const end = (response: BatchResponse | undefined, error: unknown): void => {
      this.#after(slot)
      settled(response, error)
    }
    slot.send(
      request,
      (response, error) => {
        // A row that can't be sent is not a death. When a death takes several batches along, only one counts it.
        const died =
          response === undefined && !(error instanceof InferenceError) && slot.generation === generation
        if (!died) end(response, error)
        else {
          const replaced = (): void => end(undefined, error)
          this.#turnover.died(slot, error).then(replaced, replaced)
        }
      },
      began,
    )
    if (this.idle() === 0) this.freeSince = Number.NaN
  }

  /** The least busy worker that takes batches. */
  ready(): Slot | undefined {
    let least: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.state === 'ready' && (least === undefined || slot.depth < least.depth)) least = slot
    }
    return least
  }

  /** Makes every worker load a model. One that dies meanwhile, for any reason, is replaced and asked again. */
  async load(request: BatchRequest): Promise<BatchResponse[]> {
    const alive = this.#slots.filter(({ state }) => state === 'ready' || state === 'starting')
    const answers = await Promise.all(
      alive.map((slot) =>
        this.insist(slot, request).catch((error: unknown) => {
          // Replaced meanwhile for another reason: the new one loads the model when a row needs it.
          if (this.#turnover.stopped || slot.state === 'ready' || error === slot.tooSlow) throw error
          return undefined
        }),
      ),
    )
    return answers.filter((answer) => answer !== undefined)
  }

  /** Releases a model in every worker that may have it, even one that is just starting. */
  async unload(model: ModelFolder): Promise<void> {
    const request: BatchRequest = { group: '', kind: 'unload', model, options: {}, rows: [] }
    const having = this.#slots.filter(
      (slot) => slot.started && (slot.state === 'ready' || slot.state === 'starting'),
    )
    // A dying worker takes its sessions with it.
    await Promise.allSettled(having.map((slot) => this.run(slot, request)))
  }

  /**
   * Runs a request without rows, again when the worker dies.
   *
   * @throws InferenceError (`worker-died`) when too many workers died running it; `worker-hung`; `stopped`.
   */
  async insist(slot: Slot, request: BatchRequest): Promise<BatchResponse> {
    for (let tries = 1; ; tries++) {
      const ms = this.#at.hangMs + LOAD_MS
      const watch = this.#at.kernel.timers.after(
        ms,
        () => {
          slot.tooSlow = hungError(ms, request.model.card.name)
          void this.hung(slot, slot.tooSlow)
        },
        undefined,
      )
      try {
        return await Promise.race([this.run(slot, request), slot.gaveUp])
      } catch (cause) {
        if (cause instanceof InferenceError) throw cause
        if (tries === TRIES_MAX) throw diedError(tries, request.model.card.name, cause)
      } finally {
        watch.cancel()
      }
    }
  }

  /** Called with the age of the oldest waiting row; starts another worker if that is too long. */
  pressed(waitMs: number): void {
    this.#turnover.pressed(waitMs)
  }

  /** Abandons a worker whose batch hangs: a process is killed, a thread is left behind. */
  hung(slot: Slot, error: Error): Promise<void> {
    return this.#turnover.hung(slot, error)
  }

  /** Recycles every worker, one after another, without losing a batch. */
  recycle(): Promise<void> {
    return this.#turnover.recycle()
  }

  /** Lets running batches end, then ends the workers. */
  stop(): Promise<void> {
    return this.#turnover.stop()
  }

  #after(slot: Slot): void {
    this.#turnover.ran(slot)
    if (Number.isNaN(this.freeSince) && this.idle() > 0) this.freeSince = this.#now()
    this.#at.onRoom()
  }

  #now(): number {
    return this.#at.kernel.clock.monotonic()
  }
}
