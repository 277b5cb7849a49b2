import type { Turns } from '../../kernel/kernel.ts'

/** Most steps of one walk on one stack. A step takes some ten frames, and a stack has room for about ten thousand. */
const DEPTH_MAX = 100

/**
 * Walks along children, parents and links, where each step calls the next. Beyond a depth the rest gets a new stack,
 * so the shape of a tree can't overflow it.
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
