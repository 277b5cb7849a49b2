import { wholeNumber } from '../kernel/whole-number.ts'
/**
 * The branches chosen for one message: positions in its branch set, in buffers reused from message to message.
 *
 *   count 2     chosen │ 0   2 │        output of position 0 counts 0.7;
 *               weight │ 0.7 1 │        position 2 runs as a shadow: its output is dropped, its cost is counted
 *               shadow │ 0   1 │
 */
export class RouteChoice {
  count = 0
  chosen: Uint32Array
  /** a_ij if several were chosen by weight; 1 if a policy chose a single branch. */
  weight: Float64Array
  /** 1: the branch gets the message, and its output is never used. */
  shadow: Uint8Array

  constructor(capacity = 8) {
    wholeNumber(capacity, 'capacity', 0)
    this.chosen = new Uint32Array(capacity)
    this.weight = new Float64Array(capacity)
    this.shadow = new Uint8Array(capacity)
  }

  /** Clears the choice and keeps the buffers. */
  clear(): void {
    this.count = 0
  }

  /** Adds a branch by its position, and grows the buffers if needed. */
  add(position: number, weight: number, shadow = false): void {
    const at = this.count
    if (at === this.chosen.length) this.#grow()
    this.chosen[at] = position
    this.weight[at] = weight
    this.shadow[at] = shadow ? 1 : 0
    this.count = at + 1
  }

  #grow(): void {
    const { chosen, weight, shadow } = this
    const capacity = chosen.length * 2 + 1
    this.chosen = new Uint32Array(capacity)
    this.weight = new Float64Array(capacity)
    this.shadow = new Uint8Array(capacity)
    this.chosen.set(chosen)
    this.weight.set(weight)
    this.shadow.set(shadow)
  }
}
