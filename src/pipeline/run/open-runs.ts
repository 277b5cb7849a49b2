import type { PipelineRun } from './run.ts'

/** Grows with the runs in flight: on average a bucket has at most this many runs. */
const RUNS_A_BUCKET = 2
const BUCKETS_FIRST = 64

/**
 * The runs in flight, by id: a chained hash table whose links are in the runs themselves.
 *
 *     [ 0 | 1 | 2 | … ]      bucket = hash(id) & mask
 *           ▼   ▼
 *          run  run ─▶ run
 *
 * Not a `Map`: a map that rehashes leaves its old table pointing to the next one. Once a table has grown old, every run
 * in a later one outlives the next scavenges, which made two thirds of the cost of a pipeline garbage collection.
 */
export class OpenRuns {
  size = 0
  #buckets = new Array<PipelineRun | undefined>(BUCKETS_FIRST).fill(undefined)

  /** A run is added once. */
  add(run: PipelineRun): void {
    if (this.size >= this.#buckets.length * RUNS_A_BUCKET) this.#grow()
    this.#link(run)
    this.size += 1
  }

  remove(run: PipelineRun): void {
    const at = this.#bucketOf(run.id)
    let before: PipelineRun | undefined
    let here = this.#buckets[at]
    while (here !== undefined && here !== run) {
      before = here
      here = here.sibling
    }
    if (here === undefined) return
    if (before === undefined) this.#buckets[at] = run.sibling
    else before.sibling = run.sibling
    run.sibling = undefined
    this.size -= 1
  }

  find(id: number): PipelineRun | undefined {
    if (typeof id !== 'number') return undefined
    let here = this.#buckets[this.#bucketOf(id)]
    while (here !== undefined && here.id !== id) here = here.sibling
    return here
  }

  /** Oldest first. */
  ids(): number[] {
    const ids: number[] = []
    for (const first of this.#buckets)
      for (let run = first; run !== undefined; run = run.sibling) ids.push(run.id)
    return ids.sort((a, b) => a - b)
  }

  /** Fibonacci hashing: parcels take ids too, so those of runs often differ by a multiple of a power of two. */
  #bucketOf(id: number): number {
    return (Math.imul(id, 0x9e3779b1) >>> 15) & (this.#buckets.length - 1)
  }

  #link(run: PipelineRun): void {
    const at = this.#bucketOf(run.id)
    run.sibling = this.#buckets[at]
    this.#buckets[at] = run
  }

  #grow(): void {
    const before = this.#buckets
    this.#buckets = new Array<PipelineRun | undefined>(before.length * 2).fill(undefined)
    for (const first of before) {
      for (let run = first; run !== undefined; ) {
        const next: PipelineRun | undefined = run.sibling
        this.#link(run)
        run = next
      }
    }
  }
}
