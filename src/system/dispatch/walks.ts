import type { Turns } from '../../kernel/kernel.ts'

/** Steps of one walk on one stack. A step takes some ten frames, and a stack about ten thousand. */
const DEPTH_MAX = 100

/**
 * Walks along children, parents and links, where each step calls the next: beyond a depth the rest gets a stack of its own,
 * so that the shape of a tree can't overflow it.
 */
export class Walks {
  readonly #turns: Turns
  #depth = 0

  constructor(turns: Turns) {
    this.#turns = turns
  }

  go(step: () => void): void {
    if (this.#depth >= DEPTH_MAX) {
      this.#turns.soon(() => this.go(step))
      return
    }
    this.#depth += 1
    try {
      step()
    } finally {
      this.#depth -= 1
    }
  }
}
