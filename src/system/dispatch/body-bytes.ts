import { types } from 'node:util'
import { HANDLE } from './runtime.ts'

/** Maximum number of values inspected in one body: some 50 µs. The rest is assumed to be similar. */
const VALUES_MAX = 1000
/** Roughly V8's memory for a property with its number, and for an object in addition. */
const VALUE_BYTES = 16
const OBJECT_BYTES = 32
/** A stack of ten frames. */
const STACK_BYTES = 2048
const entriesOf = Map.prototype.entries
const valuesOf = Set.prototype.values
const { get: bufferOf } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Int8Array.prototype),
  'buffer',
) as { get: () => ArrayBufferLike }
const { get: viewBufferOf } = Object.getOwnPropertyDescriptor(DataView.prototype, 'buffer') as {
  get: () => ArrayBufferLike
}

/**
 * The memory that a body holds on to, as an estimate. It runs nothing of the body: no getter, no trap of a proxy, no `toJSON`.
 * A view holds its whole buffer; shared values count once; an actor's ref is not data.
 */
export function bytesHeldBy(body: unknown): number {
  if (typeof body === 'string') return VALUE_BYTES + 2 * body.length
  if (typeof body !== 'object' || body === null) return VALUE_BYTES
  return new Estimate().of(body)
}

class Estimate {
  readonly #seen = new Set<object>()
  readonly #left: unknown[] = []
  /** Values beyond those listed. */
  #beyond = 0
  #looked = 0
  /** Buffers are counted exactly, and never estimated from the rest. */
  #buffers = 0
  #bytes = 0

  of(body: object): number {
    this.#left.push(body)
    while (this.#left.length > 0 && this.#looked < VALUES_MAX) {
      this.#looked += 1
      this.#look(this.#left.pop())
    }
    const unseen = this.#left.length + this.#beyond
    return Math.ceil(this.#bytes * (1 + unseen / this.#looked)) + this.#buffers
  }

  #look(value: unknown): void {
    this.#bytes += VALUE_BYTES
    if (typeof value === 'string') this.#bytes += 2 * value.length
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return
    this.#seen.add(value)
    this.#bytes += OBJECT_BYTES
    if (types.isProxy(value)) return
    if (types.isAnyArrayBuffer(value)) this.#buffers += value.byteLength
    else if (types.isTypedArray(value)) this.#buffer(Reflect.apply(bufferOf, value, []))
    else if (ArrayBuffer.isView(value)) this.#buffer(Reflect.apply(viewBufferOf, value, []))
    else if (Object.getOwnPropertyDescriptor(value, HANDLE) === undefined) this.#inside(value)
  }

  #buffer(buffer: ArrayBufferLike): void {
    if (this.#seen.has(buffer)) return
    this.#seen.add(buffer)
    this.#buffers += buffer.byteLength
  }

  #inside(value: object): void {
    if (types.isMap(value)) for (const entry of Reflect.apply(entriesOf, value, [])) this.#later(...entry)
    if (types.isSet(value)) for (const item of Reflect.apply(valuesOf, value, [])) this.#later(item)
    if (Array.isArray(value)) this.#items(value)
    else for (const key of Reflect.ownKeys(value)) this.#property(value, key)
  }

  /** A long array is not listed first: its length is enough. */
  #items(array: readonly unknown[]): void {
    const known = Math.min(array.length, VALUES_MAX)
    for (let i = 0; i < known; i++) this.#property(array, i)
    this.#beyond += array.length - known
  }

  #property(owner: object, key: PropertyKey): void {
    if (this.#left.length >= VALUES_MAX) this.#beyond += 1
    // The first look at a stack formats it, with the error's own name and message, which may be getters that throw.
    else if (key === 'stack' && types.isNativeError(owner)) this.#bytes += STACK_BYTES
    else this.#later(Object.getOwnPropertyDescriptor(owner, key)?.value)
  }

  #later(...values: unknown[]): void {
    for (const value of values) {
      if (this.#left.length < VALUES_MAX) this.#left.push(value)
      else this.#beyond += 1
    }
  }
}
