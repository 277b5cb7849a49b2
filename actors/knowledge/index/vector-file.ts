import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Pauses } from '../../../src/kernel/pauses.ts'

/**
 * Vectors by content, in an append-only file:
 *
 *     header  magic "GNGV" │ version u16 │ dimensions u16 │ 32 bytes: sha256 of the model
 *     block   records u32 │ crc32 u32 │ records × ( key 16 bytes │ scale f32 │ dimensions × i8 )
 *     block   …
 *
 * The key is the hash of the embedded text, so a changed document keeps the vectors of its unchanged parts, and a killed
 * indexing resumes after the last whole block. Little-endian.
 */
export const HEADER_BYTES = 40
const MAGIC = 0x56474e47
const VERSION = 1
const KEY_BYTES = 16
const BLOCK_HEADER_BYTES = 8

export interface StoredVector {
  readonly scale: number
  readonly bytes: Int8Array
}

/** The key of a vector's text: 128 bits of its sha256, base64url. */
export function vectorKey(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, KEY_BYTES).toString('base64url')
}

export function header(dimensions: number, modelSha256: string): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, VERSION, true)
  view.setUint16(6, dimensions, true)
  bytes.set(Buffer.from(modelSha256, 'hex').subarray(0, 32), 8)
  return bytes
}

export function block(entries: readonly (readonly [key: string, vector: StoredVector])[]): Uint8Array {
  const width = entries[0]?.[1].bytes.length ?? 0
  const record = KEY_BYTES + 4 + width
  const bytes = new Uint8Array(BLOCK_HEADER_BYTES + entries.length * record)
  const view = new DataView(bytes.buffer)
  entries.forEach(([key, vector], i) => {
    const at = BLOCK_HEADER_BYTES + i * record
    bytes.set(Buffer.from(key, 'base64url'), at)
    view.setFloat32(at + KEY_BYTES, vector.scale, true)
    bytes.set(new Uint8Array(vector.bytes.buffer, vector.bytes.byteOffset, width), at + KEY_BYTES + 4)
  })
  view.setUint32(0, entries.length, true)
  view.setUint32(4, crc32(bytes.subarray(BLOCK_HEADER_BYTES)), true)
  return bytes
}

export interface VectorFileContent {
  readonly vectors: ReadonlyMap<string, StoredVector>
  /** Why the rest of the file was left out: it belongs to something else, or is damaged from some block on. */
  readonly problem: string | undefined
}

/** Reads all whole blocks of this model, and reports what is wrong with the rest. */
export async function readVectorFile(
  file: Uint8Array,
  { dimensions, modelSha256 }: { readonly dimensions: number; readonly modelSha256: string },
  pauses: Pauses,
): Promise<VectorFileContent> {
  const vectors = new Map<string, StoredVector>()
  const expected = header(dimensions, modelSha256)
  const own = file.length >= HEADER_BYTES && Buffer.compare(file.subarray(0, HEADER_BYTES), expected) === 0
  if (!own) return { vectors, problem: headerProblem(file) }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const record = KEY_BYTES + 4 + dimensions
  let at = HEADER_BYTES
  while (at < file.length) {
    const start = at + BLOCK_HEADER_BYTES
    const records = start <= file.length ? view.getUint32(at, true) : 0
    const end = start + records * record
    if (records === 0 || end > file.length) return { vectors, problem: 'is truncated' }
    if (crc32(file.subarray(start, end)) !== view.getUint32(at + 4, true))
      return { vectors, problem: 'is damaged' }
    for (let row = start; row < end; row += record) {
      if (pauses.due) await pauses.take()
      const key = Buffer.from(file.buffer, file.byteOffset + row, KEY_BYTES).toString('base64url')
      const bytes = new Int8Array(file.buffer, file.byteOffset + row + KEY_BYTES + 4, dimensions)
      vectors.set(key, { scale: view.getFloat32(row + KEY_BYTES, true), bytes })
    }
    at = end
  }
  return { vectors, problem: undefined }
}

function headerProblem(file: Uint8Array): string {
  if (file.length < HEADER_BYTES) return 'is truncated'
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (view.getUint32(0, true) !== MAGIC) return 'is not an index'
  if (view.getUint16(4, true) !== VERSION) return 'has another format version'
  return 'was made with another model'
}
