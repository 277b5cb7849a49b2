interface Slot<T> {
  readonly item: T
  outcome: (() => void) | undefined
}

/**
 * Releases outcomes in the order in which their causes arrived, by key:
 *
 *     key   [ a: done | b: running | c: done ]     a is released; c waits for b
 */
export class OutcomeOrder<T> {
  readonly #slots = new Map<string, Slot<T>[]>()

  expect(key: string, item: T): void {
    const slots = this.#slots.get(key)
    if (slots === undefined) this.#slots.set(key, [{ item, outcome: undefined }])
    else slots.push({ item, outcome: undefined })
  }

  /** Runs `outcome` after the outcomes of everything before `item`; at once if `item` was never expected. */
  ended(key: string, item: T, outcome: () => void): void {
    const slots = this.#slots.get(key)
    const slot = slots?.find((candidate) => candidate.item === item)
    if (slots === undefined || slot === undefined) {
      outcome()
      return
    }
    slot.outcome = outcome
    for (let first = slots[0]; first?.outcome !== undefined; first = slots[0]) {
      slots.shift()
      if (slots.length === 0) this.#slots.delete(key)
      first.outcome()
    }
  }
}
