import { afterAll, expect, test } from 'vitest'
import { loadEmbedder } from '../../../actors/question-answering/team-models.ts'
import { createInference, InferenceError } from '../../../src/inference/index.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import type { InferencePort } from '../../../src/ports/inference.ts'

const engine = createInference({ kernel: platformKernel(), workers: 1 })
afterAll(() => engine.stop())

/** The engine as it is where some model packages are not installed. */
function without(...models: readonly string[]): InferencePort {
  const absent = (model: string) =>
    new InferenceError('model-not-found', `there is no model ${model}`, {
      path: 'model',
      value: model,
      remedy: `Install ganglion-model-${model}`,
    })
  return {
    run: (task, rows, call) => engine.run(task, rows, call),
    warm: (task, options) =>
      models.includes(task.model) ? Promise.reject(absent(task.model)) : engine.warm(task, options),
    stop: () => engine.stop(),
  }
}

test('the embedder is e5-small-v2, or all-minilm-l6-v2 where only that is installed', async () => {
  expect((await loadEmbedder(engine, undefined)).info.model).toBe('e5-small-v2')
  const { embedding, info } = await loadEmbedder(without('e5-small-v2'), undefined)
  expect(info.model).toBe('all-minilm-l6-v2')
  const [vector] = await engine.run(embedding.query, ['How long is the warranty?'])
  expect(vector).toHaveLength(384)
})

test('where no embedder is installed the error names the default; one that is named has no stand-in', async () => {
  const none = without('e5-small-v2', 'all-minilm-l6-v2')
  await expect(loadEmbedder(none, undefined)).rejects.toMatchObject({
    code: 'model-not-found',
    value: 'e5-small-v2',
  })
  await expect(loadEmbedder(without('e5-small-v2'), 'e5-small-v2')).rejects.toMatchObject({
    code: 'model-not-found',
  })
})
