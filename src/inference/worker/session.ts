import { InferenceSession } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import { checkExternalData } from './external-data.ts'

let threads = 1

/** How many threads the sessions of this worker may use; said once, before the first is made. */
export function useThreads(count: number): void {
  threads = count
}

/**
 * A session of as many threads as the pool's plan gives (one by default):
 * parallelism comes from workers, and the plan counts cores by it.
 *
 * @throws InferenceError (`model-damaged`) for a file that ONNX Runtime does not load, or whose weights stand in files
 * outside its folder.
 */
export async function loadSession(file: string): Promise<InferenceSession> {
  await checkExternalData(file)
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // ONNX Runtime never drops the plan of buffers of a shape, and our shapes vary with every batch: memory grew with
      // them.
      enableMemPattern: false,
    })
  } catch (cause) {
    throw new InferenceError('model-damaged', `${file} is not an ONNX model that loads: ${String(cause)}`, {
      path: file,
      remedy: 'Restore the file from the model package, or give another folder',
      cause,
    })
  }
}

/** What a task needs of a model: inputs that must be there, and others that it knows how to fill. */
export interface InputNeeds {
  readonly task: string
  readonly required: readonly string[]
  readonly known?: readonly string[]
  readonly outputs?: readonly string[]
}

/** @throws InferenceError (`model-unsupported`) that names the inputs or outputs which don't fit the task. */
export function checkNames(session: InferenceSession, file: string, needs: InputNeeds): void {
  const { task, required, known = [], outputs = [] } = needs
  const strange = session.inputNames.filter((name) => !required.includes(name) && !known.includes(name))
  const missing = required.filter((name) => !session.inputNames.includes(name))
  if (strange.length > 0 || missing.length > 0) {
    throw new InferenceError(
      'model-unsupported',
      `${file} takes ${session.inputNames.join(', ')}, which is not a model for ${task}`,
      {
        path: `${file}#inputs`,
        value: session.inputNames,
        remedy: `Give an ONNX model whose inputs are ${[...required, ...known.map((name) => `${name} (optional)`)].join(', ')}`,
      },
    )
  }
  const absent = outputs.filter((name) => !session.outputNames.includes(name))
  if (absent.length === 0) return
  throw new InferenceError(
    'model-unsupported',
    `${file} puts out ${session.outputNames.join(', ')}, and no ${absent.join(', ')}: it is not a model for ${task}`,
    {
      path: `${file}#outputs`,
      value: session.outputNames,
      remedy: `Give an ONNX model whose outputs are ${outputs.join(', ')}`,
    },
  )
}
