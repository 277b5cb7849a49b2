import type { Clock } from '../../kernel/kernel.ts'
import type { ModelTask } from '../../ports/inference.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import { CLASSES } from './batch-sizes.ts'
import { loading, type TaskGroup } from './task-groups.ts'

/** A size is skipped if half of it cost this much more per row than the best. */
const HOPELESS = 1.15
/** Most runs of each size; the shortest counts. */
const RUNS = 4

/**
 * Measures the cost of a row at each length in batches of 1, 2, 4 …, shortest rows first, until the time is up. The
 * task makes rows of a length. A task without samples (`tensors` of unknown shape) learns from its own batches instead.
 */
export async function learnSizes(
  clock: Clock,
  pool: WorkerPool,
  group: TaskGroup,
  task: ModelTask<never, unknown>,
  options: {
    readonly budgetMs: number
    readonly maxBatch: number
    readonly sample?: (tokens: number) => unknown
  },
): Promise<void> {
  const sample = options.sample ?? task.sample
  if (sample === undefined) return
  const until = clock.monotonic() + options.budgetMs
  const { maxTokens } = group.model.card
  for (const tokens of CLASSES) {
    if (tokens > maxTokens && tokens !== CLASSES[0]) return
    const row = sample(tokens)
    let least = Number.POSITIVE_INFINITY
    for (let rows = 1; rows <= options.maxBatch; rows *= 2) {
      const request = { ...loading(group), rows: new Array<unknown>(rows).fill(row) }
      let ms = Number.POSITIVE_INFINITY
      for (let run = 0; run < RUNS && clock.monotonic() < until; run++) {
        // The last run's worker may have been replaced.
        const slot = pool.ready()
        if (slot === undefined) return
        const response = await pool.insist(slot, request)
        if (response.ok) ms = Math.min(ms, response.computeMs)
      }
      if (ms === Number.POSITIVE_INFINITY) return
      group.sizes.probed(tokens, rows, ms)
      least = Math.min(least, ms / rows)
      if (ms / rows > least * HOPELESS) break
    }
  }
}
