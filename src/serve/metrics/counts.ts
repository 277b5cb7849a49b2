import type { Labels, Sample } from './exposition.ts'
import { Histogram } from './histogram.ts'

/** The name that stands for all beyond the bound. */
export const OTHERS = 'others'

interface Count {
  readonly labels: Labels
  value: number
}

/** Counts by the value of one label after the other: no key is made to find one. */
type Tree = Map<string, Tree | Count>

/** Counters by their labels, at most `most` of them: the others share one, so that names from outside can't fill the memory. */
export class Counts {
  readonly #names: readonly string[]
  readonly #most: number
  readonly #all: Count[] = []
  readonly #tree: Tree = new Map()

  constructor(names: readonly string[], most: number) {
    this.#names = names
    this.#most = most
  }

  add(values: readonly string[], by = 1): void {
    const count = this.#find(values) ?? this.#make(values)
    count.value += by
  }

  #find(values: readonly string[]): Count | undefined {
    let at: Tree | Count | undefined = this.#tree
    for (const value of values) {
      if (!(at instanceof Map)) return undefined
      at = at.get(value)
    }
    return at as Count | undefined
  }

  #make(values: readonly string[]): Count {
    if (this.#all.length >= this.#most) {
      const others = this.#names.map(() => OTHERS)
      return this.#find(others) ?? this.#put(others)
    }
    return this.#put(values)
  }

  #put(values: readonly string[]): Count {
    const labels = Object.fromEntries(this.#names.map((name, at) => [name, values[at] ?? '']))
    const count = { labels, value: 0 }
    this.#all.push(count)
    let at = this.#tree
    for (const value of values.slice(0, -1)) {
      const below = (at.get(value) as Tree | undefined) ?? new Map()
      at.set(value, below)
      at = below
    }
    at.set(values.at(-1) ?? '', count)
    return count
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#all) yield [labels, value]
  }
}

/** Things by name, at most `most`: those beyond share one. */
export class ByName<T> {
  readonly #make: () => T
  readonly #most: number
  readonly #all = new Map<string, T>()

  constructor(make: () => T, most: number) {
    this.#make = make
    this.#most = most
  }

  of(name: string): T {
    const known = this.#all.get(name)
    if (known !== undefined) return known
    if (this.#all.size >= this.#most && name !== OTHERS) return this.of(OTHERS)
    const made = this.#make()
    this.#all.set(name, made)
    return made
  }

  get size(): number {
    return this.#all.size
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.#all.entries()
  }
}

/** What one stage of a pipeline, or one model, did. */
export class StageMeter {
  readonly queue = new Histogram()
  readonly run = new Histogram()
  cpuMs = 0
  ended = 0
  lost = 0
  attempts = 0
}
