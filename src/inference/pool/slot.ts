import type { BatchRequest, BatchResponse } from '../batch.ts'
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
  /** Task groups that its worker has loaded. */
  readonly #loaded = new Set<string>()
  #executor: Promise<Executor> | undefined
  #drained: (() => void) | undefined

  constructor(number: number, threads: number, make: MakeExecutor, now: number) {
    this.number = number
    this.idleSince = now
    this.#make = () => make(threads)
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
    try {
      this.#executor ??= this.#make()
      const executor = await this.#executor
      if (request.rows.length > 0 && !this.#loaded.has(request.group)) {
        const { generation } = this
        const response = await executor.run({ ...request, rows: [] })
        if (!response.ok) return response
        if (generation === this.generation) this.#loaded.add(request.group)
      }
      began?.()
      return await executor.run(request)
    } finally {
      this.depth -= 1
      this.runs += 1
      if (this.depth === 0) this.#drained?.()
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
