import { createHash } from 'node:crypto'

/** Texts up to this length are their own key; longer ones are hashed, so that a cache does not hold documents. */
const OWN_KEY_MAX = 256

/**
 * What makes two rows the same: a text itself, numbers by their bytes, plain data by its JSON. Absent where a row has
 * no cheap identity (cyclic, functions): it is computed every time.
 */
export function rowKey(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length <= OWN_KEY_MAX ? `s${value}` : `h${hashed(value)}`
  if (ArrayBuffer.isView(value)) return `b${value.constructor.name}${hashed(bytesOf(value))}`
  try {
    return plainKey(value)
  } catch {
    return undefined
  }
}

function plainKey(value: unknown): string | undefined {
  const json = JSON.stringify(value, (_name, part: unknown) => {
    if (ArrayBuffer.isView(part)) return { bytes: `${part.constructor.name}${hashed(bytesOf(part))}` }
    if (typeof part === 'bigint') return { bigint: String(part) }
    if (typeof part === 'function' || typeof part === 'symbol') throw new TypeError('not plain data')
    if (typeof part === 'number' && !Number.isFinite(part)) return { number: String(part) }
    return part
  })
  if (json === undefined) return undefined
  return json.length <= OWN_KEY_MAX ? `j${json}` : `k${hashed(json)}`
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function hashed(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64')
}
