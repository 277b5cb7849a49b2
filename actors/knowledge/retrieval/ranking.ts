/** One hit of a retriever: the number of a passage in the collection, and the retriever's own score (not comparable between retrievers). */
export interface Hit {
  readonly passage: number
  readonly score: number
}

/** The n best of a dense score array, best first; ties keep the order of passages. Scores up to 0 are no hits without `floor`. */
export function best(scores: ArrayLike<number>, n: number, floor = 0): Hit[] {
  const heap: Hit[] = []
  for (let passage = 0; passage < scores.length; passage += 1) {
    const score = scores[passage] as number
    if (!(score > floor)) continue
    if (heap.length === n && score <= (heap[n - 1] as Hit).score) continue
    // Insertion into a short sorted list: n is at most a hundred, and few passages get here.
    let at = heap.length
    while (at > 0 && (heap[at - 1] as Hit).score < score) at -= 1
    heap.splice(at, 0, { passage, score })
    if (heap.length > n) heap.pop()
  }
  return heap
}

/** Hits as they are sent, by column: a message of two arrays costs the same for any number of hits. Scores come as 32-bit floats. */
export interface HitColumns {
  readonly passages: Uint32Array
  readonly scores: Float32Array
}

export function columnsOf(hits: readonly Hit[]): HitColumns {
  return {
    passages: Uint32Array.from(hits, ({ passage }) => passage),
    scores: Float32Array.from(hits, ({ score }) => score),
  }
}

export function hitsOf({ passages, scores }: HitColumns): Hit[] {
  return Array.from(passages, (passage, i) => ({ passage, score: scores[i] as number }))
}
