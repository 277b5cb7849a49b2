import { types } from 'node:util'

/** Equal to the last bit: kinds, prototypes, every property with its attributes, the order of keys, −0 and NaN. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || types.isProxy(a)) return false
  if (types.isDate(a)) return types.isDate(b) && Object.is(a.getTime(), b.getTime()) && sameProperties(a, b)
  if (types.isSet(a)) return types.isSet(b) && same([...a], [...b]) && sameProperties(a, b)
  if (types.isMap(a)) return types.isMap(b) && same([...a], [...b]) && sameProperties(a, b)
  if (types.isAnyArrayBuffer(a)) return types.isAnyArrayBuffer(b) && sameBuffer(a, b) && sameProperties(a, b)
  if (ArrayBuffer.isView(a)) {
    if (!ArrayBuffer.isView(b) || bytes(a) !== bytes(b)) return false
    return types.isSharedArrayBuffer(a.buffer) === types.isSharedArrayBuffer(b.buffer) && sameProperties(a, b)
  }
  if (types.isBoxedPrimitive(a) || types.isRegExp(a) || types.isNativeError(a) || types.isPromise(a))
    return false
  return sameProperties(a, b)
}
function sameBuffer(a: ArrayBufferLike, b: ArrayBufferLike): boolean {
  const grows = (buffer: object) => (buffer as { resizable?: boolean }).resizable === true
  const kinds = types.isSharedArrayBuffer(a) === types.isSharedArrayBuffer(b) && grows(a) === grows(b)
  return kinds && bytes(new Uint8Array(a)) === bytes(new Uint8Array(b))
}
function bytes(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex')
}
function sameProperties(a: object, b: object): boolean {
  const keys = Reflect.ownKeys(a)
  const others = Reflect.ownKeys(b)
  return (
    keys.length === others.length &&
    keys.every((key, i) => {
      if (others[i] !== key) return false
      const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)]
      if (one === undefined || other === undefined) return false
      if (!('value' in one) || !('value' in other)) return false
      return one.enumerable === other.enumerable && same(one.value, other.value)
    })
  )
}
