import { readMarkdown, readText } from '../../actors/knowledge/documents/formats/markdown.ts'
import { withForms } from '../../actors/knowledge/documents/forms.ts'
import { DenseIndex } from '../../actors/knowledge/retrieval/dense-index.ts'
import { FUSION, type Fusion, fuse, poolOf } from '../../actors/knowledge/retrieval/fusion.ts'
import { LexicalIndex } from '../../actors/knowledge/retrieval/lexical-index.ts'
import type { Hit } from '../../actors/knowledge/retrieval/ranking.ts'
import { contextOf, type Passage, passages } from '../../actors/knowledge/text/passages.ts'
import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import { calibrationOf } from '../../actors/question-answering/calibration/calibrations.ts'
import { type Found, pages, statementTexts } from '../../actors/question-answering/reading/candidate.ts'
import { chosen, lookedAt, promiseOf } from '../../actors/question-answering/reading/choosing.ts'
import { analyse, type Question } from '../../actors/question-answering/reading/question.ts'
import type { EvaluationQuestion } from '../../bench/eval/questions.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { Embedder } from './embedder.ts'
import { quantise } from './quantise.ts'

/** The readers' input for one question, and its retrieval scores. */
export interface Prepared {
  readonly asked: EvaluationQuestion
  readonly question: Question
  readonly vector: Float32Array
  readonly found: readonly Found[]
  readonly vectors: readonly Float32Array[]
  /** Where the statement that answers is known, and not only its text: which of all statements found hold it. */
  readonly right?: readonly boolean[]
}

/** Documents indexed both ways: the retrieval half of the team, without its actors. */
export class Corpus {
  readonly passages: readonly Passage[]
  private readonly lexical: LexicalIndex
  private readonly dense: DenseIndex
  private readonly embedder: Embedder
  private readonly fusion: Fusion
  /** Chooses the passages that are read: as fitted before. */
  private readonly choosing: Calibration

  private constructor(
    embedder: Embedder,
    all: readonly Passage[],
    vectors: readonly Float32Array[],
    fusion: Fusion,
  ) {
    this.embedder = embedder
    this.fusion = fusion
    this.choosing = calibrationOf(embedder.model, false)
    this.passages = all
    this.lexical = new LexicalIndex(all)
    this.dense = new DenseIndex(quantise(vectors))
  }

  static async of(
    documents: readonly { readonly file: string; readonly text: string }[],
    embedder: Embedder,
    fusion: Fusion = FUSION,
  ): Promise<Corpus> {
    const all = await withForms(
      documents.flatMap(({ file, text }) =>
        passages(file.endsWith('.md') ? readMarkdown(file, text) : readText(file, text)),
      ),
      new Pauses(platformKernel()),
    )
    return Corpus.over(all, embedder, fusion)
  }

  static async over(all: readonly Passage[], embedder: Embedder, fusion: Fusion = FUSION): Promise<Corpus> {
    const vectors = await embedder.embed(all.map(embeddedText), 'passage')
    return new Corpus(embedder, all, vectors, fusion)
  }

  /** Retrieves for many questions; `hidden` names documents to ignore. */
  async prepare(
    questions: readonly EvaluationQuestion[],
    hidden: (asked: EvaluationQuestion, file: string) => boolean = () => false,
  ): Promise<Prepared[]> {
    const vectors = await this.embedder.embed(
      questions.map((one) => one.question),
      'query',
    )
    const retrieved = questions.map((asked, i) => this.retrieve(asked, vectors[i] as Float32Array, hidden))
    await this.embedder.embed([...new Set(retrieved.flatMap((one) => statementTexts(one.found)))], 'passage')
    const prepared: Prepared[] = []
    for (const one of retrieved) {
      prepared.push({ ...one, vectors: await this.embedder.embed(statementTexts(one.found), 'passage') })
    }
    return prepared
  }

  private retrieve(
    asked: EvaluationQuestion,
    vector: Float32Array,
    hidden: (asked: EvaluationQuestion, file: string) => boolean,
  ): Omit<Prepared, 'vectors'> {
    const question = analyse(asked.question, this.lexical)
    const seen = (hit: Hit) => !hidden(asked, this.passages[hit.passage]?.file ?? '')
    const { depth, weights } = this.fusion
    const dense = this.dense
      .search(vector, depth * 3)
      .filter(seen)
      .slice(0, depth)
    const lexical = this.lexical
      .search(
        question.terms.map((term) => term.term),
        depth * 3,
      )
      .filter(seen)
      .slice(0, depth)
    const fused = fuse({ dense, lexical }, { input: undefined, weights })
    const cosines = this.dense.scores(vector)
    const scores = this.lexical.scores(question.terms.map((term) => term.term))
    const numbers = poolOf(fused, this.passages, this.fusion).slice(0, lookedAt(question))
    const pool = numbers.map((passage) => ({
      number: passage,
      passage: this.passages[passage] as Passage,
      dense: cosines[passage] as number,
      lexical: scores[passage] as number,
    }))
    const places = chosen(question, promiseOf(question, pool, this.choosing, pages(pool)))
    return { asked, question, vector, found: places.map((at) => pool[at] as Found) }
  }
}

/** The text embedded for a passage: its title and headings, then its own text. */
export function embeddedText(passage: Passage): string {
  const context = contextOf(passage)
  return context === '' ? passage.text : `${context}\n${passage.text}`
}

/** `n` of the items, always the same for the same seed, by a 32-bit linear congruential generator. */
export function draw<T>(items: readonly T[], n: number, seed: number): T[] {
  const pool = items.slice()
  const drawn: T[] = []
  let state = seed >>> 0
  while (drawn.length < n && pool.length > 0) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    drawn.push(...pool.splice(Math.floor((state / 2 ** 32) * pool.length), 1))
  }
  return drawn
}
