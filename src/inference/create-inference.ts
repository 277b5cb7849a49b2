import { InferenceEngine } from './engine.ts'
import type { InferenceOptions } from './engine-options.ts'

/**
 * The inference engine of a real process: Piscina workers own the ONNX sessions, and batches take rows of all callers.
 * Piscina and ONNX Runtime load with the first row.
 *
 * @throws InvalidArgumentError (`invalid-argument`) when there are fewer cores than workers.
 */
export function createInference(options: InferenceOptions = {}): InferenceEngine {
  return new InferenceEngine(options)
}
