import { conflict, type Footprint } from './footprint.ts'

/** Most sets of steps that the count of one run looks at. */
const SETS_MAX = 20_000

/** The steps of a run between two moments at which nothing was ready: any order of steps stays between them. */
export type Segment = readonly Footprint[]

/** Which steps of a segment must come before which, in every run that is the same but for the order of steps that commute. */
export class Precedence {
  readonly #before: Uint8Array[] = []

  /** `first` is the place of the segment's first step in the run. */
  constructor(steps: Segment, first: number, reached: ReadonlySet<number>) {
    for (const [j, step] of steps.entries()) {
      const before = new Uint8Array(steps.length)
      this.#before.push(before)
      for (let i = j - 1; i >= 0; i--) {
        if (before[i] === 1) continue
        const other = steps[i] as Footprint
        if (step.cause - first !== i && !conflict(other, step, reached)) continue
        before[i] = 1
        const earlier = this.#before[i] as Uint8Array
        for (let k = 0; k < i; k++) if (earlier[k] === 1) before[k] = 1
      }
    }
  }

  has(i: number, j: number): boolean {
    return (this.#before[j] as Uint8Array)[i] === 1
  }
}

/**
 * In how many orders the steps of a segment can come: the linear extensions of its precedence, by the sets of steps that can be done
 * at some time. Undefined where there are too many sets.
 */
export function ordersOf(steps: Segment, first: number, reached: ReadonlySet<number>): number | undefined {
  const precedence = new Precedence(steps, first, reached)
  const lanes = new Map<string, number[]>()
  for (const [at, { worker }] of steps.entries()) {
    const lane = lanes.get(worker) ?? []
    lane.push(at)
    lanes.set(worker, lane)
  }
  const all = [...lanes.values()]
  // Of each actor, how many of its steps are done; the steps of one actor keep their order.
  let ways = new Map<string, number>([[all.map(() => 0).join(), 1]])
  let seen = 0
  for (let done = 0; done < steps.length; done++) {
    const next = new Map<string, number>()
    for (const [key, times] of ways) {
      const counts = key.split(',').map(Number)
      for (const [lane, places] of all.entries()) {
        const step = places[counts[lane] as number]
        if (step === undefined || !isFree(step, all, counts, precedence)) continue
        const after = counts.with(lane, (counts[lane] as number) + 1).join()
        next.set(after, (next.get(after) ?? 0) + times)
      }
      seen += 1
      if (seen > SETS_MAX) return undefined
    }
    ways = next
  }
  return [...ways.values()][0] ?? 1
}

/** Whether all that must come before the step is done. */
function isFree(
  step: number,
  lanes: readonly (readonly number[])[],
  counts: readonly number[],
  precedence: Precedence,
): boolean {
  for (const [lane, places] of lanes.entries()) {
    for (const other of places.slice(counts[lane])) if (precedence.has(other, step)) return false
  }
  return true
}
