import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../src/index.ts'
import { custom, embeddings, questionAnswering, tensors } from '../../src/inference/index.ts'
import { inRepository, ModelFolders } from './tasks/model-folders.ts'

const folders = new ModelFolders()
const kernel = platformKernel()
let threads: InferenceEngine
let processes: InferenceEngine

beforeAll(() => {
  threads = createInference({ kernel, workers: 1 })
  processes = createInference({ kernel, workers: 1, isolation: 'process' })
})
afterAll(async () => {
  await Promise.all([threads.stop(), processes.stop()])
  await folders.remove()
})

test('a process gives what a thread gives: embeddings, answers, tensors large and small, and tasks of your own', async () => {
  const minilm = embeddings('all-minilm-l6-v2')
  const reader = questionAnswering('e5-squad-reader')
  const question = { question: 'Who sleeps?', context: 'The dog barks while the cat sleeps on the mat.' }
  const affine = tensors(await folders.tensor('affine'))
  const large = new Float32Array(3 * 20_000).map((_, i) => i % 31)
  const double = custom<number, { value: number }>(
    inRepository('test/inference/fixtures/modules/double.mjs'),
    {
      model: await folders.tensor('fixed'),
    },
  )
  const ask = (engine: InferenceEngine) =>
    Promise.all([
      engine.run(minilm, ['a text', 'another, longer text']),
      engine.run(reader, [question]),
      engine.run(affine, [large, Float32Array.of(1, 2, 3)]),
      engine.run(double, [21]),
    ])
  const [expected, answers] = await Promise.all([ask(threads), ask(processes)])
  expect(answers[0].map((vector) => vector.length)).toEqual([384, 384])
  expect(answers).toEqual(expected)
})
