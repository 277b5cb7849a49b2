/**
 * The inside of a Piscina worker. It owns the ONNX sessions: this thread blocks while one runs, the main thread never.
 * Errors come back as data, so that a rejected Piscina task means one thing only: the worker died.
 */
import { move } from 'piscina'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import type { BatchDone, BatchRequest, BatchResponse } from '../batch.ts'
import { recordOf } from '../errors.ts'
import type { TaskRunner } from './runner.ts'
import { runnerOf } from './runners.ts'

const { clock } = platformKernel()

export default async function runBatch(request: BatchRequest): Promise<BatchResponse> {
  try {
    if (request.kind === 'exit') return process.exit(1)
    const runner = await runnerOf(request.kind, request.model, request.options)
    const started = clock.monotonic()
    const rows = request.rows.length > 0 ? request.rows : sampleOf(runner)
    const output = rows.length > 0 ? await runner.run(rows, request.options) : { values: [] }
    return moved({ ok: true, ...output, computeMs: clock.monotonic() - started })
  } catch (error) {
    return { ok: false, error: recordOf(error) }
  }
}

/** A batch of no rows warms a model up with a row of the task's own. */
function sampleOf(runner: TaskRunner): readonly unknown[] {
  return runner.sample === undefined ? [] : [runner.sample]
}

/** Large buffers move to the main thread instead of being copied. */
function moved(done: BatchDone): BatchResponse {
  const buffers = 'packed' in done ? [done.packed.buffer as ArrayBuffer] : (done.transfer ?? [])
  if (buffers.length === 0) return done
  return move({
    get [Symbol.for('Piscina.transferable')]() {
      return buffers
    },
    get [Symbol.for('Piscina.valueOf')]() {
      return done
    },
  } as never) as unknown as BatchResponse
}
