import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import { FrameError } from './errors.ts'

/**
 * A frame with a signature around it:
 *
 *     0      4         5           6        7   8           16       32         40
 *     │ GNGS │ version │ algorithm │ id len │ 0 │ issued at │ sender │ sequence │ key id │ frame … │ signature
 *
 * The signature is of the destination and of everything before it: a frame that was taken to another destination does not pass.
 */
const HEAD_BYTES = 40
const MAGIC = 0x474e4753
const VERSION = 1
export const SENDER_BYTES = 16
const HMAC = 1
const ED25519 = 2
const SIGNATURE_BYTES = { [HMAC]: 32, [ED25519]: 64 } as const

/** A key that is ready to use. */
export type ReadyKey =
  | { readonly algorithm: typeof HMAC; readonly secret: Uint8Array }
  | { readonly algorithm: typeof ED25519; readonly publicKey: KeyObject; readonly privateKey?: KeyObject }

export function hmacKey(secret: Uint8Array): ReadyKey {
  return { algorithm: HMAC, secret }
}

export function ed25519Key(publicKey: KeyObject, privateKey: KeyObject | undefined): ReadyKey {
  return { algorithm: ED25519, publicKey, ...(privateKey === undefined ? {} : { privateKey }) }
}

export function canSign(key: ReadyKey): boolean {
  return key.algorithm === HMAC || key.privateKey !== undefined
}

/** Who signed a frame, and which of its frames it is. */
export interface Stamp {
  readonly keyId: string
  /** In hex: another for each sending process. */
  readonly sender: string
  /** 1, 2, 3 … of this sender. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
}

export function signFrame(
  destination: string,
  frame: Uint8Array,
  key: ReadyKey,
  { keyId, sender, sequence, issuedAt }: Stamp,
): Uint8Array {
  const id = Buffer.from(keyId)
  const size = HEAD_BYTES + id.length + frame.length
  const signed = Buffer.allocUnsafe(size + SIGNATURE_BYTES[key.algorithm])
  signed.writeUInt32BE(MAGIC, 0)
  signed.set([VERSION, key.algorithm, id.length, 0], 4)
  signed.writeBigUInt64BE(BigInt(Math.floor(issuedAt)), 8)
  signed.write(sender, 16, SENDER_BYTES, 'hex')
  signed.writeBigUInt64BE(BigInt(sequence), 32)
  signed.set(id, HEAD_BYTES)
  signed.set(frame, HEAD_BYTES + id.length)
  signed.set(signatureOf(destination, signed.subarray(0, size), key), size)
  return signed
}

function signatureOf(destination: string, bytes: Uint8Array, key: ReadyKey): Uint8Array {
  const where = prefixOf(destination)
  if (key.algorithm === HMAC) return createHmac('sha256', key.secret).update(where).update(bytes).digest()
  return sign(null, Buffer.concat([where, bytes]), key.privateKey as KeyObject)
}

/** Its length goes before it: no destination and frame together look like another pair. */
function prefixOf(destination: string): Buffer {
  const text = Buffer.from(destination)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

/**
 * The frame inside and who signed it. Nothing inside is looked at before the signature is right.
 *
 * @throws FrameError (`frame-unsigned`, `frame-version`, `frame-key`, `frame-signature`, `frame-malformed`)
 */
export function openFrame(
  destination: string,
  given: Uint8Array,
  keys: ReadonlyMap<string, ReadyKey>,
): { readonly frame: Uint8Array; readonly stamp: Stamp } {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  if (bytes.length < HEAD_BYTES || bytes.readUInt32BE(0) !== MAGIC)
    throw new FrameError('frame-unsigned', 'a frame without a signature', 0)
  if (bytes[4] !== VERSION || bytes[7] !== 0)
    throw new FrameError('frame-version', `a signed frame of version ${bytes[4]}, not ${VERSION}`, 4)
  const start = HEAD_BYTES + (bytes[6] as number)
  const keyId = bytes.toString('utf8', HEAD_BYTES, start)
  const key = keys.get(keyId)
  if (key === undefined)
    throw new FrameError('frame-key', 'a frame signed with a key that is not known', HEAD_BYTES)
  const end = bytes.length - SIGNATURE_BYTES[key.algorithm]
  // The key says which algorithm: what a frame says of itself decides nothing.
  if (bytes[5] !== key.algorithm || end < start || !isSigned(destination, bytes, end, key))
    throw new FrameError(
      'frame-signature',
      `a signature that does not fit the key '${keyId}'`,
      Math.max(0, end),
    )
  const sequence = Number(bytes.readBigUInt64BE(32))
  // Behind the last safe number, one more may be the same number: whoever counts up to it would never end.
  if (sequence < 1 || !Number.isSafeInteger(sequence))
    throw new FrameError('frame-malformed', `a frame whose number is ${sequence}`, 32)
  const sender = bytes.toString('hex', 16, 16 + SENDER_BYTES)
  const stamp = { keyId, sender, sequence, issuedAt: Number(bytes.readBigUInt64BE(8)) }
  return { frame: given.subarray(start, end), stamp }
}

function isSigned(destination: string, bytes: Buffer, end: number, key: ReadyKey): boolean {
  const signature = bytes.subarray(end)
  const signed = bytes.subarray(0, end)
  if (key.algorithm === HMAC) return timingSafeEqual(signatureOf(destination, signed, key), signature)
  return verify(null, Buffer.concat([prefixOf(destination), signed]), key.publicKey, signature)
}
