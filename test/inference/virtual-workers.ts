import { Accounts } from '../../src/inference/accounting.ts'
import { BatchSizes, CLASSES } from '../../src/inference/batching/batch-sizes.ts'
import { Batcher } from '../../src/inference/batching/batcher.ts'
import { estimatedLength } from '../../src/inference/batching/lengths.ts'
import { RowQueue } from '../../src/inference/batching/row-queue.ts'
import type { TaskGroup, TaskGroups } from '../../src/inference/batching/task-groups.ts'
import { Intake } from '../../src/inference/calls/intake.ts'
import { settingsOf } from '../../src/inference/engine-options.ts'
import type { Executor } from '../../src/inference/pool/executor.ts'
import { WorkerPool } from '../../src/inference/pool/worker-pool.ts'
import type { BatchDone } from '../../src/inference/wire.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import type { InferenceCall } from '../../src/ports/inference.ts'

/** Made while this file is loaded: it asks the machine for its cores. */
const SETTINGS = settingsOf({ hang: '10h', coalesce: false })

/** How long a batch of so many rows takes, the longest of so many tokens. */
export type BatchMs = (rows: number, tokens: number) => number

/** The engine's queue, batches and pool on a kernel's time. Its workers compute nothing, and take as long as a model would. */
export class VirtualWorkers {
  readonly #kernel: Kernel
  readonly #batcher: Batcher
  readonly #intake: Intake
  readonly #group: TaskGroup
  readonly #ms: BatchMs

  /** Batch sizes have been learned. */
  constructor(kernel: Kernel, workers: number, ms: BatchMs, maxBatch = 64) {
    this.#kernel = kernel
    this.#ms = ms
    const settings = { ...SETTINGS, maxBatch, pool: { ...SETTINGS.pool, min: workers, max: workers } }
    const accounts = new Accounts()
    const queue = new RowQueue(workers)
    const pool = new WorkerPool({
      kernel,
      events: undefined,
      plan: settings.pool,
      policy: settings.policy,
      hangMs: settings.hangMs,
      make: () => Promise.resolve(this.#worker()),
      loads: () => [],
      onRoom: () => this.#batcher.wake(),
    })
    const groups = { began: () => {}, ended: () => {} } as unknown as TaskGroups
    const parts = { kernel, settings, accounts, groups }
    this.#batcher = new Batcher(queue, {
      ...parts,
      pool,
      ended: (row, result) => this.#intake.ended(row, result),
    })
    this.#intake = new Intake({ ...parts, queue, cache: undefined, batcher: this.#batcher })
    const sizes = new BatchSizes(maxBatch)
    for (const tokens of CLASSES)
      for (let rows = 1; rows <= maxBatch; rows *= 2) sizes.probed(tokens, rows, ms(rows, tokens))
    const model = { card: { name: 'virtual' }, folder: '', sha256: '' }
    this.#group = { key: '1', kind: 'virtual', options: {}, model, sizes } as unknown as TaskGroup
  }

  run(rows: number, tokens: number, call: InferenceCall): Promise<unknown> {
    const row = 'a '.repeat(tokens - 2).trim()
    return this.#intake.start(this.#group, new Array<string>(rows).fill(row), call)
  }

  stop(): void {
    this.#batcher.stop()
    this.#batcher.close()
  }

  /** One batch after another. */
  #worker(): Executor {
    let last: Promise<unknown> = Promise.resolve()
    return {
      run: ({ rows }) => {
        const computeMs =
          rows.length === 0 ? 0 : this.#ms(rows.length, Math.max(...rows.map(estimatedLength)))
        const done: BatchDone = { ok: true, computeMs, values: rows }
        const over = last.then(
          () => new Promise<BatchDone>((resolve) => void this.#kernel.timers.after(computeMs, resolve, done)),
        )
        last = over
        return over
      },
      refuse: () => {},
      close: () => Promise.resolve(),
    }
  }
}
