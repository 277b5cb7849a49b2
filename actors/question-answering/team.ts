import { z } from 'zod'
import { defineProcessor, type Processor } from '../../src/behavior/define-processor.ts'
import type { ExtractedAnswer, QuestionRow } from '../../src/inference/tasks/question-answering.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { ModelTask } from '../../src/ports/inference.ts'
import type { Corpus } from '../knowledge/index/corpus.ts'
import type { Embedding } from '../knowledge/index/embedding.ts'
import { FUSION, fuse } from '../knowledge/retrieval/fusion.ts'
import type { Hit } from '../knowledge/retrieval/ranking.ts'
import { answered } from './answering/answer.ts'
import { vote } from './answering/vote.ts'
import type { Calibration } from './calibration/calibration.ts'
import { type Found, statementTexts } from './reading/candidate.ts'
import { READ_MOST } from './reading/extraction.ts'
import { analyse, type Question } from './reading/question.ts'
import {
  type Reading,
  readAnswerType,
  readExtraction,
  readOverlap,
  readSimilarity,
  readStanding,
} from './reading/reader.ts'
import { inPassage, type ReadingText, readingText } from './reading/reading-text.ts'

const Text = z.object({ text: z.string() })
/** Bodies between our own processors are plain data checked by the compiler; a schema only names them. */
const Asked = z.custom<Asked>((value) => isRecord(value) && value.vector instanceof Float32Array)
const Hits = z.custom<readonly Hit[]>(Array.isArray)
const Sheet = z.custom<Sheet>((value) => isRecord(value) && Array.isArray(value.found))
const Marks = z.custom<Reading>((value) => isRecord(value) && Array.isArray(value.marks))

/** A question, read and embedded. */
interface Asked {
  readonly question: Question
  readonly vector: Float32Array
}

/** Every reader's input: the question and the retrieved passages. */
interface Sheet extends Asked {
  readonly found: readonly Found[]
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
  const { calibration } = reads
  const voters = readers(reads)
  const weights = Object.fromEntries(
    Object.entries(calibration.vote.weights).filter(([name]) => Object.hasOwn(voters, name)),
  )
  return pipeline('question-answering', Text, { timeout: '30s', ...limits })
    .to(questionReader(corpus, reads.embedding?.query))
    .fan({ dense: dense(corpus), lexical: lexical(corpus) }, { weights: FUSION.weights })
    .merge((parts, at) => ({ asked: at.input, ranked: fuse(parts, at) }), {
      name: 'fuse',
    })
    .map(
      ({ asked, ranked }) =>
        sheet(
          corpus,
          asked,
          ranked.slice(0, FUSION.kept).map((one) => one.item.passage),
        ),
      {
        name: 'passages',
      },
    )
    .fan(voters, { weights })
    .merge(
      (parts, at) => {
        const readings = Object.values(parts).filter((part): part is Reading => part !== undefined)
        return { ...at.input, outcome: vote(readings, calibration, at.weights) }
      },
      // All that there is time for: the run's deadline bounds the grace.
      { name: 'vote', quorum: 2, grace: '10m', onMissing: 'partial' },
    )
    .map(({ question, found, outcome }) => answered(question, found, outcome, calibration), {
      name: 'answer',
    })
}

function questionReader(corpus: Corpus, model: Embedding['query'] | undefined) {
  if (model === undefined)
    return defineProcessor({
      name: 'question',
      input: Text,
      output: Asked,
      process: ({ text }) => ({ question: analyse(text, corpus.lexical), vector: NO_VECTOR }),
    })
  return defineProcessor({
    name: 'question',
    input: Text,
    output: Asked,
    models: { model },
    async process({ text }, ctx) {
      const vector = await ctx.infer('model', text)
      return { question: analyse(text, corpus.lexical), vector }
    },
  })
}

/** Of a question that no model reads. */
const NO_VECTOR = new Float32Array(0)

function dense(corpus: Corpus) {
  return defineProcessor({
    name: 'dense',
    input: Asked,
    output: Hits,
    process: ({ vector }, ctx) =>
      vector.length === 0 ? [] : corpus.dense.searchInTurns(vector, FUSION.depth, () => ctx.turn()),
  })
}

function lexical(corpus: Corpus) {
  return defineProcessor({
    name: 'lexical',
    input: Asked,
    output: Hits,
    process: ({ question }) => corpus.lexical.search(termsOf(question), FUSION.depth),
  })
}

/** The readers by name; each is a branch of the vote. */
function readers({
  embedding,
  extraction,
  calibration,
}: Reads): Readonly<Record<string, Processor<Sheet, Reading>>> {
  const reader = (name: string, read: (sheet: Sheet) => Reading) =>
    defineProcessor({ name, input: Sheet, output: Marks, process: (x) => read(x) })
  return {
    ...(embedding === undefined ? {} : { similarity: similarity(embedding.passage, calibration) }),
    overlap: reader('overlap', ({ question, found }) => readOverlap(question, found, calibration)),
    answerType: reader('answerType', ({ question, found }) => readAnswerType(question, found, calibration)),
    standing: reader('standing', ({ question, found }) => readStanding(question, found, calibration)),
    ...(extraction === undefined ? {} : { extraction: extractor(extraction, calibration) }),
  }
}

function similarity(model: Embedding['passage'], calibration: Calibration) {
  return defineProcessor({
    name: 'similarity',
    input: Sheet,
    output: Marks,
    models: { model },
    process: async ({ vector, found }, ctx) =>
      readSimilarity(vector, await ctx.inferAll('model', statementTexts(found)), found, calibration),
  })
}

/** Reads the best passages with a trained reader, all in one call, so that they share batches. */
function extractor(extraction: Extraction, calibration: Calibration) {
  return defineProcessor({
    name: 'extraction',
    input: Sheet,
    output: Marks,
    models: { extraction },
    process: async ({ question, found }, ctx) => {
      const texts = found.slice(0, READ_MOST).map(({ passage }) => readingText(question, passage))
      const rows = texts.map(({ context }) => ({ question: question.text, context }))
      const answers = await ctx.inferAll('extraction', rows)
      const read = answers.map((answer, i) => inPassage(answer, texts[i] as ReadingText))
      return readExtraction(read, found, calibration)
    },
  })
}

function sheet(corpus: Corpus, asked: Asked, numbers: readonly number[]): Sheet {
  const cosines = corpus.dense.scoresOf(asked.vector, numbers)
  const scores = corpus.lexical.scoresOf(termsOf(asked.question), numbers)
  const found = numbers.map((number, at) => ({
    number,
    passage: corpus.passages[number] as Found['passage'],
    dense: cosines[at] as number,
    lexical: scores[at] as number,
  }))
  return { ...asked, found }
}

function termsOf(question: Question): string[] {
  return question.terms.map((term) => term.term)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
