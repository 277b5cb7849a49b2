import { type Found, pages } from '../reading/candidate.ts'
import { coverage } from '../reading/features.ts'
import type { Question } from '../reading/question.ts'
import { cosine } from '../retrieval/dense-index.ts'
import { FUSION, fuse } from '../retrieval/fusion.ts'
import type { Hit } from '../retrieval/ranking.ts'
import type { Passage } from '../text/passages.ts'
import type { GivenAnswer } from './figures.ts'

/** The rows that the whole team is compared with: each is a part of it, answering alone and never abstaining. */
export type Baseline = 'lexical only' | 'dense only' | 'fusion'

export interface BaselineInput {
  readonly question: Question
  readonly vector: Float32Array
  /** The passages that the team reads, and the unit vectors of their `statementTexts`. */
  readonly found: readonly Found[]
  readonly vectors: readonly Float32Array[]
  /** What the retrievers listed. */
  readonly lists: { readonly dense: readonly Hit[]; readonly lexical: readonly Hit[] }
  readonly passages: readonly Passage[]
}

const SOURCES = 5

/** Answers with the best statement of the first passage: by shared rare words, by cosine, or by both ranks fused. */
export function baselineAnswer(baseline: Baseline, input: BaselineInput): GivenAnswer {
  const hits = hitsOf(baseline, input)
  const sources = hits.slice(0, SOURCES).map(({ passage }) => {
    const { file, text } = input.passages[passage] as Passage
    return { file, passage: text }
  })
  const first = input.found.findIndex((one) => one.number === hits[0]?.passage)
  const answer = first < 0 ? null : bestStatement(baseline, input, first)
  return { answer, span: answer, abstained: answer === null, sources }
}

function hitsOf(baseline: Baseline, { lists }: BaselineInput): readonly Hit[] {
  if (baseline === 'lexical only') return lists.lexical
  if (baseline === 'dense only') return lists.dense
  const rankings = [
    { hits: lists.dense, weight: FUSION.weights.dense },
    { hits: lists.lexical, weight: FUSION.weights.lexical },
  ]
  return fuse(rankings, FUSION.kept)
}

function bestStatement(baseline: Baseline, input: BaselineInput, first: number): string | null {
  const read = pages(input.found)
  const from = read.slice(0, first).reduce((sum, page) => sum + page.candidates.length, 0)
  const candidates = read[first]?.candidates ?? []
  const words = candidates.map((candidate) => coverage(input.question.terms, candidate.terms))
  const meaning = candidates.map((_, i) => cosine(input.vector, input.vectors[from + i] as Float32Array))
  const ranked = (scores: readonly number[]): Hit[] =>
    scores.map((score, passage) => ({ passage, score })).sort((a, b) => b.score - a.score)
  const order =
    baseline === 'lexical only'
      ? ranked(words)
      : baseline === 'dense only'
        ? ranked(meaning)
        : fuse(
            [
              { hits: ranked(words), weight: 1 },
              { hits: ranked(meaning), weight: 1 },
            ],
            candidates.length,
          )
  return candidates[order[0]?.passage ?? -1]?.text ?? null
}
