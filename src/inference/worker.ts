/**
 * The inside of a Piscina worker. It owns the ONNX sessions: this thread blocks while one runs, the main thread never.
 * Errors come back as data, so that a rejected Piscina task means one thing only: the worker died.
 */
import { move } from 'piscina'
import { platformKernel } from '../kernel/platform-kernel.ts'
import type { BatchRequest, BatchResponse } from './batch.ts'
import { EmbeddingModel } from './embedding-model.ts'
import { InferenceError, recordOf } from './errors.ts'

const { clock } = platformKernel()
const models = new Map<string, Promise<EmbeddingModel>>()

export default async function runBatch(request: BatchRequest): Promise<BatchResponse> {
  try {
    if (request.kind === 'exit') return process.exit(1)
    const model = await modelOf(request)
    const started = clock.monotonic()
    const { values, width } = await model.run(request.rows, request.options)
    const response: BatchResponse = { ok: true, values, width, computeMs: clock.monotonic() - started }
    return move({
      get [Symbol.for('Piscina.transferable')]() {
        return [values.buffer as ArrayBuffer]
      },
      get [Symbol.for('Piscina.valueOf')]() {
        return response
      },
    } as never) as unknown as BatchResponse
  } catch (error) {
    return { ok: false, error: recordOf(error) }
  }
}

function modelOf(request: BatchRequest): Promise<EmbeddingModel> {
  if (request.kind !== 'embeddings') {
    throw new InferenceError('model-unsupported', `there is no task '${request.kind}'`, {
      path: 'task.kind',
      value: request.kind,
      remedy: "Use embeddings('all-minilm-l6-v2')",
    })
  }
  const key = `${request.model.folder}#${request.model.sha256}`
  let model = models.get(key)
  if (model === undefined) {
    model = EmbeddingModel.load(request.model)
    models.set(key, model)
    model.catch(() => models.delete(key))
  }
  return model
}
