import { createHash } from 'node:crypto'

/** Texts up to this length are their own key; longer ones are hashed, so that a cache does not hold documents. */
const OWN_KEY_MAX = 256

/** Begins what stands for a value that JSON can't tell; a text of the row that begins so has no cheap identity. */
const MARK = '\u0000'

/**
 * What makes two rows the same: a text itself, numbers by their bytes, plain data by its JSON. Absent where a row has
 * no cheap identity (cyclic, functions, maps, dates, instances of classes): it is computed every time. Two rows that a
 * task could tell apart never have one key, or one caller would get the other's answer.
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
  const json = JSON.stringify(value, function (this: Record<string, unknown>, name: string) {
    // The holder has the value as it was before its `toJSON`.
    return partKey(this[name])
  })
  if (json === undefined) return undefined
  return json.length <= OWN_KEY_MAX ? `j${json}` : `k${hashed(json)}`
}

/** @throws TypeError for what is no plain data. */
function partKey(part: unknown): unknown {
  switch (typeof part) {
    case 'string':
      if (part.startsWith(MARK)) throw new TypeError('not to be told from a mark')
      return part
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
      throw new TypeError('not plain data')
    }
    default:
      throw new TypeError('not plain data')
  }
}

/** @throws TypeError for a view whose buffer has been moved away. */
function viewKey(view: ArrayBufferView): string {
  return `${view.constructor.name}${hashed(bytesOf(view))}`
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function hashed(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64')
}
