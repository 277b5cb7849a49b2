import { InferenceSession } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import { checkExternalData } from './external-data.ts'

let threads = 1

/** How many threads the sessions of this worker may use; set once, before the first is made. */
export function useThreads(count: number): void {
  threads = count
}

/**
 * A session with as many threads as the pool's plan allows (default one):
 * parallelism comes from workers, and the plan counts cores that way.
 *
 * @throws InferenceError (`model-damaged`) for a file that ONNX Runtime can't load, or whose weights are in files
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
    throw new InferenceError('model-damaged', `${file} can't be loaded as an ONNX model: ${String(cause)}`, {
      path: file,
      remedy: 'Restore the file from the model package, or use another folder',
      cause,
    })
  }
}

/** A task's requirements on a model: the required inputs, and others that it can fill. */
export interface InputNeeds {
  readonly task: string
  readonly required: readonly string[]
  readonly known?: readonly string[]
  readonly outputs?: readonly string[]
}

/** @throws InferenceError (`model-unsupported`) naming the inputs or outputs that do not fit the task. */
export function checkNames(session: InferenceSession, file: string, needs: InputNeeds): void {
  const { task, required, known = [], outputs = [] } = needs
  const strange = session.inputNames.filter((name) => !required.includes(name) && !known.includes(name))
  const missing = required.filter((name) => !session.inputNames.includes(name))
  if (strange.length > 0 || missing.length > 0) {
    throw new InferenceError(
      'model-unsupported',
      `${file} takes ${session.inputNames.join(', ')}, so it is not a model for ${task}`,
      {
        path: `${file}#inputs`,
        value: session.inputNames,
        remedy: `Use an ONNX model whose inputs are ${[...required, ...known.map((name) => `${name} (optional)`)].join(', ')}`,
      },
    )
  }
  const absent = outputs.filter((name) => !session.outputNames.includes(name))
  if (absent.length === 0) return
  throw new InferenceError(
    'model-unsupported',
    `${file} returns ${session.outputNames.join(', ')}, but not ${absent.join(', ')}: it is not a model for ${task}`,
    {
      path: `${file}#outputs`,
      value: session.outputNames,
      remedy: `Use an ONNX model whose outputs are ${outputs.join(', ')}`,
    },
  )
}
