import type { EntriesOptions } from '../../ports/log.ts'
import type { StoreEntry } from '../../ports/store.ts'
import type { Place } from './place.ts'

/** The place of every key, by space. */
export class KeyIndex {
  size = 0
  readonly #spaces = new Map<string, Map<string, Place>>()

  get(space: string, key: string): Place | undefined {
    return this.#spaces.get(space)?.get(key)
  }

  set(space: string, key: string, place: Place): void {
    let keys = this.#spaces.get(space)
    if (keys === undefined) {
      keys = new Map()
      this.#spaces.set(space, keys)
    }
    const before = keys.size
    keys.set(key, place)
    this.size += keys.size - before
  }

  delete(space: string, key: string): void {
    const keys = this.#spaces.get(space)
    if (keys?.delete(key) !== true) return
    this.size -= 1
    if (keys.size === 0) this.#spaces.delete(space)
  }

  spaces(): readonly string[] {
    return [...this.#spaces.keys()]
  }

  *entries(
    space: string,
    { after, limit = Number.POSITIVE_INFINITY }: EntriesOptions,
  ): Generator<StoreEntry> {
    const keys = this.#spaces.get(space)
    if (keys === undefined) return
    let left = limit
    for (const key of inOrder(keys.keys(), after)) {
      if (left <= 0) return
      const place = keys.get(key)
      if (place === undefined) continue
      left -= 1
      yield { key, value: place.read() }
    }
  }
}

/** Keys after `after`, in the order of their UTF-8 bytes. */
export function inOrder(keys: Iterable<string>, after: string | undefined): string[] {
  const from = after === undefined ? undefined : Buffer.from(after)
  const all = [...keys].map((key) => ({ key, bytes: Buffer.from(key) }))
  const wanted = from === undefined ? all : all.filter(({ bytes }) => Buffer.compare(bytes, from) > 0)
  return wanted.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ key }) => key)
}
