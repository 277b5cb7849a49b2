import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const DEFLATED = 8

/**
 * Whether the text parts of a ZIP archive have more than `most` bytes unpacked. Counted by unpacking them: the sizes in the archive
 * may lie. What is no archive has none.
 */
export function unpacksBeyond(bytes: Uint8Array, most: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = most
  for (const { name, method, size, at } of entries(view)) {
    if (!/\.(?:xml|rels)$/iu.test(name) || at + 30 > view.byteLength) continue
    const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
    if (method !== DEFLATED) {
      left -= size
      if (left < 0) return true
      continue
    }
    try {
      left -= inflateRawSync(bytes.subarray(from, from + size), { maxOutputLength: left + 1 }).length
    } catch (error) {
      // A damaged part is for the parser to name.
      if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return true
    }
    if (left < 0) return true
  }
  return false
}

/** The entries of the archive's directory. */
function* entries(view: DataView): Generator<{ name: string; method: number; size: number; at: number }> {
  let end = view.byteLength - 22
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1
  if (end < 0) return
  let at = view.getUint32(end + 16, true)
  while (at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY) {
    const length = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, length))
    yield {
      name,
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    }
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
}
