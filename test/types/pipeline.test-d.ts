import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { reciprocalRank } from '../../src/merge/reciprocal-rank.ts'
import { weightedVote } from '../../src/merge/weighted-vote.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import type { ModelTask } from '../../src/ports/inference.ts'

const Question = z.object({ text: z.string() })
const Answer = z.object({ text: z.string(), confidence: z.number() })
declare const minilm: ModelTask<string, Float32Array>

const ReaderA = defineProcessor({
  name: 'a',
  input: Question,
  output: Answer,
  params: { threshold: 0.2 },
  models: { minilm },
  async process(x, ctx) {
    const vector = await ctx.infer('minilm', x.text)
    expectTypeOf(vector).toEqualTypeOf<Float32Array>()
    expectTypeOf(ctx.params.threshold).toEqualTypeOf<number>()
    return { text: x.text, confidence: vector[0] ?? ctx.params.threshold }
  },
})
const ReaderB = defineProcessor({
  name: 'b',
  input: Question,
  output: Answer,
  process: (x) => ({ text: x.text, confidence: 1 }),
})

test('a chain infers its input and output', () => {
  const p = pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { weights: { a: 0.7, b: 0.3 } })
    .merge(weightedVote(), { quorum: 1, onMissing: 'partial' })
    .map((vote, { input }) => ({ q: input.text, a: vote.winner.text }))
  expectTypeOf(p).toExtend<Pipeline<{ text: string }, { q: string; a: string }>>()
})

test('without a quorum every part is there', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB })
    .merge((parts, { weights }) => parts.a.confidence * weights.a)
})

test('a ranked fan-out fuses to ranked items', () => {
  const Lister = defineProcessor({
    name: 'l',
    input: Question,
    output: z.array(z.string()),
    process: () => ['x'],
  })
  const fused = pipeline('r', Question).fan({ one: Lister, two: Lister }).merge(reciprocalRank())
  expectTypeOf(fused.map((ranked) => ranked.map((r) => r.item))).toExtend<
    Pipeline<{ text: string }, string[]>
  >()
})

test('mistakes do not compile', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB })
    // @ts-expect-error a quorum makes parts optional
    .merge((parts) => parts.a.confidence, { quorum: 1 })
  // @ts-expect-error z is not a branch
  pipeline('qa', Question).fan({ a: ReaderA, b: ReaderB }, { weights: { a: 1, z: 1 } })
  const Keyed = defineProcessor({
    name: 'k',
    input: z.object({ k: z.number() }),
    output: Answer,
    process: () => ({ text: '', confidence: 1 }),
  })
  // @ts-expect-error an Answer is not what Keyed takes
  pipeline('qa', Answer).to(Keyed)
  defineProcessor({
    name: 'wrong',
    input: Question,
    output: Answer,
    // @ts-expect-error the output lacks its confidence
    process: (x) => ({ text: x.text }),
  })
  defineProcessor({
    name: 'wrong',
    input: Question,
    output: Answer,
    models: { minilm },
    // @ts-expect-error there is no such model
    process: async (x, ctx) => ({ text: x.text, confidence: (await ctx.infer('maxilm', x.text))[0] ?? 0 }),
  })
})
