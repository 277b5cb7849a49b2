import type { SpanPlace } from './open-telemetry.ts'

const BATCHES_MAX = 1024
const LINKS_MAX = 32

/**
 * The spans of calls whose rows ran in one batch. Each call has a trace of its own; the span of a later one links to those that
 * were there before it, at most 32. Only the last batches are remembered.
 */
export class BatchLinks {
  /** By number, oldest first. */
  readonly #batches = new Map<number, SpanPlace[]>()

  /** Links to the calls of a batch so far. */
  of(batch: number | undefined): { context: SpanPlace }[] {
    const known = batch === undefined ? undefined : this.#batches.get(batch)
    return known?.map((context) => ({ context })) ?? []
  }

  /** From now on others of the batch link to this call. */
  add(batch: number | undefined, span: SpanPlace): void {
    if (batch === undefined) return
    const known = this.#batches.get(batch)
    if (known !== undefined) {
      if (known.length < LINKS_MAX) known.push(span)
      return
    }
    this.#batches.set(batch, [span])
    if (this.#batches.size <= BATCHES_MAX) return
    for (const oldest of this.#batches.keys()) {
      this.#batches.delete(oldest)
      return
    }
  }
}
