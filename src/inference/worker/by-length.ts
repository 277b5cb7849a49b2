/** The cost of a call besides its places, expressed in places: about 0.3 ms per call, measured with the embedded model. */
const CALL_PLACES = 8

/**
 * Splits the rows of a batch into runs of similar lengths when padding would cost more than the extra calls. It finds the
 * cheapest way to cut the rows, sorted by length, where a run costs `rows × its longest + a call`.
 *
 *     lengths 9 9 10 31 30     one run: 5 × 31 = 155 places     two: 3 × 10 + 2 × 31 + a call = 100
 *
 * The batcher estimates lengths; here they are exact.
 *
 * @returns row numbers by run; each row once.
 */
export function byLength(lengths: readonly number[]): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[a] as number) - (lengths[b] as number))
  // least[n]: the cheapest way to run the n shortest; from[n]: the start of its last run.
  const least = new Float64Array(order.length + 1).fill(Number.POSITIVE_INFINITY)
  const from = new Uint32Array(order.length + 1)
  least[0] = 0
  for (let n = 1; n <= order.length; n++) {
    const longest = lengths[order[n - 1] as number] as number
    for (let begin = 0; begin < n; begin++) {
      const cost = (least[begin] as number) + (n - begin) * longest + CALL_PLACES
      if (cost < (least[n] as number)) {
        least[n] = cost
        from[n] = begin
      }
    }
  }
  const runs: number[][] = []
  for (let n = order.length; n > 0; n = from[n] as number) runs.push(order.slice(from[n], n))
  return runs
}
