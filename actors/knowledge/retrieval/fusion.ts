import { convexCombination } from '../../../src/merge/convex-combination.ts'
import type { Passage } from '../text/passages.ts'
import type { Hit } from './ranking.ts'

/** How the hits of both retrievers become one ranking, and how much of it is read. */
export interface Fusion {
  readonly weights: { readonly dense: number; readonly lexical: number }
  /** Hits requested from each retriever. */
  readonly depth: number
  /** Most passages looked through, from which those are chosen that the readers get. */
  readonly pool: number
  /** Most passages given to the readers. */
  readonly kept: number
  /** Most statements given to them, behind the first few passages: each is embedded. */
  readonly statements: number
}

/** docs/decisions/011 has what it was measured against. On SQuAD the answer's passage is among 12 for 0.982 of questions. */
export const FUSION: Fusion = {
  weights: { dense: 0.6, lexical: 0.4 },
  depth: 100,
  pool: 24,
  kept: 12,
  statements: Number.POSITIVE_INFINITY,
}

/** For Chinese, whose passages are whole paragraphs, and whose words tell more than their vectors (docs/decisions/048). */
export const CHINESE_FUSION: Fusion = {
  weights: { dense: 0.3, lexical: 0.7 },
  depth: 100,
  pool: 12,
  kept: 12,
  statements: 80,
}

/** So many passages are read whatever statements they have. */
const KEPT_LEAST = 4

/**
 * Fuses the hits of `dense` and `lexical`, best first. A passage without any word of the question has BM25 score 0; cosines have no
 * such point that passages come near, so they run from the lowest hit.
 */
export const fuse = convexCombination<Hit>({
  score: ({ score }) => score,
  by: ({ passage }) => passage,
  least: { lexical: 0 },
})

/** The passages of a ranking that are looked through, best first. */
export function poolOf(
  ranked: ReturnType<typeof fuse>,
  passages: readonly Pick<Passage, 'statements'>[],
  { pool, statements }: Fusion,
): number[] {
  const found: number[] = []
  let read = 0
  for (const { item } of ranked.slice(0, pool)) {
    read += passages[item.passage]?.statements.length ?? 0
    if (found.length >= KEPT_LEAST && read > statements) break
    found.push(item.passage)
  }
  return found
}
