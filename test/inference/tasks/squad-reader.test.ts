import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { questionAnswering, reranking } from '../../../src/inference/index.ts'
import { inRepository } from './model-folders.ts'

const READER = inRepository('models/e5-squad-reader')
const absent = !existsSync(`${READER}/model.onnx`)
let engine: InferenceEngine

beforeAll(() => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
})
afterAll(() => engine.stop())

const kettle = `The K-12 kettle holds 1.7 litres and boils them in four minutes. Its warranty runs for three years from the day
of purchase. Limescale is removed with vinegar. The kettle was designed by Maria Öberg in Malmö.`

test.skipIf(absent)(
  'the trained reader answers from the text, by place (the model is in models/)',
  async () => {
    const questions = [
      'Who designed the kettle?',
      'How long does the warranty run?',
      'What removes limescale?',
    ]
    const rows = questions.map((question) => ({ question, context: kettle }))
    const found = await engine.run(questionAnswering(READER), rows)
    expect(found.map(({ answer }) => answer)).toEqual([
      expect.stringContaining('Maria Öberg'),
      expect.stringContaining('three years'),
      expect.stringContaining('vinegar'),
    ])
    for (const { spans } of found) {
      for (const { text, start, end } of spans) expect(kettle.slice(start, end)).toBe(text)
    }
  },
)

test.skipIf(absent)(
  'the trained reader ranks the passage that answers first (the model is in models/)',
  async () => {
    const query = 'Who designed the kettle?'
    const passages = [
      'Tea is drunk in many countries.',
      kettle,
      'The toaster has two slots and a tray for crumbs.',
    ]
    const scores = await engine.run(
      reranking(READER),
      passages.map((passage) => ({ query, passage })),
    )
    expect(scores.indexOf(Math.max(...scores))).toBe(1)
  },
)
