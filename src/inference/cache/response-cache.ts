/** Size and age limits of the response cache. */
export interface CacheLimits {
  readonly maxBytes: number
  readonly ttlMs: number
}

/** The state of the response cache. */
export interface CacheStats {
  readonly entries: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
  /** Entries dropped to make room, and entries that grew too old. */
  readonly evicted: number
  readonly expired: number
}

interface Entry {
  readonly value: unknown
  readonly bytes: number
  readonly bornAt: number
}

/** Bytes of an entry besides its value (key, map slot, entry object), as measured. */
const OVERHEAD_BYTES = 160

/**
 * Results by model version and row. The least recently used go first, and results older than `ttlMs` are not used.
 * Each caller gets its own copy.
 */
export class ResponseCache {
  readonly #limits: CacheLimits
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0
  #hits = 0
  #misses = 0
  #evicted = 0
  #expired = 0

  constructor(limits: CacheLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** `undefined` if absent: results are never undefined. */
  get(key: string): unknown {
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#misses += 1
      return undefined
    }
    this.#entries.delete(key)
    if (this.#now() - entry.bornAt >= this.#limits.ttlMs) {
      this.#bytes -= entry.bytes
      this.#expired += 1
      this.#misses += 1
      return undefined
    }
    // A map iterates in order of insertion, so the last used entry is last.
    this.#entries.set(key, entry)
    this.#hits += 1
    return copyOf(entry.value)
  }

  /** Results that can't be measured (cyclic, very deep) are not stored. */
  set(key: string, value: unknown): void {
    const bytes = OVERHEAD_BYTES + key.length * 2 + sizeOf(value, 0)
    if (value === undefined || !(bytes <= this.#limits.maxBytes)) return
    this.#remove(key)
    this.#entries.set(key, { value: copyOf(value), bytes, bornAt: this.#now() })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limits.maxBytes) break
      this.#remove(oldest)
      this.#evicted += 1
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }

  stats(): CacheStats {
    return {
      entries: this.#entries.size,
      bytes: this.#bytes,
      hits: this.#hits,
      misses: this.#misses,
      evicted: this.#evicted,
      expired: this.#expired,
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}

/** A copy: no caller may change the result of another. */
export function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  return value instanceof Float32Array ? value.slice() : structuredClone(value)
}

/** Results nest less deeply than this; a cycle never ends. */
const DEPTH_MAX = 64

/** Approximate bytes of a result in memory; Infinity if it nests too deep. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length * 2
  if (value === null || typeof value !== 'object') return 8
  // A copy of a view copies its whole buffer.
  if (ArrayBuffer.isView(value)) return Math.max(value.byteLength, value.buffer.byteLength)
  if (value instanceof ArrayBuffer) return value.byteLength
  if (depth === DEPTH_MAX) return Number.POSITIVE_INFINITY
  let sum = 16
  if (value instanceof Map || value instanceof Set) {
    for (const part of value) sum += 16 + sizeOf(part, depth + 1)
    return sum
  }
  for (const [name, part] of Object.entries(value)) sum += 16 + name.length + sizeOf(part, depth + 1)
  return sum
}
