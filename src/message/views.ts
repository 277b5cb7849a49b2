import { inspect } from 'node:util'

export type ViewKind = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NodeJS.TypedArray
const VIEWS: readonly ViewKind[] = [
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
]
export const VIEW_OF: ReadonlyMap<unknown, ViewKind> = new Map(VIEWS.map((kind) => [kind.prototype, kind]))

/** Read through the platform's getters: an own property of the view could shadow them. */
const intrinsic = <T>(name: string | symbol): ((view: object) => T) => {
  const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int8Array.prototype), name) as {
    get: () => T
  }
  return (view) => Reflect.apply(get, view, [])
}
export const bufferOf = intrinsic<ArrayBufferLike>('buffer')
const byteOffsetOf = intrinsic<number>('byteOffset')
const lengthOf = intrinsic<number>('length')
export const bytesOf = intrinsic<number>('byteLength')
export const kindOf = intrinsic<string>(Symbol.toStringTag)

/** Up to this many elements, their keys are listed with the others: exact, at some 30 ns and 10 bytes an element. */
const LISTED_MAX = 128
const SHADOWING = ['length', 'byteLength', 'byteOffset', 'buffer', 'constructor', Symbol.toStringTag] as const

/**
 * Whether a view has properties besides its elements. Listing the keys of millions of elements would take seconds. A large
 * view is therefore compared with a bare view of the same memory by what the platform shows of both without their
 * elements, hidden properties included, once no own property can shadow what that reads.
 */
export function hasOwn(view: NodeJS.TypedArray, kind: ViewKind): boolean {
  const length = lengthOf(view)
  if (length <= LISTED_MAX) return Reflect.ownKeys(view).length !== length
  if (SHADOWING.some((key) => Object.getOwnPropertyDescriptor(view, key) !== undefined)) return true
  const buffer = bufferOf(view)
  const from = byteOffsetOf(view)
  const size = `${from} ${length} ${buffer.byteLength}`
  const own = shownWithoutElements(view)
  const last = bareLast.get(kind)
  if (last !== undefined && last.size === size && last.shown === own) return false
  const shown = shownWithoutElements(new kind(buffer, from, length))
  bareLast.set(kind, { size, shown })
  return own !== shown
}

/** What the last bare view of a kind showed: the next is nearly always of the same size, such as a vector of the same model. */
const bareLast = new Map<ViewKind, { readonly size: string; readonly shown: string | undefined }>()

/** Undefined if a property's value can't be shown; a bare view can. */
function shownWithoutElements(view: NodeJS.TypedArray): string | undefined {
  try {
    return inspect(view, {
      showHidden: true,
      customInspect: false,
      depth: 0,
      maxArrayLength: 0,
      maxStringLength: 0,
    })
  } catch {
    return undefined
  }
}

export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    return true
  }
}
