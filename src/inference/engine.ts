import { demand } from '../kernel/demand.ts'
import { milliseconds } from '../kernel/durations.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import type { EventSink } from '../ports/events.ts'
import type { InferenceCall, InferencePort, ModelInfo, ModelTask, WarmOptions } from '../ports/inference.ts'
import { Accounts, type ModelTotals } from './accounting.ts'
import { BatchSizes, type LearnedSize } from './batching/batch-sizes.ts'
import { Batcher } from './batching/batcher.ts'
import { learnSizes } from './batching/learn-sizes.ts'
import { RowQueue } from './batching/row-queue.ts'
import { loading, type TaskGroup, TaskGroups } from './batching/task-groups.ts'
import { type CacheStats, ResponseCache } from './cache/response-cache.ts'
import { checkCall } from './calls/call-checks.ts'
import { inTime } from './calls/in-time.ts'
import { Intake } from './calls/intake.ts'
import { taken } from './calls/taken.ts'
import {
  type EngineSettings,
  INFERENCE_OPTIONS,
  type InferenceOptions,
  settingsOf,
} from './engine-options.ts'
import { errorOf, type InferenceError, stoppedError } from './errors.ts'
import { CorePlan } from './pool/core-plan.ts'
import { processExecutor } from './pool/process-executor.ts'
import { threadExecutor } from './pool/thread-executor.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import { type ModelFolder, ModelRepository } from './repository/model-repository.ts'
import type { BatchDone, BatchResponse } from './wire.ts'

/** Counts since the engine was created. */
export interface InferenceStats {
  readonly workers: number
  readonly queued: number
  readonly rows: number
  readonly batches: number
  readonly workerDeaths: number
  readonly workersRecycled: number
  /** By model name. */
  readonly models: Readonly<Record<string, ModelTotals>>
  readonly cache?: CacheStats
  /** Measured batch sizes, by `task model`. */
  readonly sizes: Readonly<Record<string, readonly LearnedSize[]>>
}

/**
 * The inference engine: rows of all callers → cache → batches → workers.
 *
 *   run(rows) ─▶ cached? in flight? ─▶ row queue (by model and length) ─▶ batcher ─▶ worker pool
 *                                            deadlines and cancellation take rows out; results return by row
 */
export class InferenceEngine implements InferencePort {
  readonly #kernel: Kernel
  readonly #events: EventSink | undefined
  readonly #settings: EngineSettings
  readonly #plan: CorePlan
  readonly #queue: RowQueue
  readonly #accounts = new Accounts()
  readonly #cache: ResponseCache | undefined
  readonly #repository: ModelRepository
  readonly #groups: TaskGroups
  readonly #pool: WorkerPool
  readonly #batcher: Batcher
  readonly #intake: Intake
  /** Ends downloads when the engine stops. */
  readonly #leaving = new AbortController()
  #stopping: Promise<void> | undefined

  /** @throws InvalidArgumentError (`invalid-argument`) naming the option. */
  constructor(options: InferenceOptions = {}) {
    onlyOptions(options, 'createInference', INFERENCE_OPTIONS)
    const { kernel = platformKernel() } = options
    this.#kernel = kernel
    this.#events = options.events
    this.#settings = settingsOf(options)
    const { pool, policy, hangMs, isolation, niceness, maxBatch, batchSize, cache } = this.#settings
    const executor = isolation === 'process' ? processExecutor : threadExecutor
    this.#plan = options.plan ?? new CorePlan()
    this.#plan.reserve(pool)
    this.#queue = new RowQueue(pool.max)
    this.#cache = cache === undefined ? undefined : new ResponseCache(cache, () => this.#now())
    const { hub } = options
    this.#repository = new ModelRepository(options.models, {
      kernel,
      ...(hub === undefined ? {} : { hub }),
      onUnload: (model) => void this.#unload(model),
    })
    this.#groups = new TaskGroups(this.#repository, () => new BatchSizes(maxBatch, batchSize), {
      signal: this.#leaving.signal,
    })
    this.#pool = new WorkerPool({
      kernel,
      events: options.events,
      plan: pool,
      policy,
      hangMs,
      make: (threads, onExit) => executor({ threads, niceness }, onExit),
      loads: () => this.#groups.current().map(loading),
      onRoom: () => this.#batcher.wake(),
    })
    const parts = {
      kernel,
      settings: this.#settings,
      groups: this.#groups,
      accounts: this.#accounts,
    }
    this.#batcher = new Batcher(this.#queue, {
      ...parts,
      pool: this.#pool,
      ended: (row, result) => this.#intake.ended(row, result),
    })
    this.#intake = new Intake({ ...parts, queue: this.#queue, cache: this.#cache, batcher: this.#batcher })
  }

  run<I, O>(task: ModelTask<I, O>, rows: readonly I[], call: InferenceCall = {}): Promise<O[]> {
    try {
      checkCall(rows, call, this.#now())
      if (rows.length === 0) return Promise.resolve([])
      const group = this.#groups.known(task)
      return group === undefined
        ? this.#findAndRun(task, rows.map(taken) as I[], call)
        : this.#intake.start<O>(group, rows, call)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async #findAndRun<I, O>(task: ModelTask<I, O>, rows: readonly I[], call: InferenceCall): Promise<O[]> {
    let group: TaskGroup | undefined
    // A swap may happen between finding a version and using it.
    for (let tries = 0; group === undefined; tries++) {
      const finding = this.#find(task)
      const found = await inTime(this.#kernel, finding, call).catch((error: unknown) => {
        // A caller that leaves is counted once its model is known.
        finding.then(
          ({ model }) => this.#intake.reject(model.card.name, rows.length, error as InferenceError),
          () => {},
        )
        throw error
      })
      group = tries < TRIES_MAX ? this.#groups.known(task) : found
    }
    return this.#intake.start<O>(group, rows, call)
  }

  async warm<I, O>(task: ModelTask<I, O>, options: WarmOptions<I> = {}): Promise<ModelInfo> {
    if (this.#stopping !== undefined) throw stoppedError()
    onlyOptions(options, 'warm', ['learn', 'sample'])
    const learning = options.learn !== undefined && options.learn !== false
    const budgetMs = learning
      ? milliseconds(options.learn === true ? '4s' : (options.learn ?? 0), 'learn')
      : 0
    const group = await this.#find(task)
    await this.#load(group)
    if (learning) {
      await learnSizes(this.#kernel.clock, this.#pool, group, task, {
        budgetMs,
        maxBatch: this.#settings.maxBatch,
        ...(options.sample === undefined ? {} : { sample: options.sample }),
      })
    }
    return this.#infoOf(group)
  }

  /**
   * Loads another version of a model in every worker, then lets new rows use it. Rows in flight end on the old version, and
   * after the last of them its sessions are released. No request fails. Tasks that name a version keep it.
   *
   * Rejects with InferenceError like `run` for models that are not available; the old version then stays in use.
   */
  async swap(model: string, version?: string): Promise<void> {
    if (this.#stopping !== undefined) throw stoppedError()
    demand(model, 'model', 'the name of a model', (given) => typeof given === 'string')
    const folder = await this.#unlessStopped(this.#groups.swap(model, version, (group) => this.#load(group)))
    this.#emitModel(folder.card, 'loaded')
  }

  /** Recycles every worker, one after another, without losing a row: the cure for a leak in a native library. */
  recycle(): Promise<void> {
    return this.#pool.recycle()
  }

  /** The cores available to this engine and to those that share its plan; `String(engine.plan)` prints it. */
  get plan(): CorePlan {
    return this.#plan
  }

  /** Counts since the engine started. */
  stats(): InferenceStats {
    const models = this.#accounts.totals()
    const sum = (of: (one: ModelTotals) => number) => Object.values(models).reduce((n, one) => n + of(one), 0)
    return {
      workers: this.#pool.size,
      queued: this.#queue.size,
      rows: sum(({ rows }) => rows),
      batches: sum(({ batches }) => batches),
      workerDeaths: this.#pool.deaths,
      workersRecycled: this.#pool.recycled,
      models,
      ...(this.#cache === undefined ? {} : { cache: this.#cache.stats() }),
      sizes: this.#groups.sizes(),
    }
  }

  /** Makes the next batch of a worker kill it, as a crash would. For fault tests. */
  async killWorker(task: ModelTask<never, unknown>): Promise<void> {
    const group = await this.#groups.of(task)
    const slot = this.#pool.free(false) ?? this.#pool.ready()
    if (slot === undefined) return
    await this.#pool.run(slot, { ...loading(group), kind: 'exit' }).catch(() => undefined)
    this.#batcher.wake()
  }

  /** Refuses waiting rows, lets running batches end, then ends the workers. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#batcher.stop()
    this.#intake.stop()
    this.#leaving.abort()
    for (const row of this.#queue.drain()) {
      for (const { call } of row.waiters) call.fail(stoppedError())
    }
    await this.#pool.stop()
    this.#batcher.close()
    this.#plan.release(this.#settings.pool)
    this.#cache?.clear()
  }

  #find(task: ModelTask<never, unknown>): Promise<TaskGroup> {
    return this.#unlessStopped(this.#groups.of(task))
  }

  /** A search cut short by the engine's own stop is reported as such. */
  async #unlessStopped<T>(searching: Promise<T>): Promise<T> {
    try {
      return await searching
    } catch (error) {
      throw this.#stopping === undefined ? error : stoppedError()
    }
  }

  async #load(group: TaskGroup): Promise<void> {
    const responses = await this.#pool.load(loading(group))
    if (this.#stopping !== undefined) throw stoppedError()
    const failed = responses.find((response) => !response.ok)
    if (failed === undefined || failed.ok) return
    this.#groups.forget(group, failed.error.code === 'model-damaged')
    throw errorOf(failed.error, group.model.card.name)
  }

  /** The last row of a retired version has ended: its sessions are released in every worker. */
  async #unload(model: ModelFolder): Promise<void> {
    await this.#pool.unload(model)
    this.#emitModel(model.card, 'unloaded')
  }

  async #infoOf(group: TaskGroup): Promise<ModelInfo> {
    const { card, folder, sha256 } = group.model
    const dimensions = card.dimensions ?? (await this.#measured(group))
    return {
      model: card.name,
      version: card.version,
      sha256,
      licence: card.licence,
      path: folder,
      ...(dimensions === undefined ? {} : { dimensions }),
    }
  }

  /** The length of an embedding, if no card says it. */
  async #measured(group: TaskGroup): Promise<number | undefined> {
    const slot = this.#pool.ready()
    if (slot === undefined || group.kind !== 'embeddings') return undefined
    const response: BatchResponse = await this.#pool.insist(slot, { ...loading(group), rows: ['a'] })
    return response.ok && 'width' in response ? (response as BatchDone & { width: number }).width : undefined
  }

  #emitModel(card: { readonly name: string; readonly version: string }, state: 'loaded' | 'unloaded'): void {
    if (!this.#events?.active) return
    this.#events.emit({ type: 'model', at: this.#now(), model: card.name, version: card.version, state })
  }

  #now(): number {
    return this.#kernel.clock.monotonic()
  }
}

/** How often a run looks for the current version while swaps keep happening. */
const TRIES_MAX = 8
