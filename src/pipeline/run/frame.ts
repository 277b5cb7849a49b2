/**
 * One turn of a loop, or one passage through a sub-pipeline, within a run. Parcels inside carry it:
 *
 *   run ◀── loop, turn 2 ◀── sub-pipeline 'refine'
 *
 * A join belongs to its frame, so a late part of turn 1 never counts in turn 2.
 */
export interface Frame {
  /** Unique within its run. */
  readonly id: number
  readonly outer: Frame | undefined
  /** The node that opened it. */
  readonly node: string
  /** 1, 2 … in a loop; 0 in a sub-pipeline. */
  readonly turn: number
  /** The `at.input` of functions inside. */
  readonly input: unknown
}

/** A stage's result when it decides where its value goes, or changes the frame. */
export class Detour {
  readonly #own = true
  readonly value: unknown
  readonly frame: Frame | undefined
  /** The only recipient; `undefined`: along every arrow, as usual. */
  readonly to: string | undefined

  constructor(value: unknown, frame: Frame | undefined, to: string | undefined) {
    this.value = value
    this.frame = frame
    this.to = to
  }

  /** Whether a step's value is one. Asks no proxy anything, unlike `instanceof`. */
  static is(value: unknown): value is Detour {
    return typeof value === 'object' && value !== null && #own in value && value.#own
  }
}
