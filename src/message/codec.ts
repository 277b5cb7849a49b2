import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'
import type { Packr } from 'msgpackr'
import { checkOwn, checkSendable, FRAME_BYTES_MAX } from './check.ts'
import { FrameError, NotSerializableError } from './errors.ts'
import type { Message } from './header.ts'
import { keepMinusZero } from './minus-zero.ts'
import { scan } from './scan.ts'

/**
 * One message as bytes:
 *
 *     0      4         5       6          8        12       16
 *     │ GNGL │ version │ flags │ reserved │ length │ crc32 │ msgpack: [header, body, trailer] …
 *
 * Big-endian, like msgpack. Values come back as they were. Decoding does the cheap checks first: size, magic, version,
 * length, checksum, then the scan of the msgpack bytes, and only then msgpackr.
 */
const HEAD_BYTES = 16
const MAGIC = 0x474e474c
const VERSION = 1
/** Magic, version, no flags; length and checksum follow. */
const HEAD = Uint8Array.of(
  MAGIC >>> 24,
  (MAGIC >>> 16) & 0xff,
  (MAGIC >>> 8) & 0xff,
  MAGIC & 0xff,
  VERSION,
  0,
  0,
  0,
)
/** msgpackr keeps its buffer for the next message: a buffer larger than this is released. */
const KEPT_BYTES_MAX = 1024 * 1024

let packr: Packr | undefined

/** msgpackr loads with the first frame: importing the package must not load its native part. */
function packer(): Packr {
  if (packr === undefined) {
    const { Packr: Constructor } = createRequire(import.meta.url)('msgpackr') as typeof import('msgpackr')
    // The default Packr truncates the values of a Float32Array and leaks bytes of its buffer; moreTypes does not.
    packr = new Constructor({
      moreTypes: true,
      useRecords: false,
      variableMapSize: true,
    })
  }
  return packr
}

/** @throws NotSerializableError (`not-serializable`) naming the value by its path, before anything is encoded. */
export function encodeMessage(message: Message): Uint8Array {
  return frameOf(message, checkSendable(message), false)
}

const NO_HOPS = { hops: [] } as const

/**
 * A message whose header the runtime has just made, and in a record the outermost object of its body: they are not checked again.
 * The bytes of a `message` share memory with others, and are for use at once.
 *
 * @throws NotSerializableError (`not-serializable`)
 */
export function encodeOwn(
  header: Message['header'],
  body: unknown,
  part: 'record' | 'event' | 'message',
): Uint8Array {
  const message = { header, body, trailer: NO_HOPS }
  return frameOf(message, checkOwn(message, part === 'record'), part === 'message')
}

function frameOf(message: Message, minusZero: boolean, brief: boolean): Uint8Array {
  const parts = [message.header, message.body, message.trailer]
  const body = packer().pack(minusZero ? keepMinusZero(parts) : parts)
  if (body.buffer.byteLength > KEPT_BYTES_MAX) packer().useBuffer(Buffer.allocUnsafeSlow(8192))
  if (body.byteLength > FRAME_BYTES_MAX) {
    throw new NotSerializableError(
      `of ${body.byteLength} bytes, more than ${FRAME_BYTES_MAX}`,
      'body',
      message.body,
    )
  }
  const { length } = body
  const frame = brief ? Buffer.allocUnsafe(HEAD_BYTES + length) : new Uint8Array(HEAD_BYTES + length)
  frame.set(HEAD)
  writeU32(frame, 8, length)
  writeU32(frame, 12, crc32(body))
  frame.set(body, HEAD_BYTES)
  return frame
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** @throws FrameError for bad bytes; nothing of them was decoded. */
export function decodeMessage(frame: Uint8Array): Message {
  if (frame.byteLength > HEAD_BYTES + FRAME_BYTES_MAX) {
    throw new FrameError('frame-too-large', `a frame of ${frame.byteLength} bytes`, 0)
  }
  if (frame.byteLength < HEAD_BYTES)
    throw new FrameError('frame-truncated', 'a frame shorter than its head', 0)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (view.getUint32(0) !== MAGIC) throw new FrameError('frame-magic', 'not a ganglion frame', 0)
  if (view.getUint8(4) !== VERSION)
    throw new FrameError('frame-version', `version ${view.getUint8(4)}, not ${VERSION}`, 4)
  const reserved = view.getUint8(5) | view.getUint16(6)
  if (reserved !== 0) throw new FrameError('frame-malformed', 'flags that this version does not know', 5)
  const length = view.getUint32(8)
  if (length !== frame.byteLength - HEAD_BYTES) {
    throw new FrameError(
      'frame-truncated',
      `${frame.byteLength - HEAD_BYTES} bytes where ${length} are announced`,
      8,
    )
  }
  const body = frame.subarray(HEAD_BYTES)
  if (crc32(body) !== view.getUint32(12))
    throw new FrameError('frame-checksum', 'a checksum that does not match', 12)
  scan(frame, HEAD_BYTES, frame.byteLength)
  return messageOf(unpack(body))
}

/** The body in bytes that `encodeOwn` has just made, as a value of its own: they need no check. */
export function bodyOfOwn(frame: Uint8Array): unknown {
  // A copy: binary values are parts of what they were read from.
  return messageOf(unpack(new Uint8Array(frame.subarray(HEAD_BYTES)))).body
}

function unpack(body: Uint8Array): unknown {
  try {
    return packer().unpack(body)
  } catch (cause) {
    throw new FrameError('frame-malformed', 'msgpack that does not decode', HEAD_BYTES, cause)
  }
}

function messageOf(value: unknown): Message {
  if (!Array.isArray(value) || value.length !== 3 || typeof value[0] !== 'object' || value[0] === null) {
    throw new FrameError('frame-malformed', 'msgpack that is not [header, body, trailer]', HEAD_BYTES)
  }
  const [header, body, trailer] = value as [Message['header'], unknown, Message['trailer']]
  return { header, body, trailer }
}
