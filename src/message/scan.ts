import { FrameError } from './errors.ts'

/** Bounds on what a frame may hold, checked before anything is built from it. */
export interface ScanLimits {
  readonly depthMax: number
  /** Total values, keys included. */
  readonly elementsMax: number
}

export const SCAN_LIMITS: ScanLimits = { depthMax: 64, elementsMax: 1_000_000 }

/** The extensions that the codec writes. What it never writes is refused: msgpackr reads some of it as something else. */
const NOTHING = 0
const TIME = -1
const SET = 0x73
const VIEW = 0x74
/** A `Date` holds so many milliseconds at most, before and after 1970. */
const DATE_MS_MAX = 8_640_000_000_000_000n
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
// A byte order mark is a part of the text: without it two names would be one.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

interface Level {
  /** Values still to come at this level. */
  left: number
  /** Names seen so far, if the level is a map. */
  readonly keys: Set<string> | undefined
  /** In a map: the next value is a key. */
  keyNext: boolean
  /** What is inside is the array of a set's values. */
  readonly ofSet: boolean
}

/**
 * Walks msgpack bytes once, without recursion and without building anything, and throws a `FrameError` for what a
 * decoder must never see. msgpackr alone lets pass: 0xc1, record definitions, RegExp and Error extensions, duplicate
 * keys, and it renames `__proto__` silently. It rounds times to milliseconds, makes dates of times that none can hold, sets of texts,
 * integers that can't be sent on, and bytes that share the frame's memory.
 */
export function scan(bytes: Uint8Array, start: number, end: number, limits: ScanLimits = SCAN_LIMITS): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const levels: Level[] = [{ left: 1, keys: undefined, keyNext: false, ofSet: false }]
  let elements = 0
  let at = start
  while (levels.length > 0) {
    const level = levels[levels.length - 1] as Level
    if (level.left === 0) {
      levels.pop()
      continue
    }
    elements += 1
    if (elements > limits.elementsMax)
      throw new FrameError('frame-elements', `more than ${limits.elementsMax} values`, at)
    const token = readToken(bytes, view, at, end)
    if (level.keys !== undefined && level.keyNext) checkKey(bytes, token, level.keys, at)
    if (level.ofSet && token.kind !== 'array')
      throw new FrameError('frame-malformed', 'a set without an array', at)
    level.left -= 1
    level.keyNext = !level.keyNext
    at = token.end
    if (token.children >= 0) {
      if (levels.length >= limits.depthMax)
        throw new FrameError('frame-depth', `deeper than ${limits.depthMax}`, at)
      // Every child takes at least one byte, so a length beyond the frame is false.
      if (token.children > end - at) throw new FrameError('frame-truncated', 'a length beyond the frame', at)
      const keys = token.kind === 'map' ? new Set<string>() : undefined
      levels.push({ left: token.children, keys, keyNext: true, ofSet: token.kind === 'set' })
    }
  }
  if (at !== end) throw new FrameError('frame-malformed', 'bytes after the message', at)
}

function checkKey(bytes: Uint8Array, token: Token, keys: Set<string>, at: number): void {
  // Every map becomes an object, in which the keys 1 and '1' are the same.
  if (token.kind !== 'text') throw new FrameError('frame-malformed', 'a key that is not text', at)
  const name = utf8.decode(bytes.subarray(token.start, token.end))
  if (FORBIDDEN_KEYS.has(name)) throw new FrameError('frame-forbidden-key', `the key '${name}'`, at)
  if (keys.has(name)) throw new FrameError('frame-duplicate-key', `the key '${name}' twice`, at)
  keys.add(name)
}

interface Token {
  readonly kind: 'scalar' | 'text' | 'array' | 'map' | 'set'
  /** Where its bytes begin and end (for a container: its head's). */
  readonly start: number
  readonly end: number
  /** Number of values inside; -1 for none. A map counts keys and values. */
  readonly children: number
}

const SCALAR_BYTES: Readonly<Record<number, number>> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
}
const UINT_64 = 207
const FIXED_EXT_BYTES: Readonly<Record<number, number>> = { 212: 1, 213: 2, 214: 4, 215: 8, 216: 16 }
const TEXT_HEAD: Readonly<Record<number, 1 | 2 | 4>> = { 217: 1, 218: 2, 219: 4 }
const EXT_HEAD: Readonly<Record<number, 1 | 2 | 4>> = { 199: 1, 200: 2, 201: 4 }
const ARRAY_HEAD: Readonly<Record<number, 2 | 4>> = { 220: 2, 221: 4 }
const MAP_HEAD: Readonly<Record<number, 2 | 4>> = { 222: 2, 223: 4 }

/** Reads one value's head (and a scalar's whole body). Source: the msgpack specification, format overview. */
function readToken(bytes: Uint8Array, view: DataView, at: number, end: number): Token {
  const byte = at < end ? (bytes[at] as number) : truncated(at)
  if (byte < 0x80 || byte >= 0xe0) return { kind: 'scalar', start: at, end: at + 1, children: -1 }
  if (byte < 0x90) return { kind: 'map', start: at, end: at + 1, children: (byte & 0x0f) * 2 }
  if (byte < 0xa0) return { kind: 'array', start: at, end: at + 1, children: byte & 0x0f }
  if (byte < 0xc0) return text(bytes, at + 1, byte & 0x1f, end)
  const scalar = SCALAR_BYTES[byte]
  if (scalar !== undefined) {
    const stop = within(at + scalar, end)
    if (byte === UINT_64 && (bytes[at + 1] as number) >= 0x80)
      throw new FrameError('frame-malformed', 'an integer beyond 64 bits with sign', at)
    return { kind: 'scalar', start: at, end: stop, children: -1 }
  }
  const textHead = TEXT_HEAD[byte]
  if (textHead !== undefined) return text(bytes, at + 1 + textHead, length(view, at + 1, textHead, end), end)
  const arrayHead = ARRAY_HEAD[byte]
  if (arrayHead !== undefined) {
    return {
      kind: 'array',
      start: at,
      end: at + 1 + arrayHead,
      children: length(view, at + 1, arrayHead, end),
    }
  }
  const mapHead = MAP_HEAD[byte]
  if (mapHead !== undefined) {
    return { kind: 'map', start: at, end: at + 1 + mapHead, children: length(view, at + 1, mapHead, end) * 2 }
  }
  return extension(view, byte, at, end)
}

function extension(view: DataView, byte: number, at: number, end: number): Token {
  const fixed = FIXED_EXT_BYTES[byte]
  const head = EXT_HEAD[byte]
  if (fixed === undefined && head === undefined)
    throw new FrameError('frame-malformed', `the byte 0x${byte.toString(16)}`, at)
  const size = fixed ?? length(view, at + 1, head as 1 | 2 | 4, end)
  const typeAt = at + 1 + (fixed === undefined ? (head as number) : 0)
  const type = typeAt < end ? view.getInt8(typeAt) : truncated(typeAt)
  const stop = within(typeAt + 1 + size, end)
  const known = type === TIME ? isTime(view, typeAt + 1, size) : type === VIEW || size === 1
  if ((type !== NOTHING && type !== TIME && type !== SET && type !== VIEW) || !known)
    throw new FrameError('frame-forbidden-ext', `the extension ${type} of ${size} bytes`, at)
  // msgpackr writes a Set as an extension of one byte with an array behind it.
  if (type === SET) return { kind: 'set', start: at, end: stop, children: 1 }
  return { kind: 'scalar', start: at, end: stop, children: -1 }
}

/** Whether a `Date` holds all of a timestamp. One byte stands for the date that is none. */
function isTime(view: DataView, at: number, size: number): boolean {
  if (size === 1 || size === 4) return true
  if (size !== 8 && size !== 12) return false
  const [nanoseconds, seconds] =
    size === 8 ? [view.getUint32(at) >>> 2, 0n] : [view.getUint32(at), view.getBigInt64(at + 4)]
  if (nanoseconds >= 1e9 || nanoseconds % 1e6 !== 0) return false
  const ms = seconds * 1000n + BigInt(nanoseconds / 1e6)
  return ms <= DATE_MS_MAX && ms >= -DATE_MS_MAX
}

function text(bytes: Uint8Array, start: number, size: number, end: number): Token {
  const stop = within(start + size, end)
  try {
    utf8.decode(bytes.subarray(start, stop))
  } catch (cause) {
    throw new FrameError('frame-malformed', 'text that is not UTF-8', start, cause)
  }
  return { kind: 'text', start, end: stop, children: -1 }
}

function length(view: DataView, at: number, size: 1 | 2 | 4, end: number): number {
  within(at + size, end)
  return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at)
}

function within(stop: number, end: number): number {
  return stop <= end ? stop : truncated(end)
}

function truncated(at: number): never {
  throw new FrameError('frame-truncated', 'the end of the frame in the middle of a value', at)
}
