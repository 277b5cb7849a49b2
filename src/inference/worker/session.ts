import { InferenceSession } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'

let threads = 1

/** How many threads the sessions of this worker may use; said once, before the first is made. */
export function useThreads(count: number): void {
  threads = count
}

/**
 * A session of as many threads as the pool's plan gives (one by default):
 * parallelism comes from workers, and the plan counts cores by it.
 *
 * @throws InferenceError (`model-damaged`) for a file that ONNX Runtime does not load.
 */
export async function loadSession(file: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    })
  } catch (cause) {
    throw new InferenceError('model-damaged', `${file} is not an ONNX model that loads: ${String(cause)}`, {
      path: file,
      remedy: 'Restore model.onnx from the model package, or give another folder',
      cause,
    })
  }
}
