/**
 * A binary heap: the least element by `before` is at the top.
 *
 *            0            children of i: 2i+1, 2i+2
 *          1   2
 *         3 4 5 6
 */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #before: (a: T, b: T) => boolean

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(item, items[parent] as T)) break
      items[at] = items[parent] as T
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (items.length > 0 && last !== undefined) this.#sink(last, 0)
    return top
  }

  /** Keeps the elements that `stays` accepts; O(n). */
  retain(stays: (item: T) => boolean): void {
    const kept = this.#items.filter(stays)
    this.#items.length = 0
    for (const item of kept) this.push(item)
  }

  /** In no order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]()
  }

  /** How many from the top on pass `test`, which no child of one that fails it may; the count stops at `most`. */
  count(test: (item: T) => boolean, most: number): number {
    const items = this.#items
    const open = [0]
    let count = 0
    for (let at = open.pop(); at !== undefined && count < most; at = open.pop()) {
      if (at >= items.length || !test(items[at] as T)) continue
      count += 1
      open.push(2 * at + 1, 2 * at + 2)
    }
    return count
  }

  #sink(item: T, from: number): void {
    const items = this.#items
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#before(items[child + 1] as T, items[child] as T)) child += 1
      if (!this.#before(items[child] as T, item)) break
      items[at] = items[child] as T
      at = child
    }
    items[at] = item
  }
}
