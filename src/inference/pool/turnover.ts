import { errorChain } from '../../kernel/errors.ts'
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import type { EventSink } from '../../ports/events.ts'
import { hungError, InferenceError } from '../errors.ts'
import type { BatchRequest, BatchResponse } from '../wire.ts'
import type { PoolPlan } from './core-plan.ts'
import type { MakeExecutor } from './executor.ts'
import { Slot } from './slot.ts'

/** When workers start, end, and are recycled. Times in milliseconds. */
export interface PoolPolicy {
  /** A row that waits longer than this starts another worker, up to the maximum. */
  readonly growAfterMs: number
  /** A worker that is idle for this long ends, down to the minimum. */
  readonly shrinkAfterMs: number
  /** A worker is recycled after this many batches; Infinity: never. */
  readonly recycleRuns: number
  /** All are recycled, one after another, when this process and theirs have grown by this many bytes; Infinity: never. */
  readonly recycleGrowthBytes: number
}

/** How often to check the growth of the process and idle workers, in batches and in milliseconds. */
const LOOK_EVERY_BATCHES = 64
const LOOK_EVERY_MS = 1_000

/** What makes the workers of a pool. */
export interface PoolParts {
  readonly kernel: Kernel
  readonly events: EventSink | undefined
  readonly plan: PoolPlan
  readonly policy: PoolPolicy
  /** How long a leaving worker may still run. */
  readonly hangMs: number
  readonly make: MakeExecutor
  /** What a fresh worker loads before it takes rows. */
  readonly loads: () => readonly BatchRequest[]
  /** Called when a worker may be free. */
  readonly onRoom: () => void
}

interface TurnoverParts extends PoolParts {
  /** Runs a request on a worker, again when it dies. */
  readonly insist: (slot: Slot, request: BatchRequest) => Promise<BatchResponse>
  /** Called when a worker has started, as after a batch. */
  readonly after: (slot: Slot) => void
}

/**
 * Which workers a pool has. They start when rows wait, end when they are idle, and are recycled when they died, hang,
 * have run long or have grown.
 *
 *   slot 1  ready ── run, run …           died ─▶ replaced, its rows are queued again
 *   slot 2  ready ── N runs or growth ──▶ a fresh worker loads and takes the place; the old one drains and ends
 *   slot 3  started when rows wait too long, ended when idle
 */
export class Turnover {
  readonly #at: TurnoverParts
  readonly slots: Slot[] = []
  readonly #leaving = new Set<Promise<void>>()
  #last = 0
  #batches = 0
  #baseline = 0
  /** Recycling in progress, or waiting its turn. */
  #renewing = 0
  #turn: Promise<void> = Promise.resolve()
  #timer: Timer | undefined
  stopped = false
  deaths = 0
  recycled = 0

  constructor(parts: TurnoverParts) {
    this.#at = parts
    for (let i = 0; i < parts.plan.min; i++) this.slots.push(this.#slot())
  }

  /** Called with the age of the oldest waiting row; starts another worker if that is too long. */
  pressed(waitMs: number): void {
    if (waitMs < this.#at.policy.growAfterMs || this.slots.length >= this.#at.plan.max || this.stopped) return
    // One at a time: the next is worth its memory only if this one has not helped.
    if (this.slots.some((slot) => slot.state === 'starting')) return
    const slot = this.#slot()
    this.slots.push(slot)
    void this.#start(slot)
  }

  /** Abandons a worker whose batch hangs: a process is killed, a thread is left behind. */
  async hung(slot: Slot, error: Error): Promise<void> {
    if (slot.state === 'stuck' || slot.state === 'ended') return
    if (await slot.kill()) return
    this.#emit(slot, 'died', error)
    slot.abandon(error)
    const at = this.slots.indexOf(slot)
    if (at >= 0 && !this.stopped) this.slots[at] = this.#slot()
    this.#at.onRoom()
  }

  /** Recycles every worker, one after another, without losing a batch. */
  recycle(): Promise<void> {
    return this.#inTurn(async () => {
      for (const slot of [...this.slots]) if (slot.started && slot.state === 'ready') await this.#renew(slot)
      this.#baseline = this.#bytes()
    })
  }

  /** Workers are recycled one at a time, whoever asks; `stop` waits for the current one. */
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
    this.stopped = true
    this.#timer?.cancel()
    await Promise.all(this.slots.map((slot) => slot.refuse()))
    await Promise.all([...this.slots.map((slot) => this.#retire(slot)), ...this.#leaving])
    this.#timer?.cancel()
  }

  /** A batch has left a worker: recycles that one, or all, if it is time. */
  ran(slot: Slot): void {
    if (slot.depth === 0) slot.idleSince = this.#now()
    this.#batches += 1
    // An abandoned thread that returned after all: its models need not stay in memory.
    if (slot.state === 'stuck' && slot.depth === 0) void this.#end(slot)
    if (this.stopped || this.#renewing > 0 || slot.state !== 'ready') return
    if (slot.runs >= this.#at.policy.recycleRuns) void this.#inTurn(() => this.#renew(slot))
    else if (this.#batches % LOOK_EVERY_BATCHES === 0) this.#lookAtMemory()
  }

  #slot(): Slot {
    this.#last += 1
    return new Slot(this.#last, this.#at.plan.threads, this.#at.make, this.#now(), (slot, error) => {
      // A busy worker's end shows in its batches; an idle one's would go unnoticed until the next batch.
      if (slot.depth === 0 && slot.state !== 'ended') void this.died(slot, error)
    })
  }

  async #start(slot: Slot): Promise<void> {
    slot.state = 'starting'
    try {
      await this.#loadCurrent(slot)
    } catch (error) {
      // The next batch of that model gets the error; for other models the worker is fine.
      if (!(error instanceof InferenceError)) throw error
    }
    if (slot.state === 'starting') slot.state = 'ready'
    if (slot.state === 'ready') this.#emit(slot, 'started')
    this.#watch()
    this.#at.after(slot)
  }

  /** The groups that new rows use by then, asked anew after each load, for a swap may happen between two of them. */
  async #loadCurrent(slot: Slot): Promise<void> {
    const done = new Set<string>()
    for (;;) {
      // Stopped while it loads: another load would start a worker again.
      if (this.stopped || slot.state !== 'starting') return
      const next = this.#at.loads().find(({ group }) => !done.has(group))
      if (next === undefined) return
      done.add(next.group)
      await this.#at.insist(slot, next)
    }
  }

  /** Swap, then drain: the fresh worker has its models before the old one stops taking batches. */
  async #renew(slot: Slot): Promise<void> {
    if (this.stopped) return
    const fresh = this.#slot()
    await this.#start(fresh)
    const at = this.slots.indexOf(slot)
    if (at < 0 || this.stopped || fresh.state !== 'ready') {
      await this.#retire(fresh)
      return
    }
    this.slots[at] = fresh
    this.recycled += 1
    this.#emit(slot, 'recycled')
    await this.#retire(slot)
    this.#at.onRoom()
  }

  async #retire(slot: Slot): Promise<void> {
    // A thread inside a native call can be neither awaited nor ended, so it is abandoned.
    if (slot.state === 'stuck' || slot.state === 'ended') return
    slot.state = 'draining'
    const leaving = this.#end(slot)
    this.#leaving.add(leaving)
    await leaving
    this.#leaving.delete(leaving)
  }

  async #end(slot: Slot): Promise<void> {
    // Its request may hang, and a request without rows has no other watch.
    const late = this.#at.kernel.timers.after(
      this.#at.hangMs,
      () => void this.hung(slot, hungError(this.#at.hangMs, 'inference')),
      undefined,
      true,
    )
    const idle = await slot.drained()
    late.cancel()
    if (!idle) return
    await slot.replace(this.#at.kernel.timers)
    this.#emit(slot, 'stopped')
  }

  async died(slot: Slot, error: unknown): Promise<void> {
    this.deaths += 1
    this.#emit(slot, 'died', error)
    await slot.replace(this.#at.kernel.timers)
  }

  #lookAtMemory(): void {
    if (this.#at.policy.recycleGrowthBytes === Number.POSITIVE_INFINITY) return
    const bytes = this.#bytes()
    if (this.#baseline === 0) this.#baseline = bytes
    else if (bytes - this.#baseline > this.#at.policy.recycleGrowthBytes) void this.recycle()
  }

  /** The memory of this process, plus the growth of its worker processes. */
  #bytes(): number {
    return this.slots.reduce((sum, slot) => sum + slot.grownBytes, process.memoryUsage.rss())
  }

  /** Idle workers beyond the minimum end after a while. */
  #watch(): void {
    if (this.#timer !== undefined || this.stopped || this.slots.length <= this.#at.plan.min) return
    this.#timer = this.#at.kernel.timers.after(
      LOOK_EVERY_MS,
      () => {
        this.#timer = undefined
        const now = this.#now()
        const spare = this.slots.find(
          (slot) =>
            slot.state === 'ready' &&
            slot.depth === 0 &&
            now - slot.idleSince >= this.#at.policy.shrinkAfterMs,
        )
        if (spare !== undefined && this.slots.length > this.#at.plan.min) {
          this.slots.splice(this.slots.indexOf(spare), 1)
          void this.#retire(spare)
        }
        this.#watch()
      },
      undefined,
    )
  }

  #emit(slot: Slot, state: 'started' | 'died' | 'recycled' | 'stopped', error?: unknown): void {
    if (!this.#at.events?.active) return
    const errors = error === undefined ? [] : errorChain(error)
    this.#at.events.emit({ type: 'worker', at: this.#now(), worker: slot.number, state, errors })
  }

  #now(): number {
    return this.#at.kernel.clock.monotonic()
  }
}
