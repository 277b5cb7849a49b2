import { createInflateRaw } from 'node:zlib'
import { encodingOf } from '../../decode.ts'
import { malformed, refused } from '../records.ts'

/** What is read of all parts of a file together. The text of a thick book has a tenth of this; a file of some kilobytes may unpack to gigabytes. */
const UNPACKED_MB_MAX = 100
const PIECE_BYTES = 64 * 1024

const END = 0x06054b50
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8
/** The size or place stands in the extra field of long archives. */
const ELSEWHERE = 0xffffffff

interface Entry {
  /** As it is written. */
  readonly name: string
  readonly encrypted: boolean
  readonly method: number
  readonly size: number
  readonly at: number
}

/** The parts of a document that is a ZIP archive. They unpack piece by piece: the sizes in an archive may lie. */
export class Archive {
  /** What people call the format. */
  readonly format: string
  readonly #bytes: Uint8Array
  readonly #entries: ReadonlyMap<string, Entry>
  #left = UNPACKED_MB_MAX * 1024 * 1024

  /** @throws SyntaxError if it is encrypted, or no archive */
  constructor(bytes: Uint8Array, format: string) {
    this.format = format
    this.#bytes = bytes
    this.#entries = new Map(entries(bytes))
    if (this.#entries.size > 0) return
    if (isCompound(bytes))
      throw holds(bytes, 'EncryptedPackage') ? encrypted() : malformed(format, 'it is in an older format')
    throw malformed(format, 'it is damaged')
  }

  /** The names of its parts, as they are written. */
  get names(): readonly string[] {
    return [...this.#entries.values()].map(({ name }) => name)
  }

  has(name: string): boolean {
    return this.#entries.has(nameOf(name))
  }

  /** The bytes of a part as they unpack; none of a part that is not there. @throws SyntaxError */
  async *pieces(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(nameOf(name))
    if (entry === undefined) return
    if (entry.encrypted) throw encrypted()
    for await (const piece of this.#unpacked(entry)) {
      this.#left -= piece.length
      if (this.#left < 0) throw malformed(this.format, `it unpacks to more than ${UNPACKED_MB_MAX} MB`)
      yield piece
    }
  }

  /** The text of a part, piece by piece. @throws SyntaxError */
  async *texts(name: string): AsyncGenerator<string> {
    let decoder: InstanceType<typeof TextDecoder> | undefined
    for await (const piece of this.pieces(name)) {
      decoder ??= new TextDecoder(encodingOf(piece, true) ?? 'utf-8')
      yield decoder.decode(piece, { stream: true })
    }
  }

  /** A part as a whole; empty if it is not there. @throws SyntaxError */
  async bytes(name: string): Promise<Uint8Array> {
    const found: Uint8Array[] = []
    for await (const piece of this.pieces(name)) found.push(piece)
    return Buffer.concat(found)
  }

  async *#unpacked({ method, size, at }: Entry): AsyncGenerator<Uint8Array> {
    const view = viewOf(this.#bytes)
    if (at + LOCAL_BYTES > view.byteLength) throw malformed(this.format, 'it is damaged')
    const from = at + LOCAL_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
    const packed = this.#bytes.subarray(from, from + size)
    if (method === STORED) {
      for (let i = 0; i < packed.length; i += PIECE_BYTES) yield packed.subarray(i, i + PIECE_BYTES)
      return
    }
    if (method !== DEFLATED) throw malformed(this.format, 'it is packed in a way that is not known')
    const inflate = createInflateRaw({ chunkSize: PIECE_BYTES })
    inflate.end(packed)
    try {
      for await (const piece of inflate) yield piece as Uint8Array
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('Z_') !== true) throw error
      throw malformed(this.format, 'it is damaged')
    }
  }
}

export function encrypted(): SyntaxError {
  return refused('is encrypted: save a copy without a password')
}

/** Parts are found under their names in lower case. */
function nameOf(name: string): string {
  return slashed(name).toLowerCase()
}

/** Some programs write "xl\\Workbook.xml", or "/xl/workbook.xml". */
function slashed(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\/+/u, '')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The entries of the archive's directory. */
function* entries(bytes: Uint8Array): Generator<[string, Entry]> {
  const view = viewOf(bytes)
  const first = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX)
  let end = bytes.length - END_BYTES
  while (end >= first && view.getUint32(end, true) !== END) end -= 1
  if (end < first) return
  // What was put before the archive moves all of its places.
  const length = view.getUint32(end + 12, true)
  const told = view.getUint32(end + 16, true)
  const moved = told === ELSEWHERE || length === ELSEWHERE ? 0 : Math.max(0, end - length - told)
  let at = told === ELSEWHERE ? directoryBefore(view, end) : told + moved
  while (at + ENTRY_BYTES <= view.byteLength && view.getUint32(at, true) === ENTRY) {
    const nameBytes = view.getUint16(at + 28, true)
    const extraBytes = view.getUint16(at + 30, true)
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes))
    const entry = {
      name: slashed(name),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      ...placeOf(view, at, at + ENTRY_BYTES + nameBytes, extraBytes),
    }
    yield [nameOf(name), { ...entry, at: entry.at + moved }]
    at += ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true)
  }
}

/** The directory of a long archive: its end record is preceded by a locator of the real one. */
function directoryBefore(view: DataView, end: number): number {
  const record = end >= 20 ? Number(view.getBigUint64(end - 20 + 8, true)) : view.byteLength
  return record + 56 <= view.byteLength ? Number(view.getBigUint64(record + 48, true)) : view.byteLength
}

/** Where the packed bytes are and how many. Some programs write these as for archives of many gigabytes, whatever the size. */
function placeOf(
  view: DataView,
  at: number,
  extra: number,
  extraBytes: number,
): { size: number; at: number } {
  const [packed, whole, place] = [20, 24, 42].map((i) => view.getUint32(at + i, true))
  let [size, from] = [packed as number, place as number]
  let i = extra
  const last = Math.min(extra + extraBytes, view.byteLength) - 4
  while (i <= last && view.getUint16(i, true) !== 1) i += 4 + view.getUint16(i + 2, true)
  if (i > last) return { size, at: from }
  const end = Math.min(i + 4 + view.getUint16(i + 2, true), view.byteLength)
  let next = i + 4 + (whole === ELSEWHERE ? 8 : 0)
  const long = (own: number) => {
    if (own !== ELSEWHERE || next + 8 > end) return own
    next += 8
    return Number(view.getBigUint64(next - 8, true))
  }
  size = long(size)
  from = long(from)
  return { size, at: from }
}

/** An archive of older programs, which newer ones use for what they encrypt. */
function isCompound(bytes: Uint8Array): boolean {
  return [0xd0, 0xcf, 0x11, 0xe0].every((byte, i) => bytes[i] === byte)
}

function holds(bytes: Uint8Array, name: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(name, 'utf16le'))
}
