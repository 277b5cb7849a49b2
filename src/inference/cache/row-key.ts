import { createHash } from 'node:crypto'

/** Texts up to this length are their own key. Longer ones are hashed, so that a cache does not hold documents. */
const OWN_KEY_MAX = 256

/** Prefix of placeholders for values that JSON can't express. A row with a text that starts like this has no cheap identity. */
const MARK = '\u0000'

const NOT_PLAIN = Symbol('not plain data')

/**
 * The identity of a row: a text itself, numbers by their bytes, plain data by its JSON. Absent if a row has no cheap identity
 * (cyclic, functions, maps, dates, class instances); such a row is always computed. Two rows that a task could tell apart
 * never share a key, because one caller would get the other's answer.
 */
export function rowKey(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length <= OWN_KEY_MAX ? `s${value}` : `h${hashed(value)}`
  try {
    return ArrayBuffer.isView(value) ? `b${viewKey(value)}` : plainKey(value)
  } catch {
    return undefined
  }
}

function plainKey(value: unknown): string | undefined {
  let plain = true
  const json = JSON.stringify(value, function (this: Record<string, unknown>, name: string) {
    // The holder has the value from before its `toJSON`.
    const part = partKey(this[name])
    if (part === NOT_PLAIN) plain = false
    return part
  })
  if (!plain || json === undefined) return undefined
  return json.length <= OWN_KEY_MAX ? `j${json}` : `k${hashed(json)}`
}

/** What JSON is to hold for a part; `NOT_PLAIN` for anything but plain data. */
function partKey(part: unknown): unknown {
  switch (typeof part) {
    case 'string':
      return part.startsWith(MARK) ? NOT_PLAIN : part
    case 'number':
      return Number.isFinite(part) && !Object.is(part, -0)
        ? part
        : `${MARK}n${Object.is(part, -0) ? '-0' : part}`
    case 'bigint':
      return `${MARK}i${part}`
    case 'undefined':
      return `${MARK}u`
    case 'boolean':
      return part
    case 'object': {
      if (part === null || Array.isArray(part)) return part
      if (ArrayBuffer.isView(part)) return `${MARK}b${viewKey(part)}`
      const kind: unknown = Object.getPrototypeOf(part)
      if ((kind === Object.prototype || kind === null) && !('toJSON' in part)) return part
      return NOT_PLAIN
    }
    default:
      return NOT_PLAIN
  }
}

/** @throws TypeError for a view whose buffer was transferred. */
function viewKey(view: ArrayBufferView): string {
  return `${view.constructor.name}${hashed(bytesOf(view))}`
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function hashed(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64')
}
