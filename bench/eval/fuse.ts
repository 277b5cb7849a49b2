import { FUSION } from '../../actors/knowledge/retrieval/fusion.ts'
import { best, type Hit } from '../../actors/knowledge/retrieval/ranking.ts'

/** Fuses rankings by reciprocal rank. A ranking adds nothing to a passage it lacks.
 * The team fuses by its merge; this is for measuring retrieval without the team. */
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
