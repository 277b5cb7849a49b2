/**
 * The question-answering job: indexing one by one, batched on one worker, batched on all; then questions.
 * Uses the compiled package (`dist`), like users.
 */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { readMarkdown } from '../dist/actors/knowledge/documents/formats/markdown.js'
import { embeddingOf } from '../dist/actors/knowledge/index/embedding.js'
import { passages } from '../dist/actors/knowledge/text/passages.js'
import { openFolder } from '../dist/actors/question-answering/open-folder.js'
import { createInference } from '../dist/src/inference/index.js'
import { platformKernel } from '../dist/src/kernel/platform-kernel.js'
import type { BenchResult } from './result.ts'

const DOCS = new URL('../examples/data/factbook', import.meta.url).pathname
const QUESTIONS = new URL('../test/evaluation/factbook-dev.jsonl', import.meta.url).pathname
const embedder = embeddingOf('e5-small-v2').passage

export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  const texts = await sampleTexts(quick ? 64 : 1024)
  const alone = await embeddingRate(texts.slice(0, Math.min(texts.length, 256)), 1, 'one by one')
  const one = await embeddingRate(texts, 1, 'batched')
  const workers = Math.min(4, availableParallelism())
  const all = await embeddingRate(texts, workers, 'batched')
  return [
    { name: 'index one by one, 1 worker', value: alone.rate, unit: 'passages/s' },
    {
      name: 'index batched, 1 worker',
      value: one.rate,
      unit: 'passages/s',
      ratio: one.rate / alone.rate,
      of: 'one by one',
    },
    {
      name: `index batched, ${workers} workers`,
      value: all.rate,
      unit: 'passages/s',
      ratio: all.rate / one.rate,
      of: '1 worker',
    },
    { name: 'event-loop delay p99 while embedding', value: all.delayP99, unit: 'ms' },
    ...(await folderFigures(quick ? 4 : 64)),
    ...(await manyFilesFigures(quick ? 100 : 2000)),
    ...(await questionFigures(quick ? 10 : 200)),
  ]
}

async function sampleTexts(count: number): Promise<string[]> {
  const files = (await readdir(DOCS)).filter((file) => file.endsWith('.md')).sort()
  const texts: string[] = []
  for (const file of files) {
    texts.push(
      ...passages(readMarkdown(file, await readFile(join(DOCS, file), 'utf8'))).map(
        (passage) => passage.text,
      ),
    )
    if (texts.length >= count * 4) break
  }
  // Every fourth: whole countries would repeat the same kinds of statement.
  return texts.filter((_, i) => i % 4 === 0).slice(0, count)
}

async function embeddingRate(texts: readonly string[], workers: number, how: 'one by one' | 'batched') {
  const engine = createInference({ kernel: platformKernel(), workers })
  await engine.warm(embedder)
  await engine.run(embedder, texts.slice(0, 16))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  if (how === 'batched') await engine.run(embedder, texts)
  else for (const text of texts) await engine.run(embedder, [text])
  const seconds = (performance.now() - started) / 1000
  delay.disable()
  await engine.stop()
  return { rate: texts.length / seconds, delayP99: delay.percentile(99) / 1e6 }
}

/** A folder that nobody has read before: from its files to its stored index. */
async function folderFigures(count: number): Promise<BenchResult[]> {
  const docs = await mkdtemp(join(tmpdir(), 'ganglion-bench-docs-'))
  const indexDir = await mkdtemp(join(tmpdir(), 'ganglion-bench-'))
  const files = (await readdir(DOCS)).filter((file) => file.endsWith('.md')).sort()
  await Promise.all(files.slice(0, count).map((file) => copyFile(join(DOCS, file), join(docs, file))))
  const inference = createInference({ kernel: platformKernel() })
  try {
    await inference.warm(embedder)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const team = await openFolder({ docs, indexDir, inference })
    delay.disable()
    await team.stop()
    const { embedded, indexMs } = team.index
    return [
      { name: 'index a folder', value: (embedded * 1000) / indexMs, unit: 'passages/s' },
      { name: 'event-loop delay p99 while indexing a folder', value: delay.percentile(99) / 1e6, unit: 'ms' },
      { name: 'longest event-loop delay while indexing a folder', value: delay.max / 1e6, unit: 'ms' },
    ]
  } finally {
    await inference.stop()
    await rm(docs, { recursive: true })
    await rm(indexDir, { recursive: true })
  }
}

const MANY_QUESTIONS = 30

/** A folder of many small files, read for the first time: the loop must be as free as with a few large ones. */
async function manyFilesFigures(count: number): Promise<BenchResult[]> {
  const docs = await mkdtemp(join(tmpdir(), 'ganglion-bench-docs-'))
  const indexDir = await mkdtemp(join(tmpdir(), 'ganglion-bench-'))
  for (let i = 0; i < count; i += 1)
    await writeFile(
      join(docs, `${i}.md`),
      `# Device ${i}\n\nIt stands in room ${i % 97} and draws ${i % 900} watts.\n`,
    )
  const delay = monitorEventLoopDelay({ resolution: 1 })
  try {
    delay.enable()
    const team = await openFolder({ docs, indexDir })
    const indexing = delay.percentile(99) / 1e6
    delay.reset()
    for (let i = 0; i < MANY_QUESTIONS; i += 1) await team.ask(`In which room does device ${i} stand?`)
    delay.disable()
    await team.stop()
    const answering = delay.percentile(99) / 1e6
    return [
      { name: `event-loop delay p99 while indexing ${count} small files`, value: indexing, unit: 'ms' },
      {
        name: `event-loop delay p99 while answering from ${count} small files`,
        value: answering,
        unit: 'ms',
      },
    ]
  } finally {
    await rm(docs, { recursive: true })
    await rm(indexDir, { recursive: true })
  }
}

async function questionFigures(count: number): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-bench-'))
  const lines = (await readFile(QUESTIONS, 'utf8')).trim().split('\n').slice(0, count)
  const questions = lines.map((line) => (JSON.parse(line) as { question: string }).question)
  try {
    await (await openFolder({ docs: DOCS, indexDir: folder })).stop()
    const team = await openFolder({ docs: DOCS, indexDir: folder })
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const first = (await team.ask(questions[0] as string)).timing.answerMs
    const firstDelay = delay.max / 1e6
    const times: number[] = []
    for (const question of questions) times.push((await team.ask(question)).timing.answerMs)
    const started = performance.now()
    await Promise.all(questions.map((question) => team.ask(question)))
    const together = (questions.length * 1000) / (performance.now() - started)
    delay.disable()
    await team.stop()
    times.sort((a, b) => a - b)
    const at = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] as number
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length
    return [
      { name: 'open an indexed folder', value: team.index.indexMs, unit: 'ms' },
      { name: 'first answer', value: first, unit: 'ms' },
      { name: 'longest event-loop delay in the first answer', value: firstDelay, unit: 'ms' },
      { name: 'answer p50', value: at(0.5), unit: 'ms' },
      { name: 'answer p95', value: at(0.95), unit: 'ms' },
      { name: 'answers, one after another', value: 1000 / mean, unit: 'answers/s' },
      {
        name: 'answers, all at once',
        value: together,
        unit: 'answers/s',
        ratio: together / (1000 / mean),
        of: 'one after another',
      },
      {
        name: 'event-loop delay p99 from the first question on',
        value: delay.percentile(99) / 1e6,
        unit: 'ms',
      },
      { name: 'longest event-loop delay while answering', value: delay.max / 1e6, unit: 'ms' },
      { name: 'resident memory', value: process.memoryUsage().rss / 1e6, unit: 'MB' },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}
