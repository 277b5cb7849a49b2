import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFolder } from '../../actors/knowledge/documents/read-folder.ts'
import { embeddedText } from '../../actors/knowledge/index/build-index.ts'
import { embeddingOf } from '../../actors/knowledge/index/embedding.ts'
import { VectorCache } from '../../actors/knowledge/index/vector-cache.ts'
import { vectorKey } from '../../actors/knowledge/index/vector-file.ts'
import { openCorpus, SHIPPED_INDEX } from '../../actors/question-answering/open-corpus.ts'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { folderOf } from '../cli/cli.ts'

const FACTBOOK = fileURLToPath(new URL('../../examples/data/factbook', import.meta.url))
const embedder = embeddingOf('e5-small-v2').passage
const kernel = platformKernel()
const QUESTION = 'Which desert lies in Chile?'
let engine: InferenceEngine
let docs: string
let index: string
let team: QuestionAnswering

beforeAll(async () => {
  engine = createInference({ kernel, workers: 2 })
  docs = await folderOf({
    'chile.md':
      '# Chile\n\nThe Atacama Desert of Chile is the driest desert in the world.\nThe capital of Chile is Santiago.\n',
    'peru.md':
      '# Peru\n\nThe capital of Peru is Lima.\nThe highest point of Peru is Nevado Huascaran at 6,746 m.\n',
  })
  index = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
  team = await openFolder({ docs, indexDir: index, inference: engine })
})
afterAll(async () => {
  await team.stop()
  await engine.stop()
  await rm(docs, { recursive: true })
  await rm(index, { recursive: true })
})

test('killing any one processor in the middle of a question still answers it', async () => {
  const { explain } = await team.ask(QUESTION, { explain: true })
  const names = explain?.processors.map((processor) => processor.name) ?? []
  expect(names).toContain('similarity')
  for (const name of names) {
    // A supervisor bears three restarts in five seconds: every victim gets its own team.
    const own = await openFolder({ docs, indexDir: index, inference: engine })
    const answer = own.ask(QUESTION, { explain: true })
    await Promise.resolve()
    own.kill(name)
    const result = await answer
    expect(result.answer).toBe('The Atacama Desert of Chile is the driest desert in the world.')
    const killed = result.explain?.processors.find((processor) => processor.name === name)
    expect(killed?.states).toEqual(['starting', 'running', 'restarting', 'running'])
    await own.stop()
  }
})

test('workers that die in the middle of questions lose none of them', async () => {
  const answers = Promise.all(Array.from({ length: 12 }, () => team.ask(QUESTION)))
  for (let kills = 0; kills < 2; kills++) await engine.killWorker(embedder)
  for (const { answer } of await answers) expect(answer).toContain('Atacama')
  expect(engine.stats().workerDeaths).toBeGreaterThanOrEqual(2)
})

test('workers that die while a folder is indexed lose no passage', async () => {
  const many = await folderOf(
    Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `doc-${i}.md`,
        `# Document ${i}\n\nLocker ${i} has the code ${i * 37}.\n`,
      ]),
    ),
  )
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
  let kills: Promise<void> | undefined
  const before = engine.stats().workerDeaths
  const opened = await openCorpus({
    docs: many,
    indexDir: folder,
    inference: engine,
    onProgress: () => {
      kills ??= engine.killWorker(embedder)
    },
  })
  await kills
  expect(engine.stats().workerDeaths).toBe(before + 1)
  expect(opened.index).toMatchObject({ files: 300, embedded: 300 })
  expect(opened.corpus.dense.matrix.scales.every((scale) => scale > 0)).toBe(true)
  expect((await readdir(folder)).sort()).toEqual(['passages.gz', 'vectors.bin'])
  await rm(many, { recursive: true })
  await rm(folder, { recursive: true })
})

test('the index that is shipped with the factbook is the one that its documents and the model give', async () => {
  const info = await engine.warm(embedder)
  const { passages: all } = await readFolder(FACTBOOK, { kernel: platformKernel() })
  const notices: string[] = []
  const cache = await VectorCache.open(
    join(FACTBOOK, SHIPPED_INDEX),
    { dimensions: info.dimensions ?? 0, modelSha256: info.sha256 },
    {
      notice: (text) => notices.push(text),
      unwritable: (folder) => notices.push(folder),
      unique: () => kernel.ids.unique(),
      now: () => kernel.clock.now(),
      pauses: new Pauses(kernel),
    },
  )
  expect(notices).toEqual([])
  const keys = all.map((passage) => vectorKey(embeddedText(passage)))
  expect(keys.filter((key) => cache.get(key) === undefined)).toEqual([])
  expect(cache.size).toBe(new Set(keys).size)
  const sample = all.filter((_, i) => i % 200 === 0)
  const fresh = await engine.run(embedder, sample.map(embeddedText))
  sample.forEach((passage, i) => {
    const stored = cache.get(vectorKey(embeddedText(passage)))
    const vector = fresh[i] as Float32Array
    const cosine = vector.reduce(
      (sum, value, d) => sum + value * (stored?.bytes[d] ?? 0) * (stored?.scale ?? 0),
      0,
    )
    expect(cosine).toBeGreaterThan(0.98)
  })
})

test('a trained reader joins the vote where it is installed, unless it is not wanted', async () => {
  const readers = async (reader?: false) => {
    const own = await openFolder({
      docs,
      indexDir: index,
      inference: engine,
      ...(reader === undefined ? {} : { reader }),
    })
    const { path, answer, span } = await own.ask('What is the capital of Peru?')
    await own.stop()
    return { names: path.map(({ processor }) => processor), answer, span }
  }
  const [withIt, without] = [await readers(), await readers(false)]
  expect(withIt.names).toContain('extraction')
  expect(without.names).not.toContain('extraction')
  for (const { answer } of [withIt, without]) expect(answer).toBe('The capital of Peru is Lima.')
  expect(withIt.span).toBe('Lima')
})

test('a trained reader that was asked for and is not there is named', async () => {
  const opened = openFolder({ docs, indexDir: index, inference: engine, reader: 'no-such-reader' })
  await expect(opened).rejects.toMatchObject({ code: 'model-not-found', value: 'no-such-reader' })
})
