/**
 * A queue in a ring whose size is a power of two, made on first use and doubled when full:
 *
 *        head            tail
 *          ▼               ▼
 *     [ . | a | b | c | d | . | . | . ]        index = position & (size − 1)
 */
export class Ring<T> {
  #slots: (T | undefined)[] | undefined
  #head = 0
  #tail = 0

  get size(): number {
    return this.#tail - this.#head
  }

  push(item: T): void {
    const slots = this.#room()
    slots[this.#tail & (slots.length - 1)] = item
    this.#tail += 1
  }

  /** In front of everything: for a retry, which blocks what came later. */
  unshift(item: T): void {
    const slots = this.#room()
    this.#head -= 1
    slots[this.#head & (slots.length - 1)] = item
  }

  shift(): T | undefined {
    if (this.#slots === undefined || this.#head === this.#tail) return undefined
    const at = this.#head & (this.#slots.length - 1)
    const item = this.#slots[at]
    this.#slots[at] = undefined
    this.#head += 1
    return item
  }

  /** Takes out everything that `test` accepts, in order. */
  removeWhere(test: (item: T) => boolean): T[] {
    const removed: T[] = []
    for (let left = this.size; left > 0; left--) {
      const item = this.shift() as T
      if (test(item)) removed.push(item)
      else this.push(item)
    }
    return removed
  }

  #room(): (T | undefined)[] {
    if (this.#slots === undefined) this.#slots = new Array<T | undefined>(8)
    if (this.size === this.#slots.length) {
      const items: T[] = []
      for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item)
      this.#slots = new Array<T | undefined>(items.length * 2)
      this.#head = 0
      this.#tail = 0
      for (const item of items) this.push(item)
    }
    return this.#slots
  }
}
