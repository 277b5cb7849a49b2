/**
 * A decoder of its own for the msgpack that our frames may hold, written from the specification alone: whatever the codec accepts must
 * mean the same here. It builds what the codec should: no value is rounded, shortened or renamed.
 */
export function referenceDecode(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes)
  const value = reader.value()
  if (reader.at !== bytes.length) throw new RangeError('bytes after the value')
  return value
}

/** In the order of their codes. */
export const VIEWS = [
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
] as const
const EXTENSION_SIZES: Readonly<Record<number, number>> = { 212: 1, 213: 2, 214: 4, 215: 8, 216: 16 }

class Reader {
  at = 0
  readonly #view: DataView
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  value(): unknown {
    const head = this.#uint(1)
    if (head < 0x80) return head
    if (head >= 0xe0) return head - 256
    if (head < 0x90) return this.#map(head & 15)
    if (head < 0xa0) return this.#array(head & 15)
    if (head < 0xc0) return this.#text(head & 31)
    if (head in EXTENSION_SIZES) return this.#extension(EXTENSION_SIZES[head] as number)
    return this.#long(head)
  }

  #long(head: number): unknown {
    switch (head) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(2 ** (head - 0xc7)))
      case 0xca:
        return this.#taken(4, (at) => this.#view.getFloat32(at))
      case 0xcb:
        return this.#taken(8, (at) => this.#view.getFloat64(at))
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(2 ** (head - 0xcc))
      case 0xcf:
        return this.#taken(8, (at) => this.#view.getBigUint64(at))
      case 0xd0:
        return this.#taken(1, (at) => this.#view.getInt8(at))
      case 0xd1:
        return this.#taken(2, (at) => this.#view.getInt16(at))
      case 0xd2:
        return this.#taken(4, (at) => this.#view.getInt32(at))
      case 0xd3:
        return this.#taken(8, (at) => this.#view.getBigInt64(at))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(2 ** (head - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(2 ** (head - 0xdb)))
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 ** (head - 0xdd)))
      default:
        throw new RangeError(`the byte ${head}`)
    }
  }

  #taken<T>(size: number, read: (at: number) => T): T {
    this.at += size
    return read(this.at - size)
  }

  #uint(size: number): number {
    return this.#taken(size, (at) => {
      if (size === 1) return this.#view.getUint8(at)
      return size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
    })
  }

  #some(size: number): Uint8Array {
    if (this.at + size > this.#bytes.length) throw new RangeError('cut off')
    return this.#taken(size, (at) => Uint8Array.from(this.#bytes.subarray(at, at + size)))
  }

  #text(size: number): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#some(size))
  }

  #array(length: number): unknown[] {
    return Array.from({ length }, () => this.value())
  }

  #map(size: number): object {
    const entries = new Map<string, unknown>()
    for (let i = 0; i < size; i++) {
      const key = this.value()
      if (typeof key !== 'string' || entries.has(key)) throw new RangeError(`the key ${String(key)}`)
      entries.set(key, this.value())
    }
    return Object.fromEntries(entries)
  }

  #extension(size: number): unknown {
    const type = this.#taken(1, (at) => this.#view.getInt8(at))
    const data = this.#some(size)
    if (type === 0) return undefined
    if (type === -1) return timeOf(data)
    if (type === 0x74) return viewOf(data)
    if (type !== 0x73) throw new RangeError(`the extension ${type}`)
    const values = this.value()
    if (!Array.isArray(values)) throw new RangeError('a set of what is no array')
    return new Set(values)
  }
}

/** A timestamp, to the nanosecond: a `Date` must hold all of it. */
function timeOf(data: Uint8Array): Date {
  const view = new DataView(data.buffer)
  // How msgpackr writes a date that is none.
  if (data.length === 1) return new Date(Number.NaN)
  let [seconds, nanoseconds] = [0n, 0]
  if (data.length === 4) seconds = BigInt(view.getUint32(0))
  else if (data.length === 8) {
    const both = view.getBigUint64(0)
    seconds = both & 0x3ffffffffn
    nanoseconds = Number(both >> 34n)
  } else if (data.length === 12) {
    nanoseconds = view.getUint32(0)
    seconds = view.getBigInt64(4)
  } else throw new RangeError(`a time of ${data.length} bytes`)
  const ms = Number(seconds) * 1000 + nanoseconds / 1e6
  if (!Number.isSafeInteger(ms) || nanoseconds >= 1e9 || Number.isNaN(new Date(ms).getTime()))
    throw new RangeError('a time that no Date holds')
  return new Date(ms)
}

function viewOf(data: Uint8Array): unknown {
  const [code] = data
  const { buffer } = data.slice(1)
  if (code === 16) return buffer
  if (code === 17) return new DataView(buffer)
  const Kind = VIEWS[code as number]
  if (Kind === undefined) throw new RangeError(`the view ${code}`)
  return new (Kind as typeof Uint8Array)(buffer)
}
