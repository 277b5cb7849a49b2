import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { decodeMessage, encodeMessage } from '../../src/message/codec.ts'
import { FrameError } from '../../src/message/errors.ts'
import type { Message } from '../../src/message/header.ts'
import { referenceDecode } from './reference-decoder.ts'
import { same } from './same.ts'

const HEAD_BYTES = 16

/** What came of the frames. */
export interface Fuzzed {
  readonly accepted: number
  /** How often each code was given. */
  readonly refused: ReadonlyMap<string, number>
}

/**
 * Feeds frames to the codec that nobody should have sent: true ones with changed bytes, and msgpack made at random, all with the right
 * length and checksum. Each is refused with a `FrameError`, or means what its bytes say and can be sent on unchanged.
 *
 * @throws AssertionError with the frame in hex
 */
export function fuzzFrames(seed: number, frames: number): Fuzzed {
  const random = new SeededRandomness(seed).stream('codec')
  const refused = new Map<string, number>()
  let accepted = 0
  for (let n = 0; n < frames; n++) {
    const frame = random.integer(3) === 0 ? framed(madeUp(random)) : changed(trueFrame(random), random)
    const code = judge(frame)
    if (code === undefined) accepted += 1
    else refused.set(code, (refused.get(code) ?? 0) + 1)
  }
  return { accepted, refused }
}

/** The code with which it is refused; undefined for a frame that is accepted, rightly. */
function judge(frame: Uint8Array): string | undefined {
  const given = Uint8Array.from(frame)
  let message: Message
  try {
    message = decodeMessage(given)
  } catch (error) {
    assert.ok(error instanceof FrameError, `threw ${error} for ${hex(frame)}`)
    return error.code
  }
  const { header, body, trailer } = message
  let meant: unknown
  try {
    meant = referenceDecode(frame.subarray(HEAD_BYTES))
  } catch (error) {
    assert.fail(`accepted, though ${error}: ${hex(frame)}`)
  }
  assert.ok(same([header, body, trailer], meant), `read otherwise: ${hex(frame)}`)
  // Whoever changes the received bytes later changes nothing of the message.
  given.fill(0xa5)
  assert.ok(same([header, body, trailer], meant), `shares its memory: ${hex(frame)}`)
  const again = decodeMessage(encodeMessage(message))
  assert.ok(same(again, message), `can't be sent on: ${hex(frame)}`)
  return undefined
}

/** With the head of a true frame. */
function framed(body: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(HEAD_BYTES + body.length)
  frame.write('GNGL', 'latin1')
  frame[4] = 1
  frame.writeUInt32BE(body.length, 8)
  frame.writeUInt32BE(crc32(body), 12)
  frame.set(body, HEAD_BYTES)
  return frame
}

function trueFrame(random: RandomStream): Uint8Array {
  const header = {
    id: 1,
    kind: 'input',
    type: 't',
    destination: 'd',
    correlation: 1,
    attempt: 1,
    priority: 0,
  }
  return encodeMessage({
    header: header as Message['header'],
    body: someValue(random, 4),
    trailer: { hops: [] },
  })
}

const TEXTS = ['', 'a', 'ß', '漢字', '🎉', 'x'.repeat(40), 'y'.repeat(300), 'constructo', '__proto_', '1']
const NUMBERS = [0, -0, 1, -1, 127, 128, -33, 65535, 65536, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 0.1, 1e308]
const OTHERS: readonly ((random: RandomStream) => unknown)[] = [
  (random) => TEXTS[random.integer(TEXTS.length)],
  (random) => NUMBERS[random.integer(NUMBERS.length)],
  () => Number.NaN,
  () => undefined,
  () => null,
  () => true,
  (random) => new Date(random.integer(2 ** 31) * 2000 - 1e12),
  () => new Date(Number.NaN),
  (random) => BigInt(random.integer(2 ** 31)) ** 2n,
  (random) => -(BigInt(random.integer(2 ** 31)) ** 2n),
  (random) => Float32Array.from({ length: random.integer(5) }, () => random.integer(9) / 7),
  (random) => Uint8Array.from({ length: random.integer(300) }, () => random.integer(256)),
  () => BigInt64Array.of(-1n, 5n),
  () => new ArrayBuffer(3),
  () => new DataView(new ArrayBuffer(2)),
]

function someValue(random: RandomStream, depth: number): unknown {
  const kind = depth === 0 ? 3 : random.integer(6)
  const length = random.integer(random.integer(8) === 0 ? 40 : 5)
  if (kind === 0) return Array.from({ length }, () => someValue(random, depth - 1))
  if (kind === 1) return new Set(Array.from({ length }, () => someValue(random, depth - 1)))
  if (kind === 2) {
    const entries = Array.from({ length }, (_, i) => [
      random.integer(2) === 0 ? `k${i}` : (TEXTS[random.integer(TEXTS.length)] as string),
      someValue(random, depth - 1),
    ])
    return Object.fromEntries(entries)
  }
  return OTHERS[random.integer(OTHERS.length)]?.(random)
}

/** A few bytes changed, added, taken out, or copied from elsewhere in it; the head fits again. */
function changed(frame: Uint8Array, random: RandomStream): Uint8Array {
  let body = Buffer.from(frame.subarray(HEAD_BYTES))
  for (let times = random.integer(4); times >= 0; times--) {
    const at = random.integer(body.length + 1)
    const kind = body.length === 0 ? 2 : random.integer(7)
    const some = anyBytes(random, 1 + random.integer(4))
    if (kind === 0 && at < body.length) body[at] = (body[at] as number) ^ (1 << random.integer(8))
    else if (kind === 1 && at < body.length) body[at] = interesting(random)
    else if (kind === 2) body = Buffer.concat([body.subarray(0, at), some, body.subarray(at)])
    else if (kind === 3) body = Buffer.concat([body.subarray(0, at), body.subarray(at + some.length)])
    else if (kind === 4) {
      const from = random.integer(body.length + 1)
      const piece = body.subarray(from, from + random.integer(12))
      body = Buffer.concat([body.subarray(0, at), piece, body.subarray(at)])
    } else if (kind === 5) {
      const value = new MadeUp(random).value(2)
      body = Buffer.concat([body.subarray(0, at), value, body.subarray(at + value.length)])
    } else body.set(some.subarray(0, body.length - at), Math.min(at, body.length))
  }
  return framed(body)
}

const INTERESTING = [
  0x00, 0x7f, 0x80, 0x90, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc7, 0xcf, 0xd3, 0xd4, 0xd7, 0xdd, 0xdf,
]

function interesting(random: RandomStream): number {
  return random.integer(2) === 0
    ? (INTERESTING[random.integer(INTERESTING.length)] as number)
    : random.integer(256)
}

function anyBytes(random: RandomStream, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => interesting(random)))
}

/** Msgpack of the right shape: `[header, body, trailer]`, with whatever the format can express. */
function madeUp(random: RandomStream): Uint8Array {
  const made = new MadeUp(random)
  const parts = [made.map(random.integer(3), 1), made.value(4), made.map(random.integer(2), 1)]
  return Buffer.concat([Buffer.of(0x93), ...parts])
}

const NAMES = ['__proto__', 'constructor', 'prototype', 'k0']

/** Writes msgpack in all its forms, also those that no encoder of ours uses. */
class MadeUp {
  readonly #random: RandomStream

  constructor(random: RandomStream) {
    this.#random = random
  }

  value(depth: number): Buffer {
    const kind = this.#random.integer(depth === 0 ? 6 : 9)
    const length = this.#random.integer(4)
    if (kind === 6 && this.#random.integer(20) === 0) return this.#nested(this.#random.integer(100))
    if (kind === 6) return this.#array(length, depth - 1)
    if (kind === 7) return this.map(length, depth - 1)
    if (kind === 8) return Buffer.concat([this.#head(0xc7, 1), Buffer.of(0x73, 0), this.value(depth - 1)])
    if (kind === 0) return Buffer.of(interesting(this.#random) & 0x7f)
    if (kind === 1) return Buffer.of(interesting(this.#random) | 0xe0)
    if (kind === 2) return this.#text()
    if (kind === 3) return this.#extension()
    if (kind === 4) return this.#bytes()
    return this.#scalar()
  }

  map(size: number, depth: number): Buffer {
    const head = this.#random.integer(3) === 0 ? this.#head(0xde, size) : Buffer.of(0x80 | size)
    const entries: Buffer[] = []
    for (let i = 0; i < size; i++) {
      const odd = this.#random.integer(12) === 0
      const name =
        this.#random.integer(12) === 0 ? (NAMES[this.#random.integer(NAMES.length)] as string) : `k${i}`
      entries.push(odd ? this.value(0) : this.#text(name), this.value(depth))
    }
    return Buffer.concat([head, ...entries])
  }

  #nested(levels: number): Buffer {
    return Buffer.concat([Buffer.alloc(levels, 0x91), this.value(0)])
  }

  #array(length: number, depth: number): Buffer {
    const head = this.#random.integer(3) === 0 ? this.#head(0xdc, length) : Buffer.of(0x90 | length)
    return Buffer.concat([head, ...Array.from({ length }, () => this.value(depth))])
  }

  /** The head of a form with a length of 1 (0xc4 …), 2 (0xdc …) or 4 bytes behind `first`. */
  #head(first: number, length: number): Buffer {
    const sizes = first === 0xdc || first === 0xde ? [2, 4] : [1, 2, 4]
    const which = this.#random.integer(sizes.length)
    const size = sizes[which] as number
    const head = Buffer.alloc(1 + size)
    head[0] = first + which
    head.writeUIntBE(size === 1 ? length & 255 : length, 1, size)
    return head
  }

  #text(text = TEXTS[this.#random.integer(TEXTS.length)] as string): Buffer {
    const bytes = this.#random.integer(20) === 0 ? anyBytes(this.#random, 2) : Buffer.from(text)
    const short = bytes.length < 32 && this.#random.integer(2) === 0
    return Buffer.concat([short ? Buffer.of(0xa0 | bytes.length) : this.#head(0xd9, bytes.length), bytes])
  }

  #bytes(): Buffer {
    const bytes = anyBytes(this.#random, this.#random.integer(5))
    return Buffer.concat([this.#head(0xc4, bytes.length), bytes])
  }

  #extension(): Buffer {
    const types = [0, 0xff, 0x73, 0x74, 0x42, 0x72, 0x69, 0x70, 0x62, 0x65, 0x78]
    const type = this.#random.integer(4) === 0 ? types : [0, 0xff, 0x74]
    const fixed = this.#random.integer(5)
    const free = this.#random.integer(2) === 0
    const size = free ? this.#random.integer(17) : 2 ** fixed
    const data =
      this.#random.integer(2) === 0
        ? Buffer.alloc(size, this.#random.integer(18))
        : anyBytes(this.#random, size)
    const head = free ? this.#head(0xc7, size) : Buffer.of(0xd4 + fixed)
    return Buffer.concat([head, Buffer.of(type[this.#random.integer(type.length)] as number), data])
  }

  #scalar(): Buffer {
    const heads = [0xc0, 0xc1, 0xc2, 0xc3, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3]
    const sizes = [0, 0, 0, 0, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8]
    const which = this.#random.integer(heads.length)
    return Buffer.concat([Buffer.of(heads[which] as number), anyBytes(this.#random, sizes[which] as number)])
  }
}

function hex(frame: Uint8Array): string {
  return Buffer.from(frame).toString('hex')
}
