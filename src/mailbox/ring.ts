/**
 * A queue in a ring whose size is a power of two, made on first use and doubled when full:
 *
 *        head            tail
 *          ▼               ▼
 *     [ . | a | b | c | d | . | . | . ]        index = position & mask
 *
 * Positions stay below 2^30 (they restart whenever the ring is empty), so that they remain small integers.
 *
 * Its fields are `private`, not `#`: an access by `#` takes about twice the bytecode, and the path of a message fits the engine's
 * bound for inlining only just. The same holds for the other classes on that path (decision 017).
 */
export class Ring<T> {
  private slots: (T | undefined)[] | undefined = undefined
  private mask = 0
  private head = 0
  private tail = 0

  get size(): number {
    return this.tail - this.head
  }

  push(item: T): void {
    if (this.slots === undefined || this.tail - this.head > this.mask) this.grow()
    ;(this.slots as (T | undefined)[])[this.tail & this.mask] = item
    this.tail += 1
  }

  /** False when it holds `most` or more. */
  pushWithin(item: T, most: number): boolean {
    const size = this.tail - this.head
    if (size >= most) return false
    if (this.slots === undefined || size > this.mask) this.grow()
    ;(this.slots as (T | undefined)[])[this.tail & this.mask] = item
    this.tail += 1
    return true
  }

  /** Adds at the front: for a retry, which blocks later messages. */
  unshift(item: T): void {
    if (this.slots === undefined || this.tail - this.head > this.mask) this.grow()
    this.head -= 1
    ;(this.slots as (T | undefined)[])[this.head & this.mask] = item
  }

  shift(): T | undefined {
    const head = this.head
    if (head === this.tail) return undefined
    const slots = this.slots as (T | undefined)[]
    const at = head & this.mask
    const item = slots[at]
    slots[at] = undefined
    if (head + 1 === this.tail) {
      this.head = 0
      this.tail = 0
    } else {
      this.head = head + 1
    }
    return item
  }

  /** Takes out the first that `test` accepts. */
  shiftWhere(test: (item: T) => boolean): T | undefined {
    const before: T[] = []
    let item = this.shift()
    while (item !== undefined && !test(item)) {
      before.push(item)
      item = this.shift()
    }
    for (let i = before.length - 1; i >= 0; i--) this.unshift(before[i] as T)
    return item
  }

  peek(): T | undefined {
    return this.slots === undefined ? undefined : this.slots[this.head & this.mask]
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

  *[Symbol.iterator](): Generator<T> {
    for (let at = this.head; at < this.tail; at++) yield this.slots?.[at & this.mask] as T
  }

  private grow(): void {
    const old = this.slots
    const size = this.size
    const slots = new Array<T | undefined>(old === undefined ? 8 : old.length * 2).fill(undefined)
    if (old !== undefined) for (let i = 0; i < size; i++) slots[i] = old[(this.head + i) & this.mask]
    this.slots = slots
    this.mask = slots.length - 1
    this.head = 0
    this.tail = size
  }
}
