import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { reciprocalRank } from '../../src/merge/reciprocal-rank.ts'
import { weightedVote } from '../../src/merge/weighted-vote.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import type { ModelTask } from '../../src/ports/inference.ts'
import { canary } from '../../src/routing/policies/canary.ts'
import { conditional } from '../../src/routing/policies/conditional.ts'
import { all, topK } from '../../src/routing/policies/weighted.ts'

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

const Long = defineProcessor({ name: 'long', input: Answer, output: z.string(), process: (x) => x.text })
const Count = defineProcessor({ name: 'count', input: Answer, output: z.number(), process: () => 1 })
const Better = defineProcessor({
  name: 'better',
  input: Answer,
  output: z.object({ text: z.string(), confidence: z.number(), checked: z.boolean() }),
  process: (x) => ({ ...x, checked: true }),
})
const start = pipeline('qa', Question).to(ReaderA)

test('the output of a branch is that of its paths', () => {
  const p = start.branch((a) => (a.confidence > 0.5 ? 'long' : 'count'), { long: Long, count: Count })
  expectTypeOf(p).toExtend<Pipeline<{ text: string }, string | number>>()
  p.map((x) => expectTypeOf(x).toEqualTypeOf<string | number>())
  start.branch((a) => a.confidence > 0.5, { true: Long, false: Count })
  start.branch((a) => a.confidence > 0.5, { true: Long, otherwise: Count })
  start.branch((a) => a.text, { greeting: Long, otherwise: Count })
  start.branch((_a, { input }) => (input.text === '' ? 'long' : 'count'), { long: Long, count: Count })
})

test('a loop continues with what its body emits', () => {
  const p = start.loop(Better, { until: (a) => a.checked && a.confidence > 0.5, max: 3 })
  expectTypeOf(p).toExtend<Pipeline<{ text: string }, { checked: boolean }>>()
  const w = start.loop(Better, {
    while: (a, { turn, input }) => a.confidence < turn + input.text.length,
    max: 3,
  })
  w.map((a) => expectTypeOf(a).toEqualTypeOf<{ text: string; confidence: number }>())
})

test('pipelines are stages: in a row, in a fan-out, as a way and as a body', () => {
  const sub = pipeline('sub', Answer).to(Long)
  expectTypeOf(start.to(sub)).toExtend<Pipeline<{ text: string }, string>>()
  start.fan({ sub, count: Count }).merge(({ sub: text, count }) => {
    expectTypeOf(text).toEqualTypeOf<string>()
    expectTypeOf(count).toEqualTypeOf<number>()
  })
  start.branch(() => 'sub' as const, { sub }).map((x) => expectTypeOf(x).toEqualTypeOf<string>())
  start.loop(pipeline('again', Answer).to(Better), { until: (a) => a.checked, max: 2 })
})

test('a tap sees a value that it can not write to', () => {
  start.tap((a, { input }) => {
    expectTypeOf(input.text).toEqualTypeOf<string>()
    // @ts-expect-error the observed value is read only
    a.text = ''
  })
})

test('a route that does not go to all makes parts possibly missing', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { route: topK(1) })
    // @ts-expect-error a route may leave a part out
    .merge((parts) => parts.a.confidence)
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { route: topK(1) })
    .merge((parts) => parts.a?.confidence ?? parts.b?.confidence ?? 0)
})

test('a route may name branches of its fan alone', () => {
  const p = pipeline('qa', Question)
  p.fan({ a: ReaderA, b: ReaderB }, { route: canary({ stable: 'a', canary: 'b', share: 0.1 }) })
  // @ts-expect-error there is no branch c
  p.fan({ a: ReaderA, b: ReaderB }, { route: canary({ stable: 'a', canary: 'c', share: 0.1 }) })
})

test('a default stands for a part', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB })
    .merge((parts) => parts.a.confidence + (parts.b?.confidence ?? 0), {
      onMissing: { default: { a: { text: '', confidence: 0 } } },
    })
})

test('steps that can not follow one another do not compile', () => {
  // @ts-expect-error a string is not what Count takes
  start.to(Long).to(Count)
  // @ts-expect-error the sub-pipeline takes a question
  start.to(Long).to(pipeline('sub', Question).to(ReaderA))
  // @ts-expect-error ReaderA takes a question, and its text is not there
  start.to(Count).fan({ a: ReaderA })
  // @ts-expect-error there is no way 'short'
  start.branch(() => 'short' as const, { long: Long, count: Count })
  // @ts-expect-error a text of any kind needs an otherwise
  start.branch((a) => a.text, { long: Long, count: Count })
  // @ts-expect-error there is no way for false
  start.branch((a) => a.confidence > 1, { true: Long, count: Count })
  // @ts-expect-error a way that takes something else
  start.branch(() => 'long' as const, { long: Long, other: pipeline('s', z.number()).map((n) => n) })
  // @ts-expect-error a loop needs a bound
  start.loop(Better, { until: () => true })
  // @ts-expect-error what comes out of Long can not go into it again
  start.loop(Long, { until: () => true, max: 2 })
  // @ts-expect-error z is not a branch
  start.fan({ long: Long }, { policies: { z: { timeout: 5 } } })
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB })
    // @ts-expect-error a partial join makes parts optional
    .merge((parts) => parts.b.confidence, { onMissing: 'partial' })
})

test('a route to all branches leaves no part out', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { route: all() })
    .merge((parts) => parts.a.confidence + parts.b.confidence)
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { route: topK(1) })
    // @ts-expect-error one of the two has no part
    .merge((parts) => parts.a.confidence)
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { route: all() })
    // @ts-expect-error a quorum makes parts optional, whatever the route
    .merge((parts) => parts.a.confidence, { quorum: 1 })
})

test('a branch that the load may cost has no part for sure; the others have', () => {
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { optional: { b: 'under-load' } })
    .merge((parts) => parts.a.confidence + (parts.b?.confidence ?? 0))
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { optional: { b: { worth: 2 } }, route: all() })
    // @ts-expect-error b may be left out
    .merge((parts) => parts.b.confidence)
  pipeline('qa', Question)
    .fan({ a: ReaderA, b: ReaderB }, { optional: { b: 'under-load' }, route: topK(1) })
    // @ts-expect-error the route may leave a out
    .merge((parts) => parts.a.confidence)
})

test('conditions are written where the fan is, and take what its branches take', () => {
  pipeline('qa', Question)
    .fan(
      { a: ReaderA, b: ReaderB },
      { route: conditional({ a: (q) => q.text.length < 20 }, { otherwise: 'b' }) },
    )
    // @ts-expect-error a condition may leave either out
    .merge((parts) => parts.a.confidence)
  pipeline('qa', Question).fan(
    { a: ReaderA, b: ReaderB },
    { route: conditional({ a: (q: { text: string }) => q.text === '' }, { otherwise: 'b', match: 'every' }) },
  )
  pipeline('qa', Question).fan(
    { a: ReaderA, b: ReaderB },
    { route: conditional({ a: (q) => q.text === '', b: (q) => q.text !== '' }) },
  )
  // Where a message goes for which no condition holds need not have its own condition, and may.
  conditional({ a: (q: string) => q === '', b: () => true }, { otherwise: 'b' })
  pipeline('qa', Question).fan(
    { a: ReaderA, b: ReaderB },
    // @ts-expect-error z is not a branch
    { route: conditional({ a: (q: { text: string }) => q.text === '' }, { otherwise: 'z' }) },
  )
  pipeline('qa', Question).fan(
    { a: ReaderA, b: ReaderB },
    // @ts-expect-error z is not a branch
    { route: conditional({ z: (q: { text: string }) => q.text === '' }) },
  )
})

const Loose = z.object({ text: z.string().transform((text) => text.length), lines: z.number().default(1) })
const Told = defineProcessor({
  name: 'told',
  input: z.object({ text: z.number(), lines: z.number() }),
  output: z.object({ text: z.number().transform(String), lines: z.number().default(1) }),
  process: ({ text }) => ({ text }),
})

test('functions see what schemas give, not what they take', () => {
  const p = pipeline('loose', Loose)
  type Given = { text: number; lines: number }
  expectTypeOf(p).toExtend<Pipeline<{ text: string; lines?: number }, Given, Given>>()
  const erased: Pipeline<{ text: string; lines?: number }, Given, unknown> = p
  erased.map((value) => value.text)
  type After = { text: string; lines: number }
  const q = p
    .map((value, { input }) => {
      expectTypeOf(value).toEqualTypeOf<Given>()
      expectTypeOf(input).toEqualTypeOf<Given>()
      return value
    })
    .tap((value, { input }) => {
      expectTypeOf(value.text).toEqualTypeOf<number>()
      expectTypeOf(input).toEqualTypeOf<Given>()
    })
    .to(Told)
    .tap((value) => expectTypeOf(value.text).toEqualTypeOf<string>())
  const sub = pipeline('sub', z.object({ text: z.string(), lines: z.number() })).map((value) => value)
  q.branch(
    (value, { input }) => {
      expectTypeOf(value).toEqualTypeOf<After>()
      expectTypeOf(input).toEqualTypeOf<Given>()
      return 'sub' as const
    },
    { sub },
  )
  q.loop(sub, {
    until: (value, { input, turn }) => {
      expectTypeOf(value).toEqualTypeOf<After>()
      expectTypeOf(input).toEqualTypeOf<Given>()
      return turn > 1
    },
    max: 2,
  }).map((value, { input }) => expectTypeOf([value, input]).toEqualTypeOf<(After | Given)[]>())
  q.loop(sub, {
    while: (_value, { input }) => {
      expectTypeOf(input).toEqualTypeOf<Given>()
      return false
    },
    max: 2,
  })
  p.fan({ told: Told })
    .merge(({ told }, { input }) => {
      expectTypeOf(told).toEqualTypeOf<After>()
      expectTypeOf(input).toEqualTypeOf<Given>()
      return told
    })
    .map((_value, { input }) => expectTypeOf(input).toEqualTypeOf<Given>())
  // @ts-expect-error the schema has made a number of the text
  p.map((value) => value.text.toUpperCase())
  // @ts-expect-error of the pipeline's own input too
  p.map((_value, { input }) => input.text.toUpperCase())
})
