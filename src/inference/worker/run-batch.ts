import type { Clock } from '../../kernel/kernel.ts'
import { InferenceError, recordOf } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import { type BatchDone, type BatchResponse, countOf, type WorkerRequest } from '../wire.ts'
import { enter, type GroupInWorker, groupInWorker, leave, unload } from './in-use.ts'
import type { TaskRunner } from './runner.ts'

/** Each group, as its load described it. */
const groups = new Map<string, GroupInWorker>()

/** The common part of a thread and a process: runs one request, and turns every error into data. */
export async function runBatch(
  request: WorkerRequest,
  at: { readonly clock: Clock; readonly refused: () => boolean },
): Promise<BatchResponse> {
  try {
    if (request.kind === 'exit') return process.exit(1)
    if (request.kind === 'unload' && request.task !== undefined) {
      await forget(request.task.model)
      return nothing()
    }
    if (at.refused()) {
      throw new InferenceError('stopped', 'the worker accepts no more batches', {
        path: 'inference',
        remedy: 'Ask a running system',
      })
    }
    const group = groupOf(request)
    const inUse = enter(group)
    try {
      return await runIn(await inUse.runner, group, request.rows, at.clock)
    } finally {
      leave(inUse)
    }
  } catch (error) {
    return { ok: false, error: recordOf(error) }
  }
}

function groupOf({ group, kind, task }: WorkerRequest): GroupInWorker {
  if (task !== undefined) {
    const whole = groupInWorker(kind, task.model, task.options)
    groups.set(group, whole)
    return whole
  }
  const known = groups.get(group)
  if (known !== undefined) return known
  throw new InferenceError('stopped', 'the model of these rows has been unloaded', {
    path: 'model',
    remedy: 'Ask again: the current version takes the rows',
  })
}

async function forget(model: ModelFolder): Promise<void> {
  for (const [group, known] of groups) {
    if (known.model.folder === model.folder && known.model.sha256 === model.sha256) groups.delete(group)
  }
  await unload(model)
}

async function runIn(
  runner: TaskRunner,
  { kind, options }: GroupInWorker,
  rows: readonly unknown[],
  clock: Clock,
): Promise<BatchDone> {
  if (rows.length === 0) {
    // A batch without rows warms a model up with the task's sample row.
    if (runner.sample !== undefined) await runner.run([runner.sample], options)
    return nothing()
  }
  const started = clock.monotonic()
  const output = await runner.run(rows, options)
  const done: BatchDone = { ok: true, computeMs: clock.monotonic() - started, ...output }
  const count = countOf(done)
  if (count === rows.length) return done
  throw new InferenceError(
    'model-unsupported',
    `task '${kind}' returned ${count} results for ${rows.length} rows`,
    {
      path: `${kind}.run`,
      value: count,
      remedy: 'Return one result for each row, in the order of the rows',
    },
  )
}

/** A request that only loads or unloads has no rows and no results. */
function nothing(): BatchDone {
  return { ok: true, values: [], computeMs: 0 }
}
