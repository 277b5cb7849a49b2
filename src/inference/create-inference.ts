import { InferenceEngine } from './engine.ts'
import type { InferenceOptions } from './engine-options.ts'

/**
 * The model engine of a real process: Piscina workers that own ONNX sessions, rows batched over all callers.
 * Piscina and ONNX Runtime load with the first row.
 *
 * @throws InvalidArgumentError (`invalid-argument`) when more workers are asked for than there are cores.
 */
export function createInference(options: InferenceOptions = {}): InferenceEngine {
  return new InferenceEngine(options)
}
