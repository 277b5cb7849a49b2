import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import {
  embeddings,
  questionAnswering,
  reranking,
  textClassification,
  tokenClassification,
} from '../../../src/inference/index.ts'
import { FIXTURES, ModelFolders } from './model-folders.ts'

const folders = new ModelFolders()
let engine: InferenceEngine
let reader: string
let readerWithNone: string
let overlap: string

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  ;[reader, readerWithNone, overlap] = (await Promise.all(
    ['reader', 'reader-none', 'overlap'].map((name) => folders.text(name)),
  )) as [string, string, string]
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

const HARD = ['\u0000\u0007\u001b[31m', '\ud800 half \udc00', '\u202e\u00ad\ufeff', '👩‍🚀'.repeat(40)]
const HUGE = 'a kettle and a whale '.repeat(500_000)

describe('embeddings', () => {
  test('pooling: mean, [CLS], or the vectors of all tokens; their mean is the mean', async () => {
    const model = 'all-minilm-l6-v2'
    const text = 'A cat sits on the mat.'
    const [[mean], [cls], [all]] = (await Promise.all([
      engine.run(embeddings(model, { normalize: false }), [text]),
      engine.run(embeddings(model, { normalize: false, pooling: 'cls' }), [text]),
      engine.run(embeddings(model, { normalize: false, pooling: 'none' }), [text]),
    ])) as [[Float32Array], [Float32Array], [Float32Array]]
    expect(all).toHaveLength(9 * 384)
    expect(all.slice(0, 384)).toEqual(cls)
    const own = mean.map(
      (_, i) => Array.from({ length: 9 }, (_, t) => all[t * 384 + i] as number).reduce((a, b) => a + b) / 9,
    )
    own.forEach((value, i) => {
      expect(mean[i]).toBeCloseTo(value, 4)
    })
    const [unit] = await engine.run(embeddings(model, { pooling: 'none' }), [text])
    expect(Math.hypot(...(unit as Float32Array).slice(384, 768))).toBeCloseTo(1, 4)
  })

  test('a prefix of the card goes before each text; a card without prefixes ignores it', async () => {
    const text = 'How long is the warranty?'
    const plain = embeddings('e5-small-v2')
    const query = embeddings('e5-small-v2', { prefix: 'query' })
    expect(await engine.run(query, [text])).toEqual(await engine.run(plain, [`query: ${text}`]))
    expect(await engine.run(query, [text])).not.toEqual(
      await engine.run(embeddings('e5-small-v2', { prefix: 'passage' }), [text]),
    )
    const minilm = embeddings('all-minilm-l6-v2', { prefix: 'query' })
    expect(await engine.run(minilm, [text])).toEqual(await engine.run(embeddings('all-minilm-l6-v2'), [text]))
    await expect(engine.run(embeddings('e5-small-v2', { prefix: 'document' }), [text])).rejects.toMatchObject(
      { code: 'bad-input', path: 'options.prefix' },
    )
  })

  test('empty, hard and huge texts have vectors; what is no text is named', async () => {
    const vectors = await engine.run(embeddings('all-minilm-l6-v2'), ['', ...HARD, HUGE])
    for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true)
    await expect(
      engine.run(embeddings('all-minilm-l6-v2'), [null as unknown as string]),
    ).rejects.toMatchObject({
      code: 'bad-input',
      path: 'rows[0]',
    })
  })

  test('a model that reads no texts is refused by the names of its inputs', async () => {
    const folder = await folders.make(`${FIXTURES}/affine.onnx`, {
      'tokenizer.json': `${FIXTURES}/clinc-domains/tokenizer.json`,
    })
    await expect(engine.run(embeddings(folder), ['x'])).rejects.toMatchObject({
      code: 'model-unsupported',
      path: `${folder}/model.onnx#inputs`,
    })
  })
})

describe('text classification', () => {
  const domains = `${FIXTURES}/clinc-domains`

  test('a small real model tells domains of requests apart; labels come from its card', async () => {
    const rows = await engine.run(textClassification(domains, { topK: 2 }), [
      'transfer one hundred dollars from my savings to my checking account',
      'is my flight to paris on time, and what about my luggage',
      'how many calories are in this recipe with rice',
    ])
    expect(rows.map((row) => row[0]?.label)).toEqual(['banking', 'travel', 'kitchen_and_dining'])
    for (const row of rows) {
      expect(row).toHaveLength(2)
      expect(row[0]?.score).toBeGreaterThan(row[1]?.score as number)
    }
  })

  test('softmax adds up to 1; with multiLabel each class is a yes or no of its own, in the same order', async () => {
    const text = 'what is the weather'
    const [[one], [each]] = (await Promise.all([
      engine.run(textClassification(domains), [text]),
      engine.run(textClassification(domains, { multiLabel: true }), [text]),
    ])) as [[{ label: string; score: number }[]], [{ label: string; score: number }[]]]
    expect(one.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5)
    expect(each.map(({ label }) => label)).toEqual(one.map(({ label }) => label))
    expect(each.reduce((sum, { score }) => sum + score, 0)).not.toBeCloseTo(1, 2)
  })

  test('labels of the task go before those of the card, and must be as many as there are classes', async () => {
    const labels = Array.from({ length: 10 }, (_, i) => `class ${i}`)
    const [row] = await engine.run(textClassification(domains, { labels }), ['my bank account'])
    expect(labels).toContain(row?.[0]?.label)
    await expect(
      engine.run(textClassification(domains, { labels: ['a', 'b'] }), ['x']),
    ).rejects.toMatchObject({
      code: 'model-unsupported',
      path: 'labels',
    })
  })

  test('empty, hard and huge texts have classes', async () => {
    const rows = await engine.run(textClassification(domains), ['', ...HARD, HUGE])
    for (const row of rows) expect(row.every(({ score }) => score >= 0 && score <= 1)).toBe(true)
  })

  test('a model of another shape is refused by its output', async () => {
    await expect(engine.run(textClassification('all-minilm-l6-v2'), ['x'])).rejects.toMatchObject({
      code: 'model-unsupported',
      path: expect.stringContaining('#outputs.last_hidden_state'),
    })
  })
})

describe('token classification', () => {
  const entities = tokenClassification(`${FIXTURES}/sentfin-entities`)

  test('a small real model finds companies in headlines, with their places in the text', async () => {
    const headlines = ['Shares of Wipro and Tech Mahindra fall', 'Infosys Q2 net profit rises 12%']
    const found = await engine.run(entities, headlines)
    expect(found.map((row) => row.map(({ text }) => text))).toEqual([['Wipro', 'Tech Mahindra'], ['Infosys']])
    found.forEach((row, i) => {
      for (const { text, start, end, score, label } of row) {
        expect(headlines[i]?.slice(start, end)).toBe(text)
        expect(score).toBeGreaterThan(0.3)
        expect(label).toBe('ENTITY')
      }
    })
  })

  test('without aggregation every word comes with its label', async () => {
    const task = tokenClassification(`${FIXTURES}/sentfin-entities`, { aggregate: false })
    const [words] = await engine.run(task, ['Shares of Tech Mahindra fall'])
    expect(words?.map(({ text }) => text)).toEqual(['Shares', 'of', 'Tech', 'Mahindra', 'fall'])
    expect(words?.map(({ label }) => label).at(2)).toBe('B-ENTITY')
    expect(words?.map(({ label }) => label).at(-1)).toBe('O')
  })

  test('a text longer than a window is read to its end', async () => {
    const text = `${'Shares were flat on Monday. '.repeat(40)}Shares of Tech Mahindra fall`
    const [found] = await engine.run(entities, [text])
    expect(found?.map(({ text }) => text)).toContain('Tech Mahindra')
    expect(found?.at(-1)?.start).toBeGreaterThan(40 * 28)
  })

  test('an empty text has no entities, hard ones are read, a huge one is refused', async () => {
    const rows = await engine.run(entities, ['', ...HARD])
    expect(rows[0]).toEqual([])
    await expect(engine.run(entities, [HUGE])).rejects.toMatchObject({ code: 'bad-input', path: 'rows[0]' })
  })
})

describe('question answering', () => {
  const context = 'Far out, “the Blue and the grey Whale” sing. Blue ink is no whale.'
  const question = 'what sings?'

  test('gives the best spans by their places in the context, and probabilities', async () => {
    const [found] = await engine.run(questionAnswering(reader, { nBest: 3, maxAnswerTokens: 6 }), [
      { question, context },
    ])
    expect(found?.answer).toBe('Blue and the grey Whale')
    expect(found?.spans).toHaveLength(3)
    for (const { text, start, end } of found?.spans ?? []) expect(context.slice(start, end)).toBe(text)
    // Start and end logits 9 + 9 twice ('Blue ink is no whale' too), grey 6 + 9; [CLS] 3 + 3 against 18.
    const [first, second, third] = (found?.spans ?? []).map(({ score }) => score) as [number, number, number]
    expect(second).toBeCloseTo(first, 9)
    expect(third / first).toBeCloseTo(Math.exp(-3), 5)
    expect(found?.noAnswer).toBeCloseTo(1 / (1 + Math.exp(12)), 9)
  })

  test('answers are no longer than allowed', async () => {
    const [found] = await engine.run(questionAnswering(reader, { maxAnswerTokens: 2 }), [
      { question, context },
    ])
    expect(found?.answer).toBe('grey Whale')
  })

  test('all probabilities of spans and of no answer add up to 1', async () => {
    const task = questionAnswering(reader, { nBest: 10_000 })
    const [found] = await engine.run(task, [{ question, context }])
    const sum = (found?.spans ?? []).reduce((total, { score }) => total + score, found?.noAnswer ?? 0)
    expect(sum).toBeCloseTo(1, 5)
  })

  test('with a learned no-answer output that decides, and the answer is null where it says so', async () => {
    const task = questionAnswering(readerWithNone)
    const [yes, no] = await engine.run(task, [
      { question, context },
      { question, context: 'only a whale' },
    ])
    expect(yes?.noAnswer).toBeCloseTo(1 / (1 + Math.exp(6)), 6)
    expect(yes?.answer).toContain('Blue')
    expect(no?.noAnswer).toBeCloseTo(1 / (1 + Math.exp(-4)), 6)
    expect(no).toMatchObject({ answer: null, spans: [{ text: 'only a whale' }, {}, {}, {}, {}] })
  })

  test('a long context is read in windows: an answer at its end, and one on the edge of two windows', async () => {
    const task = questionAnswering(reader, { maxTokens: 32, stride: 12 })
    for (const lead of [0, 10, 19, 20, 21, 22, 23, 24, 25, 26, 27, 100, 300]) {
      const long = `${'word '.repeat(lead)}Blue old whale${' end'.repeat(lead % 7)}`
      const [found] = await engine.run(task, [{ question, context: long }])
      expect(found?.answer).toBe('Blue old whale')
      expect(found?.spans[0]?.start).toBe(lead * 5)
    }
  })

  test('rows of many lengths share a batch and do not mix', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      question,
      context: `${'far '.repeat(i * 9)}blue whale ${i}`,
    }))
    const together = await engine.run(questionAnswering(reader, { maxTokens: 40, stride: 10 }), rows)
    together.forEach((found, i) => {
      expect(found.answer).toBe('blue whale')
      expect(found.spans[0]?.start).toBe(i * 36)
    })
  })

  test('a context without words has no answer; a question without words is refused alone', async () => {
    const task = questionAnswering(reader)
    const [none] = await engine.run(task, [{ question, context: ' \u0000 ' }])
    expect(none).toEqual({ answer: null, spans: [], noAnswer: 1 })
    const good = engine.run(task, [{ question, context }])
    await expect(engine.run(task, [{ question: '', context }])).rejects.toMatchObject({
      code: 'bad-input',
      path: 'rows[0].question',
    })
    expect((await good)[0]?.answer).toContain('Blue')
  })

  test('hard texts keep their places; huge and missing ones are named', async () => {
    const task = questionAnswering(reader)
    const rows = await engine.run(
      task,
      HARD.map((hard) => ({ question: `who${hard}?`, context: `${hard} blue ${hard} whale ${hard}` })),
    )
    rows.forEach((found, i) => {
      expect(found.answer).toBe(`blue ${HARD[i]} whale`)
    })
    await expect(engine.run(task, [{ question, context: HUGE }])).rejects.toMatchObject({
      code: 'bad-input',
      path: 'rows[0].context',
    })
    await expect(engine.run(task, ['x' as never])).rejects.toMatchObject({
      code: 'bad-input',
      path: 'rows[0]',
    })
    await expect(engine.run(task, [{ question } as never])).rejects.toMatchObject({ path: 'rows[0].context' })
  })

  test('a model without start and end logits is refused', async () => {
    await expect(engine.run(questionAnswering(overlap), [{ question, context }])).rejects.toMatchObject({
      code: 'model-unsupported',
      path: `${overlap}/model.onnx#outputs`,
    })
  })
})

describe('reranking', () => {
  const query = 'blue whale'
  const passages = ['a teapot', 'the whale', 'a blue, blue whale']

  test('a cross-encoder scores each pair; sigmoid keeps the order', async () => {
    const rows = passages.map((passage) => ({ query, passage }))
    expect(await engine.run(reranking(overlap), rows)).toEqual([0, 1, 3])
    const scores = await engine.run(reranking(overlap, { activation: 'sigmoid' }), rows)
    expect(scores).toEqual([0, 1, 3].map((logit) => 1 / (1 + Math.exp(-logit))))
  })

  test('a reader ranks by its best answer against having none', async () => {
    const rows = passages.map((passage) => ({ query, passage }))
    // Without a no-answer output [CLS] stands for it: 3 + 3. With one it is 4, less 10 where there is blue.
    expect(await engine.run(reranking(reader), rows)).toEqual([-6, 3, 12])
    expect(await engine.run(reranking(readerWithNone), rows)).toEqual([-4, 5, 24])
  })

  test('a passage counts as its best window, and one without words comes last', async () => {
    const task = reranking(overlap, { maxTokens: 24, stride: 4 })
    const long = `${'teapot '.repeat(200)} whale`
    expect(
      await engine.run(task, [
        { query, passage: long },
        { query, passage: '' },
      ]),
    ).toEqual([1, Number.NEGATIVE_INFINITY])
    await expect(engine.run(task, [{ query: ' ', passage: 'x' }])).rejects.toMatchObject({
      code: 'bad-input',
      path: 'rows[0].query',
    })
    await expect(engine.run(task, [{ query, passage: HUGE }])).rejects.toMatchObject({
      path: 'rows[0].passage',
    })
  })
})
