import { InferenceSession } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'

/**
 * A session of one thread: parallelism comes from workers, and the planner counts cores by it.
 *
 * @throws InferenceError (`model-damaged`) for a file that ONNX Runtime does not load.
 */
export async function loadSession(file: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: 1,
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
