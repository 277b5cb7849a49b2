/**
 * The inside of a Piscina worker. It owns the ONNX sessions: this thread blocks while one runs, the main thread never.
 * Errors come back as data, so that a rejected Piscina task means one thing only: the worker died.
 */
import { move, workerData } from 'piscina'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import type { BatchDone, BatchResponse, WorkerRequest } from '../batch.ts'
import { recordOf } from '../errors.ts'
import { runBatch } from './run-batch.ts'
import { useThreads } from './session.ts'

const { stop, threads } = workerData as { readonly stop: Int32Array; readonly threads: number }
const { clock } = platformKernel()
const refused = (): boolean => Atomics.load(stop, 0) === 1
useThreads(threads)

/** Copying is faster below, moving above (measured: a moved buffer costs about as much as a copy of 16 KiB). */
const MOVE_FROM_BYTES = 16_384

export default async function run(request: WorkerRequest): Promise<BatchResponse> {
  const response = await runBatch(request, { clock, refused })
  if (!response.ok) return response
  return (request.kind === 'custom' ? uncloneable(response) : undefined) ?? sendable(response)
}

function sendable(done: BatchDone): BatchResponse {
  const all = 'packed' in done ? [done.packed.buffer as ArrayBuffer] : (done.transfer ?? [])
  const buffers = all.filter(({ byteLength }) => byteLength > MOVE_FROM_BYTES)
  const response: BatchDone = 'packed' in done ? done : { ...done, transfer: [] }
  if (buffers.length === 0) return response
  return move({
    get [Symbol.for('Piscina.transferable')]() {
      return buffers
    },
    get [Symbol.for('Piscina.valueOf')]() {
      return response
    },
  } as never) as unknown as BatchResponse
}

/** A custom task may return anything. What can't be cloned would kill the worker on its way out. */
function uncloneable(done: BatchDone): BatchResponse | undefined {
  try {
    structuredClone(done)
    return undefined
  } catch (error) {
    return {
      ok: false,
      error: { ...recordOf(error), code: 'bad-output', remedy: 'Return plain data from the task' },
    }
  }
}
