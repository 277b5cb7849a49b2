import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { createInference } from '../../src/inference/index.ts'
import { embeddings } from '../../src/inference/tasks/embeddings.ts'
import { questionAnswering } from '../../src/inference/tasks/question-answering.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'

const engine = createInference({ kernel: platformKernel(), workers: 1 })
afterAll(() => engine.stop())

const words = fc.constantFrom(
  ...'the kettle of Oslo boils 1.7 litres in four minutes; why? Ünal, 山 and x²'.split(' '),
)
const text = fc.array(words, { minLength: 1, maxLength: 90 }).map((some) => some.join(' '))
const SEED = { seed: 55, numRuns: 12 }

test.for([
  ['all-minilm-l6-v2', undefined],
  ['e5-small-v2', 'passage'],
] as const)(
  '[G55] a text has the same vector of %s alone and in any batch',
  {
    timeout: 120_000,
  },
  async ([model, prefix]) => {
    const task = embeddings(model, prefix === undefined ? {} : { prefix })
    const property = fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 12 }), async (texts) => {
      const together = await engine.run(task, texts)
      for (const [i, one] of texts.entries()) {
        const [alone] = await engine.run(task, [one])
        expect(alone).toEqual(together[i])
      }
    })
    await fc.assert(property, SEED)
  },
)

test('[G55] a question has the same answer alone and in any batch', { timeout: 120_000 }, async () => {
  const task = questionAnswering('e5-squad-reader')
  const row = fc.record({ question: text, context: text })
  const property = fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 8 }), async (rows) => {
    const together = await engine.run(task, rows)
    for (const [i, one] of rows.entries()) {
      const [alone] = await engine.run(task, [one])
      expect(alone).toEqual(together[i])
    }
  })
  await fc.assert(property, SEED)
})
