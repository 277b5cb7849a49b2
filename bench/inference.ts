/**
 * The inference engine: learned batch sizes against every fixed one, a small MLP under many callers, a hand-written
 * loop, a bare Piscina, and `@huggingface/transformers`, compared in one run. Uses the compiled package.
 */
import { availableParallelism } from 'node:os'
import { createInference } from '../dist/src/inference/index.js'
import { embeddings } from '../dist/src/inference/tasks/embeddings.js'
import { tensors } from '../dist/src/inference/tasks/tensors.js'
import { platformKernel } from '../dist/src/kernel/platform-kernel.js'
import { handLoop, type Sizes } from './inference/hand-loop.ts'
import { hop } from './inference/hop.ts'
import { bestRates, closedLoop, timed } from './inference/measure.ts'
import { transformersPeer } from './inference/peer.ts'
import { MINILM, mixedTexts, textsOf } from './inference/texts.ts'
import type { BenchResult } from './result.ts'

const kernel = platformKernel()
const minilm = embeddings(MINILM)
const mlp = tensors(new URL('./inference/mlp', import.meta.url).pathname)
const FIXED = [1, 2, 4, 8, 16, 32]
const LENGTHS = [8, 16, 32, 64, 128]
const workers = Math.min(4, availableParallelism())

export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  return [
    // First, because a heap full of other measurements' rows lengthens its few microseconds.
    ...(await hop(mlp, quick)),
    ...(await learnedSizes(quick)),
    ...(await smallNetwork(quick)),
    ...(await wholePool(quick)),
  ]
}

/** For each length: the engine with learned sizes, and with every fixed size. */
async function learnedSizes(quick: boolean): Promise<BenchResult[]> {
  const engine = (batchSize?: number) =>
    createInference({ kernel, workers: 1, ...(batchSize === undefined ? {} : { batchSize }) })
  const learned = engine()
  await learned.warm(minilm, { learn: quick ? '500ms' : '12s' })
  const fixed = FIXED.map((size) => ({ size, engine: engine(size) }))
  for (const one of fixed) await one.engine.warm(minilm)
  const results: BenchResult[] = []
  for (const tokens of quick ? LENGTHS.slice(0, 1) : LENGTHS) {
    const rows = quick ? 32 : Math.max(64, Math.floor(8_192 / tokens))
    const work = (one: typeof learned) => async (round: number) => {
      await one.run(minilm, textsOf(tokens, rows, round * rows))
      return rows
    }
    const rates = await bestRates(
      {
        learned: work(learned),
        ...Object.fromEntries(fixed.map(({ size, engine: one }) => [`batch ${size}`, work(one)])),
      } as Record<string, (round: number) => Promise<number>>,
      quick ? 1 : 4,
    )
    const { learned: ours = 0, ...others } = rates
    const [best = '', most = 0] = Object.entries(others).reduce((a, b) => (a[1] >= b[1] ? a : b))
    results.push(
      {
        name: `${tokens} tokens, learned size`,
        value: ours,
        unit: 'rows/s',
        ratio: ours / most,
        of: `the best fixed (${best})`,
      },
      {
        name: `${tokens} tokens, against batch 1`,
        value: ours,
        unit: 'rows/s',
        ratio: ours / (others['batch 1'] ?? 1),
        of: 'batch 1',
      },
    )
  }
  await Promise.all([learned, ...fixed.map((one) => one.engine)].map((one) => one.stop()))
  return results
}

/** A network so small that a call costs more than its rows: 32 callers, each with one row at a time. */
async function smallNetwork(quick: boolean): Promise<BenchResult[]> {
  const rows = quick ? 200 : 20_000
  const batched = createInference({ kernel, workers: 1 })
  const alone = createInference({ kernel, workers: 1, batchSize: 1 })
  const features = (i: number) => Float32Array.from({ length: 128 }, (_, at) => Math.sin(i + at))
  const inputs = Array.from({ length: rows }, (_, i) => features(i))
  const ask = (engine: typeof alone) => (i: number) => engine.run(mlp, [inputs[i] as Float32Array])
  await batched.warm(mlp)
  await alone.warm(mlp)
  // Both learn and warm up on the same rows.
  await closedLoop(32, rows, ask(batched))
  await closedLoop(32, Math.min(rows, 2_000), ask(alone))
  const before = batched.stats()
  const ours = await closedLoop(32, rows, ask(batched))
  const after = batched.stats()
  const theirs = await closedLoop(32, Math.min(rows, 6_000), ask(alone))
  const computeUs = (1000 * (total(after) - total(before))) / rows
  await Promise.all([batched.stop(), alone.stop()])
  return [
    {
      name: 'MLP, 32 callers',
      value: ours.rate,
      unit: 'rows/s',
      ratio: ours.rate / theirs.rate,
      of: 'batch 1',
    },
    {
      name: 'MLP, 32 callers, p99',
      value: ours.p99,
      unit: 'ms',
      ratio: ours.p99 / theirs.p99,
      of: 'batch 1',
    },
    { name: 'own overhead a row', value: 1e6 / ours.rate - computeUs, unit: 'µs' },
  ]
}

function total(stats: { readonly models: Readonly<Record<string, { readonly computeMs: number }>> }): number {
  return Object.values(stats.models).reduce((sum, { computeMs }) => sum + computeMs, 0)
}

/** All workers on mixed lengths, compared with a hand-written loop and a library that computes on the main thread. */
async function wholePool(quick: boolean): Promise<BenchResult[]> {
  const texts = mixedTexts(quick ? 64 : 1_000)
  const engine = createInference({ kernel, workers, coalesce: false })
  await engine.warm(minilm, { learn: quick ? '500ms' : '6s' })
  const sizes: Sizes = (engine.stats().sizes[`embeddings all-minilm-l6-v2`] ?? []).map(
    ({ tokens, rows }) => [tokens, rows] as const,
  )
  const hand = await handLoop(workers, sizes)
  const peer = await transformersPeer()
  const delays = { ours: 0, peer: 0 }
  const rates = await bestRates(
    {
      ours: async () => {
        const { delayP99 } = await timed(() => Promise.all(texts.map((text) => engine.run(minilm, [text]))))
        delays.ours = Math.max(delays.ours, delayP99)
        return texts.length
      },
      hand: async () => {
        await hand.run(texts)
        return texts.length
      },
      peer: async () => {
        const part = texts.slice(0, Math.ceil(texts.length / 4))
        const { delayP99 } = await timed(async () => {
          for (let at = 0; at < part.length; at += 32) await peer.run(part.slice(at, at + 32))
        })
        delays.peer = Math.max(delays.peer, delayP99)
        return part.length
      },
    },
    quick ? 1 : 3,
  )
  const { fill = 1 } = engine.stats().models['all-minilm-l6-v2'] ?? {}
  await Promise.all([engine.stop(), hand.stop(), peer.stop()])
  return [
    {
      name: `mixed lengths, ${workers} workers`,
      value: rates.ours,
      unit: 'rows/s',
      ratio: rates.ours / rates.hand,
      of: 'a hand-written loop',
    },
    { name: 'mixed lengths, transformers.js', value: rates.peer, unit: 'rows/s' },
    {
      name: 'mixed lengths, against transformers.js',
      value: rates.ours,
      unit: 'rows/s',
      ratio: rates.ours / rates.peer,
      of: 'transformers.js',
    },
    { name: 'padding of all places computed', value: 100 * (1 - fill), unit: '%' },
    {
      name: 'event-loop delay p99 at saturation',
      value: delays.ours,
      unit: 'ms',
      ratio: delays.ours / delays.peer,
      of: 'transformers.js',
    },
    { name: 'event-loop delay p99, transformers.js', value: delays.peer, unit: 'ms' },
  ]
}
