/**
 * Does memory stay flat? All-MiniLM-L6-v2 with 2 workers at full load: calls of mixed lengths, a third of them cancelled
 * or with a deadline; a worker killed every 30 s, all recycled every minute, the model swapped every 20 s between two
 * versions (copies of the same model in a temporary folder).
 *
 *     MALLOC_MMAP_THRESHOLD_=131072 npm run -s memory -- [--minutes 10] [--seed 1] [--samples FILE] [--plot FILE]
 *         [--beside FILE]                         draws the RSS of another run's samples too
 *     npm run -s memory -- --swaps 100            what 100 swaps under load leave behind
 *     npm run -s memory -- --swaps 100 --fresh    each to a version that was never loaded before
 *
 * It measures the compiled package. docs/models.md tells services to set the variable: without it RSS climbs.
 *
 * Every second it samples RSS, heapUsed, external and arrayBuffers of the process (JSON lines to `--samples`, by default
 * memory.jsonl in the temporary folder of the system), draws docs/images/memory.svg, and prints the slope after the first
 * third by least squares. Exits with 1 if a call failed for another reason than its own cancellation or deadline, or if RSS
 * grew by 2 MB a minute or more (`--swaps`: by more than two models).
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createInference, type InferenceEngine, platformKernel } from '../dist/src/index.js'
import { embeddings } from '../dist/src/inference/index.js'
import { FullLoad } from './memory/load.ts'
import { memoryChart, type Sample, sampleNow, samplesIn, trend } from './memory/samples.ts'
import { copiesOf } from './memory/versions.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    samples: { type: 'string', default: join(tmpdir(), 'memory.jsonl') },
    beside: { type: 'string' },
    plot: { type: 'string', default: fileURLToPath(new URL('../docs/images/memory.svg', import.meta.url)) },
    swaps: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
})
const MODEL = fileURLToPath(new URL('../models/all-minilm-l6-v2', import.meta.url))
const NAME = 'minilm'
const MB = 1e6
const SLOPE_MAX = 2

const kernel = platformKernel({ seed: Number(values.seed) })
const task = embeddings(NAME)
const wait = (ms: number) => new Promise<void>((resolve) => kernel.timers.after(ms, resolve, undefined))
const swaps = values.swaps === undefined ? undefined : Number(values.swaps)
const copies = await copiesOf(MODEL, NAME, swaps !== undefined && values.fresh ? swaps + 1 : 2)
const engine = createInference({ kernel, workers: 2, models: [copies.root] })
try {
  await engine.swap(NAME, copies.versions[0])
  await engine.warm(task)
  if (swaps === undefined) await run(Number(values.minutes) * 60)
  else await swapOften(swaps)
} finally {
  await engine.stop()
  await rm(copies.root, { recursive: true })
}

/** Events besides the load, by second. */
function disturb(target: InferenceEngine, second: number, count: (what: string) => void): void {
  const note = (what: string, done: Promise<void>) =>
    void done.then(
      () => count(what),
      (error: unknown) => count(`${what} failed: ${String(error)}`),
    )
  if (second % 20 === 10) {
    note('swaps', target.swap(NAME, copies.versions[((second - 10) / 20 + 1) % 2]))
  }
  if (second % 30 === 15) note('kills', target.killWorker(task))
  if (second % 60 === 45) note('recycles', target.recycle())
}

async function run(seconds: number): Promise<void> {
  const load = new FullLoad(kernel, engine, task)
  const samples: Sample[] = []
  const started = kernel.clock.monotonic()
  for (let second = 0; second <= seconds; second++) {
    await wait(started + second * 1000 - kernel.clock.monotonic())
    samples.push(sampleNow(second, engine.stats().rows))
    if (second > 0) disturb(engine, second, (what) => load.count(what))
  }
  await load.stop()
  await writeFile(values.samples, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''))
  const rss = trend(samples, (sample) => sample.rss)
  const heap = trend(samples, (sample) => sample.heapUsed)
  const external = trend(samples, (sample) => sample.external)
  const rows = samples.at(-1)?.rows ?? 0
  const title = `${Math.round(seconds / 60)} min, ${rows.toLocaleString('en-US')} rows; RSS after the first third ${signed(rss.mbPerMinute)} MB/min`
  const beside = values.beside === undefined ? [] : samplesIn(await readFile(values.beside, 'utf8'))
  await writeFile(values.plot, memoryChart(title, samples, beside))
  const { counts } = load
  console.log(JSON.stringify({ seed: values.seed, node: process.version, rows, counts, rss, heap, external }))
  if (rss.mbPerMinute >= SLOPE_MAX || load.wrong > 0) process.exitCode = 1
}

/** RSS before and after many swaps under load: whatever one leaves behind adds up. */
async function swapOften(count: number): Promise<void> {
  const load = new FullLoad(kernel, engine, task)
  const rssAt: number[] = []
  const warm = Math.ceil(count / 10)
  for (let swap = 1; swap <= count; swap++) {
    await engine.swap(NAME, copies.versions[swap % copies.versions.length])
    load.count('swaps')
    await wait(500)
    rssAt.push(process.memoryUsage.rss())
  }
  await load.stop()
  // Use at one moment differs by batches and by versions not yet drained, so take the median of several.
  const before = median(rssAt.slice(0, 2 * warm))
  const after = median(rssAt.slice(-2 * warm))
  const models = (after - before) / copies.bytes
  console.log(
    JSON.stringify({
      swaps: count,
      versions: copies.versions.length,
      counts: load.counts,
      beforeMb: before / MB,
      afterMb: after / MB,
      modelMb: copies.bytes / MB,
      growthInModels: models,
    }),
  )
  if (models > 2 || load.wrong > 0) process.exitCode = 1
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
