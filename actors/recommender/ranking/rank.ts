import { RETRIEVERS, type Recall, type Retriever } from '../retrieval/recall.ts'

const WIDTH = RETRIEVERS.length

/** Every item that a retriever found, once: a row of scores for each, one by retriever. */
export interface Candidates {
  readonly items: Int32Array
  /** From 0 to 1, row by row; 0 where a retriever did not find the item. */
  readonly found: Float64Array
}

/** A candidate in its place. */
export interface Ranked {
  readonly item: number
  readonly score: number
  /** By retriever, as in `RETRIEVERS`. */
  readonly found: readonly number[]
}

export function unite(parts: { readonly [retriever in Retriever]?: Recall | undefined }): Candidates {
  const rows = new Map<number, number>()
  for (const retriever of RETRIEVERS)
    for (const item of parts[retriever]?.items ?? []) if (!rows.has(item)) rows.set(item, rows.size)
  const found = new Float64Array(rows.size * WIDTH)
  RETRIEVERS.forEach((retriever, column) => {
    const part = parts[retriever]
    part?.items.forEach((item, at) => {
      found[(rows.get(item) as number) * WIDTH + column] = part.scores[at] as number
    })
  })
  return { items: Int32Array.from(rows.keys()), found }
}

/** The candidates by `Σ_r a_r · b_r · score_r`, best first: a the row of A, b a blend's own taste. */
export function rank(
  { items, found }: Candidates,
  weights: Readonly<Partial<Record<string, number>>>,
  blend: Readonly<Record<Retriever, number>>,
  most: number,
): readonly Ranked[] {
  const counts = RETRIEVERS.map((retriever) => (weights[retriever] ?? 0) * blend[retriever])
  const scores = Float64Array.from(items, (_, row) => {
    let sum = 0
    for (let column = 0; column < WIDTH; column++)
      sum += (counts[column] as number) * (found[row * WIDTH + column] as number)
    return sum
  })
  const order = Array.from(items.keys())
  order.sort(
    (a, b) => (scores[b] as number) - (scores[a] as number) || (items[a] as number) - (items[b] as number),
  )
  return order.slice(0, most).map((row) => ({
    item: items[row] as number,
    score: scores[row] as number,
    found: [...found.subarray(row * WIDTH, (row + 1) * WIDTH)],
  }))
}
