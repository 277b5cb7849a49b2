/** Plain data of models nests less deeply than this; a cycle never ends. */
const DEPTH_MAX = 8

const NOT_PLAIN = Symbol('not plain data')

/**
 * A row as it is now: its caller may fill the buffer anew while the row waits, and its key must stay the key of what runs. What can't
 * be copied stays as it is, and fails on its way to a worker.
 */
export function taken(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  try {
    const copy = copyOf(value, 0)
    return copy === NOT_PLAIN ? structuredClone(value) : copy
  } catch {
    return value
  }
}

function copyOf(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object') return value
  if (ArrayBuffer.isView(value)) return viewOf(value)
  if (depth === DEPTH_MAX) return NOT_PLAIN
  if (Array.isArray(value)) {
    const items = value.map((item) => copyOf(item, depth + 1))
    return items.includes(NOT_PLAIN) ? NOT_PLAIN : items
  }
  const kind: unknown = Object.getPrototypeOf(value)
  if (kind !== Object.prototype && kind !== null) return NOT_PLAIN
  const copy: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) {
    const own = key === '__proto__' ? NOT_PLAIN : copyOf(part, depth + 1)
    if (own === NOT_PLAIN) return NOT_PLAIN
    copy[key] = own
  }
  return copy
}

/** Only what the view shows, never the buffer around it. */
function viewOf(view: ArrayBufferView): unknown {
  const { buffer, byteOffset, byteLength } = view
  if (view instanceof DataView) return new DataView(buffer.slice(byteOffset, byteOffset + byteLength))
  if (Buffer.isBuffer(view)) return Uint8Array.from(view)
  return (view as Float32Array).slice()
}
