import { best, type Hit } from './ranking.ts'

/**
 * Constants of reciprocal-rank fusion (Cormack, Clarke, Büttcher 2009): score = Σ weight/(k + rank), rank from 1.
 * The usual k = 60 is for rankings of hundreds of judged systems; two retrievers that are each often right at rank 1
 * do better with a small k.
 */
export const FUSION = {
  k: 5,
  weights: { dense: 0.5, lexical: 0.5 },
  /** Hits asked of each retriever. */
  depth: 100,
  /** Passages handed to the readers: on SQuAD the answer's passage is among 12 for 0.966 of questions, among 20 for 0.977. */
  kept: 12,
} as const

/** Fuses rankings by reciprocal rank. A passage that one ranking lacks gets nothing from it. */
export function fuse(
  rankings: readonly { readonly hits: readonly Hit[]; readonly weight: number }[],
  n: number,
  k: number = FUSION.k,
): Hit[] {
  const sums = new Map<number, number>()
  for (const { hits, weight } of rankings) {
    hits.forEach((hit, i) => {
      sums.set(hit.passage, (sums.get(hit.passage) ?? 0) + weight / (k + i + 1))
    })
  }
  const passages = [...sums.keys()].sort((a, b) => a - b)
  return best(
    passages.map((passage) => sums.get(passage) ?? 0),
    n,
  ).map((hit) => ({
    passage: passages[hit.passage] as number,
    score: hit.score,
  }))
}
