const PAGE_BITS = 12
const PAGE = 1 << PAGE_BITS
const MASK = PAGE - 1
/** No slot. */
export const NONE = -1

export const FREE = 0
export const OPEN = 1
export const GRACE = 2
export const MERGED = 3
export const FAILED = 4

/** Which kind of a join's bits. */
export const ARRIVED = 0
export const LOST = 1
export const LATE = 2
const BIT_SETS = 3

/** A list of slots in the order in which they fall due. */
export interface Line {
  head: number
  tail: number
  size: number
}

class Page {
  readonly keys: unknown[]
  readonly parts: unknown[]
  readonly states = new Uint8Array(PAGE)
  readonly due = new Float64Array(PAGE)
  readonly next = new Int32Array(PAGE)
  readonly previous = new Int32Array(PAGE)
  readonly bits: Uint32Array

  constructor(width: number, words: number) {
    this.keys = new Array(PAGE).fill(undefined)
    this.parts = new Array(PAGE * width).fill(undefined)
    this.bits = new Uint32Array(PAGE * words * BIT_SETS)
  }
}

/**
 * Joins stored in pages of 4096 slots instead of one object each: a million open joins take a few hundred arrays.
 *
 *     index   correlation ─▶ slot
 *     page    keys [ … ]  parts [ slot × width ]  states, due, next, previous, bits: typed arrays
 *     lines   free, open, grace, tombstones: slots linked through next and previous
 *
 * All slots in one line wait equally long, so appending keeps the line ordered by due time: no heap, no timer per slot.
 */
export class JoinSlab {
  readonly open: Line = { head: NONE, tail: NONE, size: 0 }
  readonly grace: Line = { head: NONE, tail: NONE, size: 0 }
  readonly tombs: Line = { head: NONE, tail: NONE, size: 0 }
  readonly #index = new Map<unknown, number>()
  readonly #pages: Page[] = []
  readonly #width: number
  readonly #words: number
  #free = NONE

  /** @param width values stored per join. @param branches bits of each kind. */
  constructor(width: number, branches: number) {
    this.#width = width
    this.#words = Math.ceil(branches / 32)
  }

  /** Number of slots in the pages. */
  get slots(): number {
    return this.#pages.length * PAGE
  }

  find(key: unknown): number {
    return this.#index.get(key) ?? NONE
  }

  add(key: unknown): number {
    if (this.#free === NONE) this.#grow()
    const slot = this.#free
    const page = this.#page(slot)
    const at = slot & MASK
    this.#free = page.next[at] as number
    page.keys[at] = key
    this.#index.set(key, slot)
    return slot
  }

  /** Removes the slot from its line. */
  release(slot: number): void {
    const page = this.#page(slot)
    const at = slot & MASK
    this.#index.delete(page.keys[at])
    page.keys[at] = undefined
    page.states[at] = FREE
    page.bits.fill(0, at * this.#words * BIT_SETS, (at + 1) * this.#words * BIT_SETS)
    page.next[at] = this.#free
    this.#free = slot
  }

  key(slot: number): unknown {
    return this.#page(slot).keys[slot & MASK]
  }

  state(slot: number): number {
    return this.#page(slot).states[slot & MASK] as number
  }

  setState(slot: number, state: number): void {
    this.#page(slot).states[slot & MASK] = state
  }

  due(slot: number): number {
    return this.#page(slot).due[slot & MASK] as number
  }

  part(slot: number, which: number): unknown {
    return this.#page(slot).parts[(slot & MASK) * this.#width + which]
  }

  setPart(slot: number, which: number, part: unknown): void {
    this.#page(slot).parts[(slot & MASK) * this.#width + which] = part
  }

  clearParts(slot: number): void {
    const from = (slot & MASK) * this.#width
    this.#page(slot).parts.fill(undefined, from, from + this.#width)
  }

  has(slot: number, set: number, branch: number): boolean {
    const { bits } = this.#page(slot)
    return ((bits[this.#word(slot, set, branch)] as number) & (1 << (branch & 31))) !== 0
  }

  mark(slot: number, set: number, branch: number): void {
    const { bits } = this.#page(slot)
    const at = this.#word(slot, set, branch)
    bits[at] = (bits[at] as number) | (1 << (branch & 31))
  }

  count(slot: number, set: number): number {
    const { bits } = this.#page(slot)
    const from = this.#word(slot, set, 0)
    let count = 0
    for (let at = from; at < from + this.#words; at++) {
      for (let word = bits[at] as number; word !== 0; word &= word - 1) count += 1
    }
    return count
  }

  /** Appends to a line: the slot falls due last there. */
  append(line: Line, slot: number, due: number): void {
    const page = this.#page(slot)
    const at = slot & MASK
    page.due[at] = due
    page.next[at] = NONE
    page.previous[at] = line.tail
    if (line.tail === NONE) line.head = slot
    else this.#page(line.tail).next[line.tail & MASK] = slot
    line.tail = slot
    line.size += 1
  }

  remove(line: Line, slot: number): void {
    const page = this.#page(slot)
    const at = slot & MASK
    const next = page.next[at] as number
    const previous = page.previous[at] as number
    if (previous === NONE) line.head = next
    else this.#page(previous).next[previous & MASK] = next
    if (next === NONE) line.tail = previous
    else this.#page(next).previous[next & MASK] = previous
    line.size -= 1
  }

  #grow(): void {
    const first = this.slots
    const page = new Page(this.#width, this.#words)
    this.#pages.push(page)
    for (let at = 0; at < PAGE; at++) page.next[at] = at + 1 < PAGE ? first + at + 1 : NONE
    this.#free = first
  }

  #page(slot: number): Page {
    return this.#pages[slot >> PAGE_BITS] as Page
  }

  #word(slot: number, set: number, branch: number): number {
    return ((slot & MASK) * BIT_SETS + set) * this.#words + (branch >> 5)
  }
}
