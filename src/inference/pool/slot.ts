import type { BatchRequest, BatchResponse } from '../batch.ts'
import type { ModelFolder } from '../repository/model-folder.ts'
import type { Executor, MakeExecutor } from './executor.ts'

export type SlotState = 'ready' | 'starting' | 'draining' | 'stuck' | 'ended'

/** One worker's place in the pool: its executor is made on first use, and replaced as a whole. */
export class Slot {
  readonly number: number
  state: SlotState = 'ready'
  /** Batches sent and not back. */
  depth = 0
  /** Counts its workers: a batch of an earlier one says nothing of the present one. */
  generation = 0
  /** Batches run since the worker started. */
  runs = 0
  /** Monotonic milliseconds since when it has had nothing to do. */
  idleSince: number
  readonly #make: () => Promise<Executor>
  /** Task groups that its worker has loaded, each with its model. */
  readonly #loaded = new Map<string, ModelFolder>()
  #executor: Promise<Executor> | undefined
  #drained: (() => void) | undefined

  constructor(
    number: number,
    threads: number,
    make: MakeExecutor,
    now: number,
    onExit: (slot: Slot, error: Error) => void,
  ) {
    this.number = number
    this.idleSince = now
    this.#make = () => make(threads, (error) => onExit(this, error))
  }

  get started(): boolean {
    return this.#executor !== undefined
  }

  /**
   * Runs a request; `began` is told when the worker has started and loaded the model, which take their own time.
   *
   * @throws whatever the executor throws when the worker dies: everything else comes back as data.
   */
  async run(request: BatchRequest, began?: () => void): Promise<BatchResponse> {
    this.depth += 1
    if (request.kind === 'unload') this.#forget(request.model)
    try {
      this.#executor ??= this.#make()
      const executor = await this.#executor
      if (request.rows.length > 0 && !this.#loaded.has(request.group)) {
        const { generation } = this
        const response = await executor.run({ ...request, rows: [] })
        if (!response.ok) return response
        if (generation === this.generation) this.#loaded.set(request.group, request.model)
      }
      began?.()
      const { generation } = this
      const response = await executor.run(request)
      const loads = request.rows.length === 0 && request.kind !== 'unload'
      if (loads && response.ok && generation === this.generation)
        this.#loaded.set(request.group, request.model)
      return response
    } finally {
      this.depth -= 1
      this.runs += 1
      if (this.depth === 0) this.#drained?.()
    }
  }

  #forget({ folder, sha256 }: ModelFolder): void {
    for (const [group, model] of this.#loaded) {
      if (model.folder === folder && model.sha256 === sha256) this.#loaded.delete(group)
    }
  }

  /** Resolves once nothing runs in it. */
  async drained(): Promise<void> {
    if (this.depth === 0) return
    await new Promise<void>((resolve) => {
      this.#drained = resolve
    })
  }

  async refuse(): Promise<void> {
    const executor = await this.#executor
    executor?.refuse()
  }

  /** Ends a worker that hangs. False where that can't be done without ending the process. */
  async kill(): Promise<boolean> {
    const executor = await this.#executor
    if (executor?.kill === undefined) return false
    executor.kill()
    return true
  }

  /** Forgets the worker, idle or dead; the next run makes another. */
  async replace(): Promise<void> {
    const old = this.#executor
    this.#executor = undefined
    this.generation += 1
    this.#loaded.clear()
    this.runs = 0
    if (old !== undefined) await (await old).close()
  }
}
