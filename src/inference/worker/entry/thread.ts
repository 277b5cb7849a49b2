/**
 * Entry of a Piscina worker. It owns the ONNX sessions: this thread blocks while one runs, the main thread never does.
 * Errors are returned as data, so a rejected Piscina task always means that the worker died.
 */
import { move, workerData } from 'piscina'
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import { type BatchDone, type BatchResponse, lean, type WorkerRequest, type WorkerStart } from '../../wire.ts'
import { beNice } from '../be-nice.ts'
import { runBatch } from '../run-batch.ts'
import { useThreads } from '../session.ts'

const { stop, threads, niceness } = workerData as WorkerStart & { readonly stop: Int32Array }
const { clock } = platformKernel()
const refused = (): boolean => Atomics.load(stop, 0) === 1
useThreads(threads)
// Elsewhere the nice value is that of the whole process.
if (process.platform === 'linux') beNice(niceness)

/** Below this size copying is faster, above it moving (measured: moving a buffer costs about as much as copying 16 KiB). */
const MOVE_FROM_BYTES = 16_384

export default async function run(request: WorkerRequest): Promise<BatchResponse> {
  const response = await runBatch(request, { clock, refused })
  if (!response.ok) return response
  const buffers = movable(response)
  const sent = lean(response)
  if (buffers === undefined) return sent
  return move({
    get [Symbol.for('Piscina.transferable')]() {
      return buffers
    },
    get [Symbol.for('Piscina.valueOf')]() {
      return sent
    },
  } as never) as unknown as BatchResponse
}

/** The buffers worth moving. */
function movable(done: BatchDone): ArrayBuffer[] | undefined {
  if ('packed' in done) {
    const buffer = done.packed.buffer as ArrayBuffer
    return buffer.byteLength > MOVE_FROM_BYTES ? [buffer] : undefined
  }
  if ('columns' in done || done.transfer === undefined) return undefined
  const large = done.transfer.filter(({ byteLength }) => byteLength > MOVE_FROM_BYTES)
  return large.length === 0 ? undefined : large
}
