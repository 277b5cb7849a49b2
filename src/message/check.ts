import { types } from 'node:util'
import { NotSerializableError } from './errors.ts'
import type { Message } from './header.ts'
import { FORBIDDEN_KEYS, SCAN_LIMITS } from './scan.ts'

/** Larger messages belong in a file or a store, with a reference in the message. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024

const INT64_MAX = 2n ** 63n - 1n
/** Beside plain objects, arrays and sets: what comes back as the very kind that it was. */
const LEAVES: ReadonlySet<unknown> = new Set(
  [
    Date,
    ArrayBuffer,
    DataView,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((kind) => kind.prototype),
)

/**
 * Walks a message once, within the limits that its reader has, and runs none of its code.
 *
 * @throws NotSerializableError naming the first value that would not come back equal.
 */
export function checkSendable(message: Message): void {
  const walk = new Walk()
  walk.enter('header', message.header)
  walk.enter('body', message.body)
  walk.enter('trailer', message.trailer)
}

class Walk {
  /** Counted as the scan counts: the array around the three parts is the first. */
  #elements = 1
  #bytes = 0
  #levels = 2
  readonly #keys: (string | number)[] = []
  readonly #above: object[] = []

  enter(key: string | number, value: unknown): void {
    this.#keys.push(key)
    this.#value(value)
    this.#keys.pop()
  }

  #value(value: unknown): void {
    this.#count(1, 1, value)
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'object' && value !== null) this.#object(value)
    else if (typeof value === 'function' || typeof value === 'symbol')
      this.#refuse(`a ${typeof value}`, value)
    else if (typeof value === 'bigint' && (value > INT64_MAX || value < -INT64_MAX - 1n))
      this.#refuse('a bigint beyond 64 bits', value)
  }

  #text(text: string): void {
    this.#count(0, text.length, text)
    if (!isWellFormed(text)) this.#refuse('text with half a surrogate pair', text)
  }

  #object(value: object): void {
    if (types.isProxy(value)) this.#refuse('a proxy', value)
    if (this.#above.includes(value)) this.#refuse('part of itself (a cycle)', value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (LEAVES.has(prototype)) {
      this.#leaf(value)
      return
    }
    const isSet = types.isSet(value)
    const levels = isSet ? 2 : 1
    if (this.#levels + levels > SCAN_LIMITS.depthMax) this.#refuse('nested too deep', value)
    this.#levels += levels
    this.#above.push(value)
    if (prototype === Array.prototype && Array.isArray(value)) this.#array(value)
    else if (prototype === Object.prototype) this.#plain(value)
    else if (prototype === Set.prototype && isSet) this.#set(value)
    else if (types.isMap(value)) this.#refuse('a Map', value)
    else
      this.#refuse(
        prototype === null ? 'an object without a prototype' : `an instance of ${nameOf(prototype)}`,
        value,
      )
    this.#above.pop()
    this.#levels -= levels
  }

  #array(array: readonly unknown[]): void {
    const { length } = array
    // Before anything is done for each of them: a length costs its sender nothing.
    if (this.#elements + length > SCAN_LIMITS.elementsMax) this.#tooMany(array)
    for (let i = 0; i < length; i++) this.#property(array, i)
    if (Reflect.ownKeys(array).length !== length + 1)
      this.#refuse('an array with properties of its own', array)
  }

  #plain(object: object): void {
    const keys = Reflect.ownKeys(object)
    if (this.#elements + 2 * keys.length > SCAN_LIMITS.elementsMax) this.#tooMany(object)
    for (const key of keys) {
      if (typeof key === 'symbol') this.#refuse(`an object with the key ${String(key)}`, object)
      this.#count(1, 1, object)
      if (FORBIDDEN_KEYS.has(key)) this.#at(key, `under the key '${key}'`, object)
      if (!isWellFormed(key)) this.#at(key, 'under a key with half a surrogate pair', object)
      this.#count(0, key.length, object)
      this.#property(object, key)
    }
  }

  #property(owner: object, key: string | number): void {
    const property = Object.getOwnPropertyDescriptor(owner, key)
    if (property === undefined) this.#at(key, 'a hole', undefined)
    if (!('value' in property)) this.#at(key, 'an accessor', undefined)
    if (property.enumerable !== true) this.#at(key, 'a hidden property', property.value)
    this.enter(key, property.value)
  }

  #set(set: Set<unknown>): void {
    this.#count(1, 3, set)
    if (this.#elements + set.size > SCAN_LIMITS.elementsMax) this.#tooMany(set)
    this.#bare(set)
    let i = 0
    for (const value of set) this.enter(`{${i++}}`, value)
  }

  #leaf(value: object): void {
    if (types.isDate(value)) {
      this.#bare(value)
      return
    }
    if (!ArrayBuffer.isView(value) && !types.isArrayBuffer(value))
      this.#refuse('not what its prototype says', value)
    this.#count(0, value.byteLength, value)
    if (!ArrayBuffer.isView(value)) this.#bare(value)
    if (value.byteLength === 0 && isDetached(ArrayBuffer.isView(value) ? value.buffer : value))
      this.#refuse('a detached buffer', value)
  }

  #bare(value: object): void {
    if (Reflect.ownKeys(value).length > 0) this.#refuse('built in, with properties of its own', value)
  }

  #count(elements: number, bytes: number, value: unknown): void {
    this.#elements += elements
    this.#bytes += bytes
    if (this.#elements > SCAN_LIMITS.elementsMax) this.#tooMany(value)
    if (this.#bytes > FRAME_BYTES_MAX) this.#refuse(`beyond ${FRAME_BYTES_MAX} bytes`, value)
  }

  #tooMany(value: unknown): never {
    this.#refuse(`beyond ${SCAN_LIMITS.elementsMax} values in one message`, value)
  }

  #at(key: string | number, what: string, value: unknown): never {
    this.#keys.push(key)
    this.#refuse(what, value)
  }

  #refuse(what: string, value: unknown): never {
    const path = this.#keys.map((key, i) =>
      typeof key === 'number' ? `[${key}]` : i === 0 || key.startsWith('{') ? key : `.${key}`,
    )
    throw new NotSerializableError(what, path.join(''), value)
  }
}

/** Node 20 has it; the ES2023 types do not yet. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}

/** The class's name, without running a getter of it. */
function nameOf(prototype: unknown): string {
  if (types.isProxy(prototype)) return 'a proxy'
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof made !== 'function' || types.isProxy(made)) return 'a class'
  const name: unknown = Object.getOwnPropertyDescriptor(made, 'name')?.value
  return typeof name === 'string' && name !== '' ? name : 'a class'
}
