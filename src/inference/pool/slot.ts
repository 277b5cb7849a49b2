import type { Timers } from '../../kernel/kernel.ts'
import { stoppedError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-folder.ts'
import type { BatchRequest, BatchResponse, WorkerRequest } from '../wire.ts'
import type { Executor, MakeExecutor } from './executor.ts'

export type SlotState = 'ready' | 'starting' | 'draining' | 'stuck' | 'ended'

/** Called once when a request ends: with a response, or with the error instead of one. */
export type Settled = (response: BatchResponse | undefined, error: unknown) => void

/** How long an idle worker process may take to end by itself. */
const CLOSE_MS = 5_000

/** One worker's place in the pool. Its executor is made on first use and replaced as a whole. */
export class Slot {
  readonly number: number
  state: SlotState = 'ready'
  /** Why it was abandoned, if loading took too long. */
  tooSlow: Error | undefined
  /** A row that may have killed a worker runs here: no other batch is sent. */
  alone = false
  /** Batches sent and not returned. */
  depth = 0
  /** Numbers its workers: a batch of an earlier worker says nothing about the current one. */
  generation = 0
  /** Batches run since the worker started. */
  runs = 0
  /** Monotonic milliseconds since which it has been idle. */
  idleSince: number
  readonly #make: () => Promise<Executor>
  /** Task groups that its worker has loaded, each with its model. */
  readonly #loaded = new Map<string, ModelFolder>()
  #executor: Promise<Executor> | undefined
  /** The executor once it exists, so that a batch need not wait a turn for it. */
  #here: Executor | undefined
  #drained: (() => void) | undefined
  #giveUp: (error: Error) => void = () => {}
  /** Rejects when the place is abandoned: batches sent to it do not return. */
  readonly gaveUp: Promise<never>

  constructor(
    number: number,
    threads: number,
    make: MakeExecutor,
    now: number,
    onExit: (slot: Slot, error: Error) => void,
  ) {
    this.number = number
    this.idleSince = now
    this.gaveUp = new Promise((_, reject) => {
      this.#giveUp = reject
    })
    this.gaveUp.catch(() => undefined)
    this.#make = () => make(threads, (error) => onExit(this, error))
  }

  get started(): boolean {
    return this.#executor !== undefined
  }

  /** Bytes by which its worker has grown, if that is a separate process. */
  get grownBytes(): number {
    return this.#here?.grownBytes ?? 0
  }

  /** Whether a batch of this task group begins at once: the worker has started and loaded the model. */
  has(group: string): boolean {
    return this.#here !== undefined && this.#loaded.has(group)
  }

  /**
   * Runs a request and calls `settled` when it has ended. If the worker has yet to start or to load the model, `began` is called
   * when it has; that time is separate. The error is the executor's when the worker died, or InferenceError (`stopped`) in an
   * abandoned place, where a new worker would belong to nobody. Everything else returns as
   * data.
   */
  send(request: BatchRequest, settled: Settled, began?: () => void): void {
    if (this.state === 'ended') {
      settled(undefined, stoppedError())
      return
    }
    this.depth += 1
    if (request.kind === 'unload') this.#forget(request.model)
    const { group, kind, rows } = request
    let running: Promise<BatchResponse>
    if (this.#here !== undefined && rows.length > 0 && this.#loaded.has(group)) {
      running = this.#here.run({ group, kind, rows })
    } else running = this.#loadAndRun(request, began)
    running.then(
      (response) => {
        this.#left()
        settled(response, undefined)
      },
      (error: unknown) => {
        this.#left()
        settled(undefined, error)
      },
    )
  }

  async #loadAndRun(request: BatchRequest, began: (() => void) | undefined): Promise<BatchResponse> {
    const { group, kind, model, rows } = request
    const executor = await this.#started()
    if (rows.length > 0 && !this.#loaded.has(group)) {
      const { generation } = this
      const response = await executor.run(loadOf(request))
      if (!response.ok) return { ...response, atLoad: true }
      if (generation === this.generation) this.#loaded.set(group, model)
    }
    began?.()
    const { generation } = this
    const response = await executor.run(rows.length === 0 ? loadOf(request) : { group, kind, rows })
    const loads = rows.length === 0 && kind !== 'unload'
    if (loads && response.ok && generation === this.generation) this.#loaded.set(group, model)
    return response
  }

  #left(): void {
    this.depth -= 1
    this.runs += 1
    if (this.depth === 0) this.#drained?.()
  }

  async #started(): Promise<Executor> {
    this.#executor ??= this.#make()
    const made = this.#executor
    const executor = await made
    if (this.#executor === made) this.#here = executor
    return executor
  }

  #forget({ folder, sha256 }: ModelFolder): void {
    for (const [group, model] of this.#loaded) {
      if (model.folder === folder && model.sha256 === sha256) this.#loaded.delete(group)
    }
  }

  /**
   * Takes the place out of use once nothing runs in it, or at once when it is abandoned (`abandon`). True when its
   * worker is idle and may be ended.
   */
  async drained(): Promise<boolean> {
    // Another listener to the last batch's end may have sent a new batch.
    while (this.depth > 0 && this.state !== 'stuck') {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
    if (this.depth > 0) return false
    this.state = 'ended'
    return true
  }

  /** Its thread does not return: nobody waits for it any more. */
  abandon(error: Error): void {
    this.state = 'stuck'
    this.#drained?.()
    this.#giveUp(error)
  }

  async refuse(): Promise<void> {
    const executor = await this.#executor
    executor?.refuse()
  }

  /** Ends a hanging worker. False if that is impossible without ending the process. */
  async kill(): Promise<boolean> {
    const executor = await this.#executor
    if (executor?.kill === undefined) return false
    executor.kill()
    return true
  }

  /** Forgets the worker, idle or dead; the next run makes another. */
  async replace(timers: Timers): Promise<void> {
    const old = this.#executor
    this.#executor = undefined
    this.#here = undefined
    this.generation += 1
    this.#loaded.clear()
    this.runs = 0
    const executor = await old?.catch(() => undefined)
    if (executor === undefined) return
    const late = timers.after(CLOSE_MS, () => executor.kill?.(), undefined, executor.kill !== undefined)
    await executor.close()
    late.cancel()
  }
}

/** The request without its rows: it describes the group. */
function loadOf({ group, kind, model, options }: BatchRequest): WorkerRequest {
  return { group, kind, rows: [], task: { model, options } }
}
