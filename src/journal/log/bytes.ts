/**
 * Numbers and short texts in bytes, little-endian. Buffer's own methods check every argument and call into C++ for every text: with
 * them, writing a small message costs several times as much.
 */

const TWO_32 = 2 ** 32
/** Up to here a loop is faster than a call into C++. */
const LOOP_MAX = 64

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

export function writeU48(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, value >>> 0)
  writeU16(bytes, at + 4, Math.floor(value / TWO_32))
}

/** Writes UTF-8; gives the offset behind it. There must be room. */
export function writeText(bytes: Buffer, at: number, text: string): number {
  const { length } = text
  if (length > LOOP_MAX) return at + bytes.write(text, at, 'utf8')
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return at + bytes.write(text, at, 'utf8')
    bytes[at + i] = unit
  }
  return at + length
}

/** Bytes of a text in UTF-8. */
export function textBytes(text: string): number {
  const { length } = text
  if (length > LOOP_MAX) return Buffer.byteLength(text)
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text)
  return length
}

export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

export function readU32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
  return low + (bytes[at + 3] as number) * 0x1000000
}

export function readU48(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) + readU16(bytes, at + 4) * TWO_32
}

/** Reads UTF-8 of `[at, end)`. */
export function readText(bytes: Buffer, at: number, end: number): string {
  return bytes.toString('utf8', at, end)
}
