/**
 * Quality of the question-answering team and its parts on the same questions, in one table.
 *
 *     npm run eval                                                # the factbook and its development questions
 *     npm run eval -- --docs DIR --questions FILE.jsonl [--json]  # { id, question, answers, unanswerable?, file? } a line
 *     npm run eval -- --squad FILE.json [--sample 2000] [--seed 7]  # every paragraph of a SQuAD file as a document
 *     npm run eval -- --squad FILE.json --held-out                  # only articles unknown to the trained reader
 *     npm run eval -- --small-files                                 # folders of small files unknown to it, each for itself
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FUSION, fuse } from '../../dist/actors/knowledge/retrieval/fusion.js'
import type { Hit } from '../../dist/actors/knowledge/retrieval/ranking.js'
import { calibrationOf } from '../../dist/actors/question-answering/calibration/calibrations.js'
import { type OpenCorpus, openCorpus } from '../../dist/actors/question-answering/open-corpus.js'
import { openFolder } from '../../dist/actors/question-answering/open-folder.js'
import { pages, statementTexts } from '../../dist/actors/question-answering/reading/candidate.js'
import { analyse } from '../../dist/actors/question-answering/reading/question.js'
import {
  type Reading,
  readOverlap,
  readSimilarity,
} from '../../dist/actors/question-answering/reading/reader.js'
import { SeededRandomness } from '../../dist/src/kernel/random.js'
import type { BenchResult } from '../result.ts'
import { type Figures, figures, type GivenAnswer } from './figures.ts'
import { judgeSmallFiles } from './judge-small-files.ts'
import { type EvaluationQuestion, readQuestions } from './questions.ts'
import { readSquad } from './squad.ts'

const ROOT = new URL('../../', import.meta.url).pathname
/** The card of the trained reader. */
const READER = join(ROOT, 'models/e5-squad-reader/model.json')
const AT_ONCE = 16
const PASSAGES = 5

interface Work {
  readonly docs: string
  readonly questions: readonly EvaluationQuestion[]
  readonly cleanUp: () => Promise<void>
}

export async function run({ argv }: { readonly argv: readonly string[] }): Promise<BenchResult[]> {
  const { values } = parseArgs({
    args: argv.filter((word) => word !== 'qa' && word !== 'question-answering'),
    options: {
      docs: { type: 'string', default: join(ROOT, 'examples/data/factbook') },
      questions: { type: 'string', default: join(ROOT, 'test/evaluation/factbook-dev.jsonl') },
      squad: { type: 'string' },
      sample: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '7' },
      'held-out': { type: 'boolean' },
      'small-files': { type: 'boolean' },
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
    },
  })
  if (values['small-files']) return judgeSmallFiles()
  const sample = values.quick ? 50 : Number(values.sample)
  const work =
    values.squad === undefined
      ? await fromFiles(values.docs, values.questions)
      : await fromSquad(values.squad, sample, Number(values.seed), values['held-out'] === true)
  const cache = await mkdtemp(join(tmpdir(), 'ganglion-eval-'))
  try {
    const opened = await openCorpus({ docs: work.docs, indexDir: cache })
    const parts = await judgeParts(opened, work.questions)
    await opened.close()
    const team = await judgeTeam(work, cache, false)
    const rows: (readonly [string, Figures])[] = [...parts, ['fusion + vote', team]]
    if (existsSync(READER)) rows.push(['fusion + vote + reader', await judgeTeam(work, cache, undefined)])
    return rows.flatMap(([name, row]) => resultsOf(name, row))
  } finally {
    await rm(cache, { recursive: true })
    await work.cleanUp()
  }
}

async function fromFiles(docs: string, questions: string): Promise<Work> {
  return { docs, questions: readQuestions(await readFile(questions, 'utf8')), cleanUp: async () => {} }
}

async function fromSquad(file: string, sample: number, seed: number, heldOut: boolean): Promise<Work> {
  const set = readSquad(await readFile(file, 'utf8'))
  const docs = await mkdtemp(join(tmpdir(), 'ganglion-squad-'))
  await mkdir(docs, { recursive: true })
  for (const { file: name, text } of set.documents) await writeFile(join(docs, name), text)
  const random = new SeededRandomness(seed).stream('sample')
  const { heldOut: articles } = JSON.parse(await readFile(READER, 'utf8')) as { heldOut: readonly string[] }
  const order = set.questions
    .filter(({ article }) => !heldOut || articles.includes(article))
    .map((question) => ({ question, key: random.next() }))
    .sort((a, b) => a.key - b.key)
  return {
    docs,
    questions: order.slice(0, sample).map(({ question }) => question),
    cleanUp: () => rm(docs, { recursive: true }),
  }
}

/** The parts alone: each retriever with its own kind of reader, and their fusion with both; none of them abstains. */
async function judgeParts(
  { corpus, inference, embedding, model }: OpenCorpus,
  questions: readonly EvaluationQuestion[],
): Promise<[string, Figures][]> {
  const calibration = calibrationOf(model, false)
  const given = {
    lexical: new Map<string, GivenAnswer>(),
    dense: new Map<string, GivenAnswer>(),
    fusion: new Map<string, GivenAnswer>(),
  }
  await inBatches(questions, async (asked) => {
    const question = analyse(asked.question, corpus.lexical)
    const [vector] = (await inference.run(embedding.query, [asked.question])) as [Float32Array]
    const hits = {
      lexical: corpus.lexical.search(
        question.terms.map((term) => term.term),
        FUSION.depth,
      ),
      dense: corpus.dense.search(vector, FUSION.depth),
    }
    const fused = fuse(hits, { input: undefined, weights: FUSION.weights })
      .slice(0, PASSAGES)
      .map(({ item }) => item)
    const found = (list: readonly Hit[]) =>
      list.slice(0, PASSAGES).map(({ passage, score }) => {
        const one = corpus.passages[passage]
        if (one === undefined) throw new Error(`passage ${passage} is not in the corpus`)
        return { number: passage, passage: one, dense: score, lexical: score }
      })
    const bySimilarity = async (list: ReturnType<typeof found>) =>
      readSimilarity(vector, await inference.run(embedding.passage, statementTexts(list)), list, calibration)
    const [lexical, dense, both] = [found(hits.lexical), found(hits.dense), found(fused)]
    given.lexical.set(asked.id, answerOf(lexical, [readOverlap(question, lexical, calibration)]))
    given.dense.set(asked.id, answerOf(dense, [await bySimilarity(dense)]))
    given.fusion.set(
      asked.id,
      answerOf(both, [await bySimilarity(both), readOverlap(question, both, calibration)]),
    )
  })
  return [
    ['lexical only', figures(questions, given.lexical)],
    ['dense only', figures(questions, given.dense)],
    ['fusion', figures(questions, given.fusion)],
  ]
}

/** The statement of the first passage with the readers' highest mark; its span is the whole statement. */
function answerOf(found: Parameters<typeof pages>[0], readings: readonly Reading[]): GivenAnswer {
  const sources = found.map(({ passage }) => ({ file: passage.file, passage: passage.text }))
  let answer: string | null = null
  let most = Number.NEGATIVE_INFINITY
  pages(found)[0]?.candidates.forEach((candidate, i) => {
    const score = readings.reduce((sum, { marks }) => sum + (marks[i] ?? 0), 0)
    if (score > most) {
      most = score
      answer = candidate.text
    }
  })
  return { answer, span: answer, abstained: answer === null, sources }
}

async function judgeTeam(
  { docs, questions }: Work,
  indexDir: string,
  reader: false | undefined,
): Promise<Figures> {
  const team = await openFolder({ docs, indexDir, ...(reader === undefined ? {} : { reader }) })
  const given = new Map<string, GivenAnswer>()
  const asked = { sources: PASSAGES, onError: 'throw' } as const
  for await (const { input, value } of team.askAll(questions, ({ question }) => question, asked))
    if (value !== undefined) given.set(input.id, value)
  await team.stop()
  return figures(questions, given)
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE)
    await Promise.all(items.slice(at, at + AT_ONCE).map(work))
}

function resultsOf(name: string, row: Figures): BenchResult[] {
  const shares: [string, number | null][] = [
    ['passage@1', row.passageAt1],
    ['passage@5', row.passageAt5],
    ['answer contains gold', row.answerContainsGold],
    ['answer contains gold, where it answered', row.answerContainsGoldGiven],
    ['exact', row.exact],
    ['F1', row.f1],
    ['abstention precision', row.abstentionPrecision],
    ['abstention recall', row.abstentionRecall],
  ]
  return [
    { name: `${name}: n`, value: row.n, unit: 'questions' },
    ...shares.flatMap(([what, value]) =>
      value === null
        ? []
        : [{ name: `${name}: ${what}`, value: Math.round(value * 10_000) / 10_000, unit: 'share' }],
    ),
  ]
}
