import type { Labels, Sample } from './exposition.ts'
import { Histogram } from './histogram.ts'

/** The name that stands for all beyond the bound. */
export const OTHERS = 'others'

/** Counters by their labels, at most `most` of them: the others share one, so that names from outside can't fill the memory. */
export class Counts {
  readonly #names: readonly string[]
  readonly #most: number
  readonly #counts = new Map<string, { readonly labels: Labels; value: number }>()

  constructor(names: readonly string[], most: number) {
    this.#names = names
    this.#most = most
  }

  add(values: readonly string[], by = 1): void {
    const key = values.join('\u0000')
    const known = this.#counts.get(key)
    if (known !== undefined) known.value += by
    else if (this.#counts.size < this.#most)
      this.#counts.set(key, { labels: this.#labels(values), value: by })
    else {
      const others = this.#names.map(() => OTHERS)
      const rest = this.#counts.get(others.join('\u0000')) ?? { labels: this.#labels(others), value: 0 }
      rest.value += by
      this.#counts.set(others.join('\u0000'), rest)
    }
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#counts.values()) yield [labels, value]
  }

  #labels(values: readonly string[]): Labels {
    return Object.fromEntries(this.#names.map((name, at) => [name, values[at] ?? '']))
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
