import { isUtf8 } from 'node:buffer'
import { FrameError } from './errors.ts'

/** Bounds on what a frame may hold, checked before anything is built from it. `elementsMax` counts all values, keys included. */
export const SCAN_LIMITS = { depthMax: 64, elementsMax: 1_000_000 } as const

/** The extensions that the codec writes. What it never writes is refused: msgpackr reads some of it as something else. */
const NOTHING = 0
const TIME = -1
const SET = 0x73
const VIEW = 0x74
/** A `Date` holds so many milliseconds at most, before and after 1970. */
const DATE_MS_MAX = 8_640_000_000_000_000n
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const FORBIDDEN_BYTES = [...FORBIDDEN_KEYS].map((key) => ({ key, bytes: Uint8Array.from(Buffer.from(key)) }))
// A byte order mark is a part of the text: without it two names would be one.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** A map of more keys has a set of their names, so that a frame of one map is not compared key by key. */
const KEYS_LISTED = 16

/**
 * The containers that are open, the outermost first. They are made once: a scan calls nothing that scans, and a message has thousands of
 * values, for which nothing is to be allocated.
 *
 *     LEFT   values still to come; in a map an even number stands before a key
 *     KEYS   where the keys of a small map begin and end: KEYS_LISTED pairs a level, of which LISTED are taken
 */
const LEFT = new Int32Array(SCAN_LIMITS.depthMax)
const KINDS: Token['kind'][] = new Array<Token['kind']>(SCAN_LIMITS.depthMax).fill('array')
const LISTED = new Int32Array(SCAN_LIMITS.depthMax)
const KEYS = new Int32Array(SCAN_LIMITS.depthMax * KEYS_LISTED * 2)

/** The names of larger maps, by level. */
type Names = (Set<string> | undefined)[]

/** The value that was read last. */
interface Token {
  kind: 'scalar' | 'text' | 'array' | 'map' | 'set'
  /** Where its bytes begin and end (for a container: its head's). */
  start: number
  end: number
  /** Number of values inside; -1 for none. A map counts keys and values. */
  children: number
}

/**
 * Walks msgpack bytes once, without recursion and without building anything, and throws a `FrameError` for what a
 * decoder must never see. msgpackr alone lets pass: 0xc1, record definitions, RegExp and Error extensions, duplicate
 * keys, and it renames `__proto__` silently. It rounds times to milliseconds, makes dates of times that none can hold, sets of texts,
 * integers that can't be sent on, and bytes that share the frame's memory.
 */
export function scan(bytes: Uint8Array, start: number, end: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const token: Token = { kind: 'scalar', start, end: start, children: -1 }
  const names: Names = []
  LEFT[0] = 1
  KINDS[0] = 'array'
  let depth = 1
  let elements = 0
  let at = start
  while (depth > 0) {
    const level = depth - 1
    const left = LEFT[level] as number
    if (left === 0) {
      depth = level
      continue
    }
    elements += 1
    if (elements > SCAN_LIMITS.elementsMax)
      throw new FrameError('frame-elements', `more than ${SCAN_LIMITS.elementsMax} values`, at)
    readToken(token, bytes, view, at, end)
    if (KINDS[level] === 'map' && left % 2 === 0) checkKey(bytes, token, level, names, at)
    if (KINDS[level] === 'set' && token.kind !== 'array')
      throw new FrameError('frame-malformed', 'a set without an array', at)
    LEFT[level] = left - 1
    at = token.end
    if (token.children >= 0) {
      open(token, depth, names, end)
      depth += 1
    }
  }
  if (at !== end) throw new FrameError('frame-malformed', 'bytes after the message', at)
}

/** Goes into a container. */
function open({ kind, children, end: at }: Token, level: number, names: Names, end: number): void {
  if (level >= SCAN_LIMITS.depthMax)
    throw new FrameError('frame-depth', `deeper than ${SCAN_LIMITS.depthMax}`, at)
  // Every child takes at least one byte, so a length beyond the frame is false.
  if (children > end - at) throw new FrameError('frame-truncated', 'a length beyond the frame', at)
  LEFT[level] = children
  KINDS[level] = kind
  LISTED[level] = 0
  if (kind === 'map') names[level] = children > 2 * KEYS_LISTED ? new Set() : undefined
}

function checkKey(bytes: Uint8Array, token: Token, level: number, names: Names, at: number): void {
  // Every map becomes an object, in which the keys 1 and '1' are the same.
  if (token.kind !== 'text') throw new FrameError('frame-malformed', 'a key that is not text', at)
  const { start, end } = token
  for (const { key, bytes: forbidden } of FORBIDDEN_BYTES)
    if (isSame(bytes, start, end, forbidden, 0, forbidden.length))
      throw new FrameError('frame-forbidden-key', `the key '${key}'`, at)
  const own = names[level]
  if (own === undefined ? isListed(bytes, start, end, level) : own.has(nameOf(bytes, token)))
    throw new FrameError('frame-duplicate-key', `the key '${nameOf(bytes, token)}' twice`, at)
  own?.add(nameOf(bytes, token))
}

/** Whether a small map has had this key; if not, it has it from now on. */
function isListed(bytes: Uint8Array, start: number, end: number, level: number): boolean {
  const first = level * KEYS_LISTED * 2
  const next = first + 2 * (LISTED[level] as number)
  for (let i = first; i < next; i += 2)
    if (isSame(bytes, start, end, bytes, KEYS[i] as number, KEYS[i + 1] as number)) return true
  KEYS[next] = start
  KEYS[next + 1] = end
  LISTED[level] = (LISTED[level] as number) + 1
  return false
}

/** Two valid texts are the same if their bytes are. */
function isSame(a: Uint8Array, start: number, end: number, b: Uint8Array, from: number, to: number): boolean {
  if (end - start !== to - from) return false
  for (let i = 0; i < end - start; i++) if (a[start + i] !== b[from + i]) return false
  return true
}

function nameOf(bytes: Uint8Array, { start, end }: Token): string {
  return utf8.decode(bytes.subarray(start, end))
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

/** Reads one value's head (and a scalar's whole body) into `token`. Source: the msgpack specification, format overview. */
function readToken(token: Token, bytes: Uint8Array, view: DataView, at: number, end: number): void {
  const byte = at < end ? (bytes[at] as number) : truncated(at)
  if (byte < 0x80 || byte >= 0xe0) set(token, 'scalar', at, at + 1)
  else if (byte < 0x90) set(token, 'map', at, at + 1, (byte & 0x0f) * 2)
  else if (byte < 0xa0) set(token, 'array', at, at + 1, byte & 0x0f)
  else if (byte < 0xc0) text(token, bytes, at + 1, byte & 0x1f, end)
  else readLonger(token, bytes, view, at, end)
}

/** The same of a value whose first byte does not say how long it is. */
function readLonger(token: Token, bytes: Uint8Array, view: DataView, at: number, end: number): void {
  const byte = bytes[at] as number
  const scalar = SCALAR_BYTES[byte]
  const textHead = TEXT_HEAD[byte]
  const arrayHead = ARRAY_HEAD[byte]
  const mapHead = MAP_HEAD[byte]
  if (scalar !== undefined) {
    const stop = within(at + scalar, end)
    if (byte === UINT_64 && (bytes[at + 1] as number) >= 0x80)
      throw new FrameError('frame-malformed', 'an integer beyond 64 bits with sign', at)
    set(token, 'scalar', at, stop)
  } else if (textHead !== undefined)
    text(token, bytes, at + 1 + textHead, length(view, at + 1, textHead, end), end)
  else if (arrayHead !== undefined)
    set(token, 'array', at, at + 1 + arrayHead, length(view, at + 1, arrayHead, end))
  else if (mapHead !== undefined)
    set(token, 'map', at, at + 1 + mapHead, length(view, at + 1, mapHead, end) * 2)
  else extension(token, view, byte, at, end)
}

function set(token: Token, kind: Token['kind'], start: number, end: number, children = -1): void {
  token.kind = kind
  token.start = start
  token.end = end
  token.children = children
}

function extension(token: Token, view: DataView, byte: number, at: number, end: number): void {
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
  if (type === SET) set(token, 'set', at, stop, 1)
  else set(token, 'scalar', at, stop)
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

function text(token: Token, bytes: Uint8Array, start: number, size: number, end: number): void {
  const stop = within(start + size, end)
  if (!isText(bytes, start, stop)) throw new FrameError('frame-malformed', 'text that is not UTF-8', start)
  set(token, 'text', start, stop)
}

/** Shorter texts are looked at here: a view of their bytes would take longer. */
const LOOKED_AT_MAX = 64

function isText(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  if (end - start <= LOOKED_AT_MAX) while (at < end && (bytes[at] as number) < 0x80) at += 1
  return at === end || isUtf8(bytes.subarray(at, end))
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
