/**
 * Two versions of one reader side by side in one engine: the smaller one's loss of quality, and its gain in speed.
 *
 *     npx tsx scripts/compare-versions.ts MODEL_A MODEL_B --squad FILE [--questions 200] [--seed 1]
 *
 * MODEL_A, MODEL_B: folders with `model.onnx`, `tokenizer.json` and a card for question answering, of different versions
 * (`scripts/model-card.ts` makes cards). FILE: a SQuAD file; the seed draws questions from the articles that a card names
 * in `heldOut` (from all without one), each with its paragraph. Tasks of one engine with one worker name both versions, and
 * they read the same questions in turn, a block each, so that other load on the machine affects both alike.
 *
 * Prints a table: exact match and F1 (Rajpurkar et al. 2016), rows a second and milliseconds a row of the worker's compute
 * time, the size on disk, and what loading added to the RSS of the process.
 */
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { EvaluationQuestion } from '../bench/eval/questions.ts'
import { exactMatch, f1, readSquad } from '../bench/eval/squad.ts'
import { createInference, type InferenceEngine, platformKernel } from '../src/index.ts'
import {
  type ExtractedAnswer,
  type ModelTask,
  type QuestionRow,
  questionAnswering,
  tensors,
} from '../src/inference/index.ts'
import { draw } from './calibration/corpus.ts'

interface Card {
  readonly name: string
  readonly version: string
  readonly quantization?: string
  readonly heldOut?: readonly string[]
}

interface Asked extends QuestionRow {
  readonly of: EvaluationQuestion
}

/** One version and its measurements. */
interface Measured {
  readonly card: Card
  readonly task: ModelTask<QuestionRow, ExtractedAnswer>
  readonly diskMb: number
  readonly rssMb: number
  exact: number
  f1: number
  computeMs: number
}

/** Rows that one version reads before the other takes its turn. */
const BLOCK = 20
const MB = 1e6

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { squad: text, questions: { ...text, default: '200' }, seed: { ...text, default: '1' } },
})
const [first, second] = positionals
if (first === undefined || second === undefined || values.squad === undefined) {
  throw new Error('Pass two model folders, and --squad FILE')
}
const cards = await Promise.all([first, second].map(cardOf))
if (new Set(cards.map(({ version }) => version)).size < 2) {
  throw new Error(`Both are version ${cards[0]?.version}: give one of the cards another version`)
}
const root = await mkdtemp(join(tmpdir(), 'ganglion-compare-'))
const name = cards[0]?.name ?? 'model'
await mkdir(join(root, name))
await cp(first, join(root, name, cards[0]?.version ?? ''), { recursive: true })
await cp(second, join(root, name, cards[1]?.version ?? ''), { recursive: true })
const engine = createInference({ kernel: platformKernel(), workers: 1, models: [root], coalesce: false })
try {
  const asked = questionsOf(await readFile(values.squad, 'utf8'), Number(values.questions))
  const versions: Measured[] = []
  // The worker itself and the library are not part of a version's cost.
  await engine.warm({ ...tensors(name), version: cards[0]?.version ?? '' })
  for (const card of cards) versions.push(await load(engine, card))
  for (const { task } of versions) await engine.run(task, asked.slice(0, BLOCK))
  for (let at = 0; at < asked.length; at += BLOCK) {
    for (const version of versions) await read(engine, version, asked.slice(at, at + BLOCK))
  }
  print(versions, asked.length)
} finally {
  await engine.stop()
  await rm(root, { recursive: true })
}

async function cardOf(folder: string): Promise<Card> {
  return JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Card
}

function questionsOf(json: string, count: number): Asked[] {
  const { documents, questions } = readSquad(json, 'paragraph')
  const contexts = new Map(documents.map((one) => [one.file, one.text]))
  const heldOut = cards.find((card) => card.heldOut !== undefined)?.heldOut
  const fair = questions.filter((one) => !one.unanswerable && (heldOut?.includes(one.article) ?? true))
  return draw(fair, count, Number(values.seed)).map((of) => ({
    question: of.question,
    context: contexts.get(of.file) ?? '',
    of,
  }))
}

async function load(on: InferenceEngine, card: Card): Promise<Measured> {
  // Answers count whatever the reader's confidence: the measure knows no abstention.
  const task = { ...questionAnswering(name, { noAnswerThreshold: 1.1 }), version: card.version }
  const before = process.memoryUsage.rss()
  const { path } = await on.warm(task)
  const rssMb = (process.memoryUsage.rss() - before) / MB
  const diskMb = (await stat(join(path, 'model.onnx'))).size / MB
  return { card, task, diskMb, rssMb, exact: 0, f1: 0, computeMs: 0 }
}

async function read(on: InferenceEngine, version: Measured, asked: readonly Asked[]): Promise<void> {
  const rows = asked.map(({ question, context }) => ({ question, context }))
  const found = await on.run(version.task, rows, {
    account: (hop) => {
      if (hop.version !== version.card.version) throw new Error(`answered by ${hop.version}`)
      version.computeMs += hop.computeMs
    },
  })
  found.forEach(({ answer }, i) => {
    const { answers } = (asked[i] as Asked).of
    version.exact += exactMatch(answer ?? '', answers)
    version.f1 += f1(answer ?? '', answers)
  })
}

function print(versions: readonly Measured[], count: number): void {
  console.log('| version | weights | exact | F1 | rows/s | ms/row | file, MB | RSS added, MB |')
  console.log('|---|---|---|---|---|---|---|---|')
  for (const { card, exact, f1: sum, computeMs, diskMb, rssMb } of versions) {
    const cells = [
      card.version,
      card.quantization ?? 'fp32',
      (exact / count).toFixed(3),
      (sum / count).toFixed(3),
      (count / (computeMs / 1000)).toFixed(1),
      (computeMs / count).toFixed(1),
      diskMb.toFixed(1),
      rssMb.toFixed(0),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
