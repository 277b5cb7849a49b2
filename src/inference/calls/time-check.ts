import type { InferenceCall } from '../../ports/inference.ts'
import { bucketOf } from '../batching/lengths.ts'
import type { RowQueue } from '../batching/row-queue.ts'
import type { TaskGroup } from '../batching/task-groups.ts'
import { InferenceOverloadedError } from '../errors.ts'

/** Later than any row that waits. */
const LAST = Number.MAX_SAFE_INTEGER

/**
 * An error for rows that can't be done by their deadline, even if all workers do nothing but the rows before them: at the learned
 * time a row of their length, in batches of the best size. Undefined where they may be done, and where nothing is known.
 */
export function lateness(
  queue: RowQueue,
  group: TaskGroup,
  lengths: readonly number[],
  call: InferenceCall,
  at: { readonly now: number; readonly workers: number },
): InferenceOverloadedError | undefined {
  const { deadline = Number.POSITIVE_INFINITY, due = deadline, priority = 0, tenant, share } = call
  const remaining = deadline - at.now
  if (remaining <= 0) return undefined
  let own = 0
  for (const length of lengths) own += group.sizes.expected(bucketOf(length))
  const most = remaining * at.workers
  const before = queue.workBefore({ priority, due, deadline, sequence: LAST, tenant, share }, most)
  const estimate = (before + own) / at.workers
  if (estimate <= remaining) return undefined
  return new InferenceOverloadedError(group.model.card.name, remaining, { estimate, waiting: queue.size })
}
