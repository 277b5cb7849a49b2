/** One hit of a retriever: the number of a passage in the collection, and the retriever's own score (not comparable between retrievers). */
export interface Hit {
  readonly passage: number
  readonly score: number
}

/** The n best of a dense score array, best first; ties keep the order of passages. Scores up to 0 are no hits without `floor`. */
export function best(scores: ArrayLike<number>, n: number, floor = 0): Hit[] {
  const most = Math.min(n, scores.length)
  const passages = new Uint32Array(most)
  const top = new Float64Array(most)
  let size = 0
  for (let passage = 0; passage < scores.length; passage += 1) {
    const score = scores[passage] as number
    if (!(score > floor)) continue
    if (size === most && score <= (top[most - 1] as number)) continue
    // Insertion into a short sorted list: n is at most a hundred, and few passages get here.
    let at = size < most ? size++ : most - 1
    for (; at > 0 && (top[at - 1] as number) < score; at -= 1) {
      top[at] = top[at - 1] as number
      passages[at] = passages[at - 1] as number
    }
    top[at] = score
    passages[at] = passage
  }
  return Array.from(passages.subarray(0, size), (passage, i) => ({ passage, score: top[i] as number }))
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
