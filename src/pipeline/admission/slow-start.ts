import type { Guest } from './guest.ts'

/** So many begin together before any have ended together. */
const START = 8
/** Up to so much company on average. */
const ALONE = 1.5
/** A quarter of a round that is cut short is too much. */
const LOST = 0.25

/**
 * How many may be in flight because about as many have ended before: twice as many once a round of them has ended, half as many
 * once a quarter of a round was cut short. (Jacobson, "Congestion avoidance and control", SIGCOMM 1988; that only a number which was
 * in use grows is from RFC 7661.)
 *
 *     8 ─ 8 ended ─▶ 16 ─ 16 ended ─▶ 32 ─ 9 cut short ─▶ 16
 */
export class SlowStart {
  proven = START
  /** Of this round. */
  #ended = 0
  #lost = 0

  /** A run has ended; `told`: by itself. */
  ended({ meanCompany }: Pick<Guest, 'meanCompany'>, told: boolean): void {
    // One that was mostly alone was slow by itself.
    if (!told && meanCompany > ALONE) this.#lost += 1
    if (told && meanCompany * 2 >= this.proven) this.#ended += 1
    const isTooMuch = this.#lost > this.proven * LOST
    if (!isTooMuch && this.#ended < this.proven) return
    this.proven = isTooMuch ? Math.max(1, Math.floor(this.proven / 2)) : this.proven * 2
    this.#ended = 0
    this.#lost = 0
  }
}
