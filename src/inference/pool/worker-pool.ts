import { errorChain } from '../../kernel/errors.ts'
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import type { EventSink } from '../../ports/events.ts'
import type { BatchRequest, BatchResponse } from '../batch.ts'
import { diedError, hungError, InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-folder.ts'
import type { PoolPlan } from './core-plan.ts'
import type { MakeExecutor } from './executor.ts'
import { type Settled, Slot } from './slot.ts'

/** When workers come, go, and are made anew. Times in milliseconds. */
export interface PoolPolicy {
  /** A row that waits longer starts another worker, up to the most. */
  readonly growAfterMs: number
  /** A worker with nothing to do for so long ends, down to the least. */
  readonly shrinkAfterMs: number
  /** A worker is made anew after so many batches; Infinity: never. */
  readonly recycleRuns: number
  /** All are made anew, one after another, when this process and theirs have grown by so many bytes; Infinity: never. */
  readonly recycleGrowthBytes: number
}

/** What starting a worker and loading a model may take beside the batch itself. */
export const LOAD_MS = 60_000
/** How often a request that workers died of is sent again. */
const TRIES_MAX = 3
/** Batches per worker at once: one runs, the next waits inside so that short ones leave no gap. */
const DEPTH_MAX = 2
/** How often growth of the process and idle workers are looked at, in batches and in milliseconds. */
const LOOK_EVERY_BATCHES = 64
const LOOK_EVERY_MS = 1_000

/**
 * Workers as supervised children:
 *
 *   slot 1  ready ── run, run …           died ─▶ replaced, its rows go back
 *   slot 2  ready ── N runs or growth ──▶ a fresh worker loads, takes the place, the old one drains and ends
 *   slot 3  started when rows wait too long, ended when idle
 */
export class WorkerPool {
  readonly #kernel: Kernel
  readonly #events: EventSink | undefined
  readonly #plan: PoolPlan
  readonly #policy: PoolPolicy
  /** How long one that leaves may still run. */
  readonly #hangMs: number
  readonly #make: MakeExecutor
  /** What a fresh worker loads before it takes rows. */
  readonly #loads: () => readonly BatchRequest[]
  readonly #onRoom: () => void
  readonly #slots: Slot[] = []
  readonly #leaving = new Set<Promise<void>>()
  #last = 0
  #batches = 0
  #baseline = 0
  /** Who is making workers anew, or waits to. */
  #renewing = 0
  #turn: Promise<void> = Promise.resolve()
  #timer: Timer | undefined
  #stopped = false
  /** Since when at least one worker has been free; NaN while none is. */
  freeSince: number
  deaths = 0
  recycled = 0

  constructor(at: {
    readonly kernel: Kernel
    readonly events: EventSink | undefined
    readonly plan: PoolPlan
    readonly policy: PoolPolicy
    readonly hangMs: number
    readonly make: MakeExecutor
    readonly loads: () => readonly BatchRequest[]
    readonly onRoom: () => void
  }) {
    this.#kernel = at.kernel
    this.#events = at.events
    this.#plan = at.plan
    this.#policy = at.policy
    this.#hangMs = at.hangMs
    this.#make = at.make
    this.#loads = at.loads
    this.#onRoom = at.onRoom
    this.freeSince = this.#now()
    for (let i = 0; i < at.plan.min; i++) this.#slots.push(this.#slot())
  }

  get size(): number {
    return this.#slots.length
  }

  get slots(): readonly Slot[] {
    return this.#slots
  }

  get running(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.depth, 0)
  }

  /** A worker with nothing to do; failing that, where `short` says that batches are short, one that is nearly done. */
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

  /** Runs one batch. Rejects when the worker died; the slot has a new one then. */
  run(slot: Slot, request: BatchRequest): Promise<BatchResponse> {
    return new Promise((resolve, reject) => {
      this.send(slot, request, (response, error) => {
        if (response === undefined) reject(error)
        else resolve(response)
      })
    })
  }

  /** The same without a promise of its own. */
  send(slot: Slot, request: BatchRequest, settled: Settled, began?: () => void): void {
    const { generation } = slot
    const end = (response: BatchResponse | undefined, error: unknown): void => {
      this.#after(slot)
      settled(response, error)
    }
    slot.send(
      request,
      (response, error) => {
        // A row that can't be sent is no death; and of several batches that a death takes along only one counts it.
        const died =
          response === undefined && !(error instanceof InferenceError) && slot.generation === generation
        if (!died) end(response, error)
        else {
          const replaced = (): void => end(undefined, error)
          this.#died(slot, error).then(replaced, replaced)
        }
      },
      began,
    )
    if (this.idle() === 0) this.freeSince = Number.NaN
  }

  /** A worker that takes batches, the least busy one. */
  ready(): Slot | undefined {
    let least: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.state === 'ready' && (least === undefined || slot.depth < least.depth)) least = slot
    }
    return least
  }

  /** Has every worker load a model. One that dies meanwhile, of whatever, is replaced and asked again. */
  async load(request: BatchRequest): Promise<BatchResponse[]> {
    const alive = this.#slots.filter(({ state }) => state === 'ready' || state === 'starting')
    const answers = await Promise.all(
      alive.map((slot) =>
        this.insist(slot, request).catch((error: unknown) => {
          // Replaced meanwhile, for what another did: the new one loads the model when a row needs it.
          if (this.#stopped || slot.state === 'ready' || error === slot.tooSlow) throw error
          return undefined
        }),
      ),
    )
    return answers.filter((answer) => answer !== undefined)
  }

  /** Gives a model's memory back in every worker that may have it, one that is just starting too. */
  async unload(model: ModelFolder): Promise<void> {
    const request: BatchRequest = { group: '', kind: 'unload', model, options: {}, rows: [] }
    const having = this.#slots.filter(
      (slot) => slot.started && (slot.state === 'ready' || slot.state === 'starting'),
    )
    // A worker that dies takes its sessions along.
    await Promise.allSettled(having.map((slot) => this.run(slot, request)))
  }

  /**
   * Runs a request that no row is at stake for, again when the worker dies.
   *
   * @throws InferenceError (`worker-died`) when so many workers died of it; `worker-hung`; `stopped`.
   */
  async insist(slot: Slot, request: BatchRequest): Promise<BatchResponse> {
    for (let tries = 1; ; tries++) {
      const ms = this.#hangMs + LOAD_MS
      const watch = this.#kernel.timers.after(
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

  /** Called with how long the oldest row has waited: starts another worker where that is too long. */
  pressed(waitMs: number): void {
    if (waitMs < this.#policy.growAfterMs || this.#slots.length >= this.#plan.max || this.#stopped) return
    // One at a time: the next is only worth its memory when this one has not helped.
    if (this.#slots.some((slot) => slot.state === 'starting')) return
    const slot = this.#slot()
    this.#slots.push(slot)
    void this.#start(slot)
  }

  /** Gives up a worker whose batch hangs: killed where it is a process, left behind where it is a thread. */
  async hung(slot: Slot, error: Error): Promise<void> {
    if (slot.state === 'stuck' || slot.state === 'ended') return
    if (await slot.kill()) return
    this.#emit(slot, 'died', error)
    slot.abandon(error)
    const at = this.#slots.indexOf(slot)
    if (at >= 0 && !this.#stopped) this.#slots[at] = this.#slot()
    this.#onRoom()
  }

  /** Makes every worker anew, one after another, without losing a batch. */
  recycle(): Promise<void> {
    return this.#inTurn(async () => {
      for (const slot of [...this.#slots]) if (slot.started && slot.state === 'ready') await this.#renew(slot)
      this.#baseline = this.#bytes()
    })
  }

  /** Workers are made anew one at a time, whoever asks; `stop` waits for the one that is being made. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#renewing += 1
    const done = this.#turn.then(work).finally(() => {
      this.#renewing -= 1
      this.#leaving.delete(done)
    })
    this.#turn = done.catch(() => undefined)
    this.#leaving.add(done)
    return done
  }

  /** Lets running batches end, then ends the workers. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await Promise.all(this.#slots.map((slot) => slot.refuse()))
    await Promise.all([...this.#slots.map((slot) => this.#retire(slot)), ...this.#leaving])
    this.#timer?.cancel()
  }

  #slot(): Slot {
    this.#last += 1
    return new Slot(this.#last, this.#plan.threads, this.#make, this.#now(), (slot, error) => {
      // With batches in it, their failure tells; an idle worker's end would go unnoticed until the next.
      if (slot.depth === 0 && slot.state !== 'ended') void this.#died(slot, error)
    })
  }

  async #start(slot: Slot): Promise<void> {
    slot.state = 'starting'
    try {
      await this.#loadCurrent(slot)
    } catch (error) {
      // Whoever sends it a batch of that model hears of it: for the others it is a worker like any.
      if (!(error instanceof InferenceError)) throw error
    }
    if (slot.state === 'starting') slot.state = 'ready'
    if (slot.state === 'ready') this.#emit(slot, 'started')
    this.#watch()
    this.#after(slot)
  }

  /** What new rows take by then: asked anew after each load, for a swap may come between two of them. */
  async #loadCurrent(slot: Slot): Promise<void> {
    const done = new Set<string>()
    for (;;) {
      // Stopped while it loads: another load would make it a worker again.
      if (this.#stopped || slot.state !== 'starting') return
      const next = this.#loads().find(({ group }) => !done.has(group))
      if (next === undefined) return
      done.add(next.group)
      await this.insist(slot, next)
    }
  }

  /** Swap, then drain: the fresh worker has its models before the old one stops taking batches. */
  async #renew(slot: Slot): Promise<void> {
    if (this.#stopped) return
    const fresh = this.#slot()
    await this.#start(fresh)
    const at = this.#slots.indexOf(slot)
    if (at < 0 || this.#stopped || fresh.state !== 'ready') {
      await this.#retire(fresh)
      return
    }
    this.#slots[at] = fresh
    this.recycled += 1
    this.#emit(slot, 'recycled')
    await this.#retire(slot)
    this.#onRoom()
  }

  async #retire(slot: Slot): Promise<void> {
    // A thread inside a native call can be neither waited for nor ended: it is left behind.
    if (slot.state === 'stuck' || slot.state === 'ended') return
    slot.state = 'draining'
    const leaving = this.#end(slot)
    this.#leaving.add(leaving)
    await leaving
    this.#leaving.delete(leaving)
  }

  async #end(slot: Slot): Promise<void> {
    // What it runs may hang, and a request without rows has no other watch.
    const late = this.#kernel.timers.after(
      this.#hangMs,
      () => void this.hung(slot, hungError(this.#hangMs, 'inference')),
      undefined,
      true,
    )
    const idle = await slot.drained()
    late.cancel()
    if (!idle) return
    await slot.replace(this.#kernel.timers)
    this.#emit(slot, 'stopped')
  }

  async #died(slot: Slot, error: unknown): Promise<void> {
    this.deaths += 1
    this.#emit(slot, 'died', error)
    await slot.replace(this.#kernel.timers)
  }

  #after(slot: Slot): void {
    if (slot.depth === 0) slot.idleSince = this.#now()
    if (Number.isNaN(this.freeSince) && this.idle() > 0) this.freeSince = this.#now()
    this.#batches += 1
    // A thread that was left behind and came back after all: its models need not stay in memory.
    if (slot.state === 'stuck' && slot.depth === 0) void this.#end(slot)
    if (!this.#stopped && this.#renewing === 0 && slot.state === 'ready') {
      if (slot.runs >= this.#policy.recycleRuns) void this.#inTurn(() => this.#renew(slot))
      else if (this.#batches % LOOK_EVERY_BATCHES === 0) this.#lookAtMemory()
    }
    this.#onRoom()
  }

  #lookAtMemory(): void {
    if (this.#policy.recycleGrowthBytes === Number.POSITIVE_INFINITY) return
    const bytes = this.#bytes()
    if (this.#baseline === 0) this.#baseline = bytes
    else if (bytes - this.#baseline > this.#policy.recycleGrowthBytes) void this.recycle()
  }

  /** What this process holds, and by how much workers have grown that are processes of their own. */
  #bytes(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.grownBytes, process.memoryUsage.rss())
  }

  /** Idle workers beyond the least end after a while. */
  #watch(): void {
    if (this.#timer !== undefined || this.#stopped || this.#slots.length <= this.#plan.min) return
    this.#timer = this.#kernel.timers.after(
      LOOK_EVERY_MS,
      () => {
        this.#timer = undefined
        const now = this.#now()
        const spare = this.#slots.find(
          (slot) =>
            slot.state === 'ready' && slot.depth === 0 && now - slot.idleSince >= this.#policy.shrinkAfterMs,
        )
        if (spare !== undefined && this.#slots.length > this.#plan.min) {
          this.#slots.splice(this.#slots.indexOf(spare), 1)
          void this.#retire(spare)
        }
        this.#watch()
      },
      undefined,
    )
  }

  #emit(slot: Slot, state: 'started' | 'died' | 'recycled' | 'stopped', error?: unknown): void {
    if (!this.#events?.active) return
    const errors = error === undefined ? [] : errorChain(error)
    this.#events.emit({ type: 'worker', at: this.#now(), worker: slot.number, state, errors })
  }

  #now(): number {
    return this.#kernel.clock.monotonic()
  }
}
