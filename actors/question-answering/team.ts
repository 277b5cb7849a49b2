import { z } from 'zod'
import { defineProcessor, type Processor } from '../../src/behavior/define-processor.ts'
import type { ExtractedAnswer, QuestionRow } from '../../src/inference/tasks/question-answering.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { ModelTask } from '../../src/ports/inference.ts'
import type { Corpus } from '../knowledge/index/corpus.ts'
import type { Embedding } from '../knowledge/index/embedding.ts'
import { FUSION, type Fusion, fuse, poolOf } from '../knowledge/retrieval/fusion.ts'
import { columnsOf, type HitColumns, hitsOf } from '../knowledge/retrieval/ranking.ts'
import { type Answered, answered } from './answering/answer.ts'
import { ranking } from './answering/ranking.ts'
import { vote } from './answering/vote.ts'
import type { Calibration } from './calibration/calibration.ts'
import { type Found, type Page, statementTexts } from './reading/candidate.ts'
import { chosen, lookedAt, promiseOf } from './reading/choosing.ts'
import { otherEntries } from './reading/entries.ts'
import { READ_MOST } from './reading/extraction.ts'
import type { Question } from './reading/question.ts'
import {
  type Reading,
  readAnswerType,
  readExtraction,
  readOverlap,
  readSimilarity,
  readStanding,
} from './reading/reader.ts'
import { inPassage, type ReadingText, readingText, titlesTell } from './reading/reading-text.ts'
import { type Retrieved, Shelf } from './reading/shelf.ts'

const Text = z.object({ text: z.string() })
/** Bodies between our own processors are plain data checked by the compiler; a schema only names them. */
const Asked = z.custom<Asked>((value) => isRecord(value) && value.vector instanceof Float32Array)
const Hits = z.custom<HitColumns>((value) => isRecord(value) && value.passages instanceof Uint32Array)
const Ranking = z.custom<Ranking>((value) => isRecord(value) && value.numbers instanceof Uint32Array)
const Sheet = z.custom<Sheet>((value) => isRecord(value) && value.numbers instanceof Uint32Array)
const Votes = z.custom<Votes>((value) => isRecord(value) && Array.isArray(value.readings))
const Marks = z.custom<Reading>((value) => isRecord(value) && value.marks instanceof Float64Array)

/** A question, embedded. It travels as its text: every step has the shelf, which has read it. */
interface Asked {
  readonly text: string
  readonly vector: Float32Array
}

/** The question, and the passages that are read, best first. */
interface Ranking extends Asked {
  readonly numbers: Uint32Array
}

/** Every reader's input: the question, and the passages that were retrieved. */
interface Sheet extends Asked, Retrieved {}

/** A question with the readings that came, and what each of them counts. They are counted where the outcome is used: it is far larger. */
interface Votes extends Retrieved {
  readonly text: string
  readonly readings: readonly Reading[]
  readonly weights: Readonly<Record<string, number>>
}

type Extraction = ModelTask<QuestionRow, ExtractedAnswer>

/** The team's models, and the constants fitted for exactly these. */
export interface Reads {
  /** Embeds questions and statements with the model that embedded the corpus; absent where no model reads its language. */
  readonly embedding?: Embedding
  /** A trained reader, where there is one. */
  readonly extraction?: Extraction
  /** How much each reader's vote counts, and below which confidence the team abstains. */
  readonly calibration: Calibration
  /** Default: `FUSION`. */
  readonly fusion?: Fusion
}

/**
 * The question-answering team as a pipeline:
 *
 *   question ─┬▶ dense ───┬▶ fuse ─▶ passages ─┬▶ similarity ─┬▶ vote ─▶ answer
 *             └▶ lexical ─┘                    ├▶ overlap ────┤
 *                                              ├▶ answerType ─┤
 *                                              ├▶ standing ───┤
 *                                              └▶ extraction ─┘   if a trained reader is installed
 */
export function questionAnswering(
  corpus: Corpus,
  reads: Reads,
  limits: { readonly maxInFlight?: number } = {},
) {
  const { calibration, fusion = FUSION } = reads
  const shelf = new Shelf(corpus)
  const voters = readers(shelf, reads)
  const weights = Object.fromEntries(
    Object.entries(calibration.vote.weights).filter(([name]) => Object.hasOwn(voters, name)),
  )
  return pipeline('question-answering', Text, { timeout: '30s', ...limits })
    .to(questionReader(shelf, reads.embedding?.query))
    .fan(
      { dense: dense(corpus, fusion.depth), lexical: lexical(corpus, shelf, fusion.depth) },
      { weights: fusion.weights },
    )
    .merge(
      ({ dense, lexical }, at) => ({
        ...at.input,
        numbers: Uint32Array.from(
          poolOf(fuse({ dense: hitsOf(dense), lexical: hitsOf(lexical) }, at), corpus.passages, fusion),
        ),
      }),
      { name: 'fuse' },
    )
    .to(passages(corpus, shelf, calibration))
    .fan(voters, { weights })
    .merge(
      (parts, { input: { vector: _, ...rest }, weights }) => ({
        ...rest,
        readings: Object.values(parts).filter((part): part is Reading => part !== undefined),
        weights,
      }),
      // All that there is time for: the run's deadline bounds the grace.
      { name: 'vote', quorum: 2, grace: '10m', onMissing: 'partial' },
    )
    .to(answer(shelf, calibration))
}

function answer(shelf: Shelf, calibration: Calibration) {
  return defineProcessor({
    name: 'answer',
    input: Votes,
    output: z.custom<Answered>(isRecord),
    process({ text, readings, weights, ...retrieved }, ctx) {
      const found = shelf.found(retrieved)
      const question = shelf.question(text)
      const rank = ranking(question, found, (passage) => shelf.headOf(passage))
      const outcome = vote(readings, found, calibration, weights, rank)
      return answered(question, found, outcome, calibration, () => ctx.turn())
    },
  })
}

function questionReader(shelf: Shelf, model: Embedding['query'] | undefined) {
  if (model === undefined)
    return defineProcessor({
      name: 'question',
      input: Text,
      output: Asked,
      process({ text }) {
        shelf.question(text)
        return { text, vector: NO_VECTOR }
      },
    })
  return defineProcessor({
    name: 'question',
    input: Text,
    output: Asked,
    models: { model },
    async process({ text }, ctx) {
      const vector = await ctx.infer('model', text)
      shelf.question(text)
      return { text, vector }
    },
  })
}

/** Of a question that no model reads. */
const NO_VECTOR = new Float32Array(0)

function dense(corpus: Corpus, depth: number) {
  return defineProcessor({
    name: 'dense',
    input: Asked,
    output: Hits,
    async process({ vector }, ctx) {
      if (vector.length === 0) return columnsOf([])
      return columnsOf(await corpus.dense.searchInTurns(vector, depth, () => ctx.turn()))
    },
  })
}

function lexical(corpus: Corpus, shelf: Shelf, depth: number) {
  return defineProcessor({
    name: 'lexical',
    input: Asked,
    output: Hits,
    process: ({ text }) => columnsOf(corpus.lexical.search(termsOf(shelf.question(text)), depth)),
  })
}

/** Passages that are read before others get their turn: about a millisecond. */
const PASSAGES_A_TURN = 3

/** Looks through the best passages, in turns with others, and chooses those that are read. */
function passages(corpus: Corpus, shelf: Shelf, calibration: Calibration) {
  return defineProcessor({
    name: 'passages',
    input: Ranking,
    output: Sheet,
    async process({ text, vector, numbers: merged }, ctx) {
      const question = shelf.question(text)
      const numbers = merged.subarray(0, lookedAt(question))
      const pool: Retrieved = {
        numbers,
        dense: corpus.dense.scoresOf(vector, numbers),
        lexical: corpus.lexical.scoresOf(termsOf(question), numbers),
      }
      const found = shelf.found(pool)
      const promise = new Float64Array(numbers.length)
      // Also where they have been read before: the order of work must not depend on earlier questions.
      for (let from = 0; from < numbers.length; from += PASSAGES_A_TURN) {
        if (from > 0) await ctx.turn()
        const to = from + PASSAGES_A_TURN
        const pages = shelf.read(numbers.subarray(from, to))
        promise.set(promiseOf(question, found.slice(from, to), calibration, pages), from)
      }
      return { text, vector, ...only(pool, chosen(question, promise)) }
    },
  })
}

function only({ numbers, dense, lexical }: Retrieved, places: readonly number[]): Retrieved {
  return {
    numbers: Uint32Array.from(places, (at) => numbers[at] as number),
    dense: Float32Array.from(places, (at) => dense[at] as number),
    lexical: Float32Array.from(places, (at) => lexical[at] as number),
  }
}

/** The readers by name; each is a branch of the vote. */
function readers(
  shelf: Shelf,
  { embedding, extraction, calibration }: Reads,
): Readonly<Record<string, Processor<Sheet, Reading>>> {
  const reader = (
    name: string,
    read: (question: Question, found: Found[], calibration: Calibration, pages: Page[]) => Reading,
  ) =>
    defineProcessor({
      name,
      input: Sheet,
      output: Marks,
      process: (sheet) =>
        read(shelf.question(sheet.text), shelf.found(sheet), calibration, shelf.read(sheet.numbers)),
    })
  return {
    ...(embedding === undefined ? {} : { similarity: similarity(shelf, embedding.passage, calibration) }),
    overlap: reader('overlap', readOverlap),
    answerType: reader('answerType', readAnswerType),
    standing: reader('standing', readStanding),
    ...(extraction === undefined ? {} : { extraction: extractor(shelf, extraction, calibration) }),
  }
}

function similarity(shelf: Shelf, model: Embedding['passage'], calibration: Calibration) {
  return defineProcessor({
    name: 'similarity',
    input: Sheet,
    output: Marks,
    models: { model },
    async process(sheet, ctx) {
      const found = shelf.found(sheet)
      const vectors = await ctx.inferAll('model', statementTexts(found))
      return readSimilarity(sheet.vector, vectors, found, calibration, shelf.read(sheet.numbers))
    },
  })
}

/** Reads the best passages with a trained reader, all in one call, so that they share batches. */
function extractor(shelf: Shelf, extraction: Extraction, calibration: Calibration) {
  return defineProcessor({
    name: 'extraction',
    input: Sheet,
    output: Marks,
    models: { extraction },
    async process(sheet, ctx) {
      const question = shelf.question(sheet.text)
      const found = shelf.found(sheet)
      const read = found.slice(0, READ_MOST)
      const titled = titlesTell(read)
      const others = otherEntries(
        question,
        read.map(({ passage }) => passage),
      )
      const texts: ReadingText[] = []
      for (const [i, { passage }] of read.entries()) {
        texts.push(readingText(question, passage, titled, others[i]))
        await ctx.turn()
      }
      const rows = texts.map(({ context }) => ({ question: question.text, context }))
      const answers = await ctx.inferAll('extraction', rows)
      const placed = answers.map((answer, i) => inPassage(answer, texts[i] as ReadingText))
      return readExtraction(placed, found, calibration, shelf.read(sheet.numbers))
    },
  })
}

function termsOf(question: Question): string[] {
  return question.terms.map((term) => term.term)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
