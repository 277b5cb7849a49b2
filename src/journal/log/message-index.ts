import { type Home, Place } from './place.ts'

/** Sequences of one page. */
const PAGE = 256
/** An older page with fewer messages left costs more than they do one by one. */
const SPARSE = 32

/** The places of consecutive messages, in columns: an object for each would cost more than writing the message. */
class Page {
  live = 0
  readonly number: number
  readonly homes: (Home | undefined)[] = new Array(PAGE).fill(undefined)
  readonly at = new Float64Array(PAGE)
  readonly bytes = new Uint32Array(PAGE)
  readonly head = new Uint32Array(PAGE)

  constructor(number: number) {
    this.number = number
  }
}

/** Where the messages that have not ended are, by their sequences. */
export class MessageIndex {
  size = 0
  readonly #pages = new Map<number, Page>()
  /** Those of pages that are nearly empty. */
  readonly #sparse = new Map<number, Place>()
  #newest = new Page(0)
  /** The page that was used last: ends come in the order of messages, more or less. */
  #recent = this.#newest

  constructor() {
    this.#pages.set(0, this.#newest)
  }

  get(sequence: number): Place | undefined {
    const page = this.#page(sequence)
    if (page === undefined) return this.#sparse.get(sequence)
    const i = sequence % PAGE
    const home = page.homes[i]
    return home === undefined ? undefined : placeIn(page, i, home)
  }

  /** Whether the current record of the message is the one at `at` of `home`. */
  isAt(sequence: number, home: Home, at: number): boolean {
    const page = this.#page(sequence)
    if (page !== undefined) return page.homes[sequence % PAGE] === home && page.at[sequence % PAGE] === at
    const place = this.#sparse.get(sequence)
    return place?.home === home && place.at === at
  }

  /** Its record is there now; an earlier one is needed no longer. */
  set(sequence: number, home: Home, at: number, bytes: number, head: number): void {
    this.delete(sequence)
    this.size += 1
    const page = this.#pageToFill(sequence)
    if (page === undefined) {
      this.#sparse.set(sequence, new Place(home, at, bytes, head))
      return
    }
    const i = sequence % PAGE
    page.live += 1
    page.homes[i] = home
    page.at[i] = at
    page.bytes[i] = bytes
    page.head[i] = head
  }

  /** False for one that is not here. */
  delete(sequence: number): boolean {
    const page = this.#page(sequence)
    if (page === undefined) return this.#deleteSparse(sequence)
    const i = sequence % PAGE
    const home = page.homes[i]
    if (home === undefined) return false
    home.live -= (page.bytes[i] as number) + (page.head[i] as number)
    page.homes[i] = undefined
    page.live -= 1
    this.size -= 1
    if (page.live < SPARSE && page !== this.#newest) this.#dissolve(page)
    return true
  }

  /** What was written from `from` to `to`, `offset` bytes further. */
  move(sequences: readonly number[], from: Home, to: Home, offset: number): void {
    for (const sequence of sequences) {
      const page = this.#page(sequence)
      const i = sequence % PAGE
      if (page === undefined) {
        const place = this.#sparse.get(sequence)
        if (place?.home === from) place.moveTo(to, place.at + offset)
      } else if (page.homes[i] === from) {
        page.homes[i] = to
        page.at[i] = (page.at[i] as number) + offset
      }
    }
  }

  /** All of them, in order. */
  sequences(): number[] {
    const all = [...this.#sparse.keys()]
    for (const { number, homes } of this.#pages.values())
      for (const [i, home] of homes.entries()) if (home !== undefined) all.push(number * PAGE + i)
    return all.sort((a, b) => a - b)
  }

  #page(sequence: number): Page | undefined {
    const number = Math.floor(sequence / PAGE)
    if (number === this.#recent.number) return this.#recent
    if (number === this.#newest.number) return this.#newest
    const page = this.#pages.get(number)
    if (page !== undefined) this.#recent = page
    return page
  }

  /** Only a page behind all others is begun. */
  #pageToFill(sequence: number): Page | undefined {
    const number = Math.floor(sequence / PAGE)
    const newest = this.#newest
    if (number <= newest.number) return this.#page(sequence)
    const page = new Page(number)
    this.#pages.set(number, page)
    this.#newest = page
    if (newest.live < SPARSE) this.#dissolve(newest)
    return page
  }

  #dissolve(page: Page): void {
    this.#pages.delete(page.number)
    if (this.#recent === page) this.#recent = this.#newest
    for (const [i, home] of page.homes.entries())
      if (home !== undefined) this.#sparse.set(page.number * PAGE + i, placeIn(page, i, home))
  }

  #deleteSparse(sequence: number): boolean {
    const place = this.#sparse.get(sequence)
    if (place === undefined) return false
    place.drop()
    this.#sparse.delete(sequence)
    this.size -= 1
    return true
  }
}

function placeIn({ at, bytes, head }: Page, i: number, home: Home): Place {
  return new Place(home, at[i] as number, bytes[i] as number, head[i] as number)
}
