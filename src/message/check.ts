import { types } from 'node:util'
import { isWellFormed } from '../kernel/well-formed.ts'
import { NotSerializableError } from './errors.ts'
import type { Message } from './header.ts'
import { FORBIDDEN_KEYS, SCAN_LIMITS } from './scan.ts'
import { bufferOf, bytesOf, hasOwn, isDetached, kindOf, VIEW_OF, type ViewKind } from './views.ts'

/** Larger messages belong in a file or a store, with a reference in the message. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024

const INT64_MAX = 2n ** 63n - 1n
/**
 * Walks a message once, within its reader's limits, and runs none of its code. True when it contains a −0.
 *
 * @throws NotSerializableError naming the first value that would not come back equal.
 */
export function checkSendable(message: Message): boolean {
  const walk = new Walk()
  walk.enter('header', message.header)
  walk.enter('body', message.body)
  walk.enter('trailer', message.trailer)
  return walk.minusZero
}

/**
 * The same for a message whose header and empty trailer the runtime has just made, and perhaps the outermost object of its body: what
 * they are is known, so that only their values are looked at.
 *
 * @throws NotSerializableError
 */
export function checkOwn({ header, body }: Pick<Message, 'header' | 'body'>, bodyToo: boolean): boolean {
  const walk = new Walk()
  walk.trailer()
  walk.own('header', header)
  // Nobody knows of the object around a record's values: they are named by their own path.
  if (bodyToo) walk.own(undefined, body as object)
  else walk.enter('body', body)
  return walk.minusZero
}

class Walk {
  minusZero = false
  /** Counted as in the scan: the array around the three parts is the first. */
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

  /** The trailer of a message that has been nowhere: an object with one empty list. */
  trailer(): void {
    this.#elements += 3
  }

  /** The values of an object that was made here. */
  own(key: string | undefined, made: object): void {
    if (key !== undefined) this.#keys.push(key)
    this.#levels += 1
    this.#count(1, 1, made)
    for (const name in made) {
      this.#count(1, 1 + name.length, made)
      this.enter(name, made[name as keyof typeof made])
    }
    this.#levels -= 1
    if (key !== undefined) this.#keys.pop()
  }

  #value(value: unknown): void {
    this.#count(1, 1, value)
    if (typeof value === 'number') this.minusZero ||= Object.is(value, -0)
    else if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'object' && value !== null) this.#object(value)
    else if (typeof value === 'function' || typeof value === 'symbol')
      this.#refuse(`a ${typeof value}`, value)
    else if (typeof value === 'bigint' && (value > INT64_MAX || value < -INT64_MAX - 1n))
      this.#refuse('a bigint beyond 64 bits', value)
  }

  #text(text: string): void {
    this.#count(0, Buffer.byteLength(text), text)
    if (!isWellFormed(text)) this.#refuse('text with half a surrogate pair', text)
  }

  #object(value: object): void {
    if (types.isProxy(value)) this.#refuse('a proxy', value)
    if (this.#above.includes(value)) this.#refuse('part of itself (a cycle)', value)
    const prototype: unknown = Object.getPrototypeOf(value)
    const view = VIEW_OF.get(prototype)
    if (view !== undefined) this.#view(value, view)
    else if (prototype === Date.prototype || prototype === DataView.prototype) this.#bareLeaf(value)
    else if (prototype === ArrayBuffer.prototype) this.#buffer(value, value)
    else this.#container(value, prototype)
  }

  #container(value: object, prototype: unknown): void {
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
    // Before any work for each of them: a large length costs its sender nothing.
    if (this.#elements + length > SCAN_LIMITS.elementsMax) this.#tooMany(array)
    const regular = isRegularArray(array)
    for (let i = 0; i < length; i++) this.#property(array, i, regular)
    if (!regular && Reflect.ownKeys(array).length !== length + 1)
      this.#refuse('an array with extra properties', array)
  }

  #plain(object: object): void {
    for (const is of DISGUISED) if (is(object)) this.#refuse(IMPOSTOR, object)
    const shown = Object.keys(object)
    // Two million keys are counted in half the time in which all of them, symbols and hidden ones too, are listed.
    if (this.#elements + 2 * shown.length > SCAN_LIMITS.elementsMax) this.#tooMany(object)
    const regular = isRegular(object, shown.length)
    for (const key of regular ? shown : Reflect.ownKeys(object)) {
      if (typeof key === 'symbol') this.#refuse(`an object with the key ${String(key)}`, object)
      this.#count(1, 1, object)
      if (FORBIDDEN_KEYS.has(key)) this.#at(key, `under the key '${key}'`, object)
      if (!isWellFormed(key)) this.#at(key, 'under a key with half a surrogate pair', object)
      this.#count(0, Buffer.byteLength(key), object)
      this.#property(object, key, regular)
    }
  }

  /** Of a `regular` owner it is known that it has this property, and shows it: then no descriptor need be made. */
  #property(owner: object, key: string | number, regular: boolean): void {
    if (regular) {
      this.enter(key, this.#data(owner, key))
      return
    }
    const property = Object.getOwnPropertyDescriptor(owner, key)
    if (property === undefined) this.#at(key, 'a hole', undefined)
    if (!('value' in property)) this.#at(key, ACCESSOR, undefined)
    if (property.enumerable !== true) this.#at(key, 'a hidden property', property.value)
    this.enter(key, property.value)
  }

  /** The value of an own property. No getter is run: one that has only a setter gives undefined. */
  #data(owner: object, key: string | number): unknown {
    if (Reflect.apply(getterOf, owner, [key]) !== undefined) this.#at(key, ACCESSOR, undefined)
    const value = (owner as Record<string | number, unknown>)[key]
    if (value === undefined && Reflect.apply(setterOf, owner, [key]) !== undefined)
      this.#at(key, ACCESSOR, undefined)
    return value
  }

  #set(set: Set<unknown>): void {
    this.#bare(set)
    this.#count(1, 3, set)
    if (this.#elements + set.size > SCAN_LIMITS.elementsMax) this.#tooMany(set)
    let i = 0
    for (const value of set) this.enter(`{${i++}}`, value)
  }

  #bareLeaf(value: object): void {
    this.#bare(value)
    if (types.isDate(value)) return
    if (!(ArrayBuffer.isView(value) && !types.isTypedArray(value))) this.#refuse(IMPOSTOR, value)
    this.#buffer(value.buffer, value)
  }

  #view(value: object, kind: ViewKind): void {
    if (!types.isTypedArray(value) || kindOf(value) !== kind.name) this.#refuse(IMPOSTOR, value)
    const buffer = bufferOf(value)
    this.#buffer(buffer, value)
    if (hasOwn(value, kind)) this.#refuse(OF_ITS_OWN, value)
  }

  /** The memory of `value`, or behind it: its size must be fixed and match the copy that comes back. */
  #buffer(buffer: object, value: object): void {
    if (types.isSharedArrayBuffer(buffer)) this.#refuse('shared memory', value)
    if (!types.isArrayBuffer(buffer)) this.#refuse(IMPOSTOR, value)
    this.#bare(buffer)
    if (isDetached(buffer)) this.#refuse('a detached buffer', value)
    if ((buffer as { resizable?: boolean }).resizable === true) this.#refuse('a buffer that can grow', value)
    this.#count(0, types.isTypedArray(value) ? bytesOf(value) : buffer.byteLength, value)
  }

  #bare(value: object): void {
    if (Reflect.ownKeys(value).length > 0) this.#refuse(OF_ITS_OWN, value)
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
    throw new NotSerializableError(what, path.join('') || 'record', value)
  }
}

const IMPOSTOR = 'not what its prototype says'
const OF_ITS_OWN = 'built in, with extra properties'
const ACCESSOR = 'an accessor'

/** The getter or setter of a property, if it has one; it runs neither. A descriptor would be six times the memory of the property. */
type Lookup = (key: string | number) => unknown
const getterOf = Reflect.get(Object.prototype, '__lookupGetter__') as Lookup
const setterOf = Reflect.get(Object.prototype, '__lookupSetter__') as Lookup

/** Whether an object shows all its properties, `shown` in number, and has no symbols. */
function isRegular(object: object, shown: number): boolean {
  return (
    Object.getOwnPropertyNames(object).length === shown && Object.getOwnPropertySymbols(object).length === 0
  )
}

/** Whether an array has no holes, and nothing besides its items, which are all shown. Its names come in order, the items first. */
function isRegularArray(array: readonly unknown[]): boolean {
  const shown = Object.keys(array)
  const { length } = array
  if (shown.length !== length || (length > 0 && shown[length - 1] !== String(length - 1))) return false
  // Its length is hidden.
  return isRegular(array, length + 1)
}

/** Types that may have been given the prototype of a plain object, and have no property that reveals it. */
const DISGUISED: readonly ((value: unknown) => boolean)[] = [
  types.isMap,
  types.isSet,
  types.isDate,
  types.isRegExp,
  types.isPromise,
  types.isBoxedPrimitive,
  types.isAnyArrayBuffer,
  types.isArrayBufferView,
  types.isNativeError,
]

/** The class's name, without running its getters. */
function nameOf(prototype: unknown): string {
  if (types.isProxy(prototype)) return 'a proxy'
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof made !== 'function' || types.isProxy(made)) return 'a class'
  const name: unknown = Object.getOwnPropertyDescriptor(made, 'name')?.value
  return typeof name === 'string' && name !== '' ? name : 'a class'
}
