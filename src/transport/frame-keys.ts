import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto'
import { demand, entriesIn } from '../kernel/demand.ts'
import { InvalidArgumentError, isA } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { isWellFormed } from '../kernel/well-formed.ts'
import { canSign, ed25519Key, hmacKey, type ReadyKey } from '../message/signed-frame.ts'

/**
 * A key for frames: a secret of 32 bytes or more that all parties share (HMAC-SHA-256), or a pair (Ed25519), of which receivers need only
 * the public key. Keys of a pair are PEM texts or `KeyObject`s.
 */
export type FrameKey =
  | { readonly secret: Uint8Array }
  | { readonly publicKey: string | KeyObject; readonly privateKey?: string | KeyObject }

/** The keys that are known, by id, and the one that signs. */
export interface FrameKeys {
  readonly keys: Readonly<Record<string, FrameKey>>
  /** Id of the key that signs what is sent. Absent: nothing can be sent. */
  readonly sign?: string
}

/** The same, checked. */
export interface KeyRing {
  readonly known: ReadonlyMap<string, ReadyKey>
  readonly signs: { readonly id: string; readonly key: ReadyKey } | undefined
}

const SECRET_BYTES_MIN = 32
const ID_BYTES_MAX = 255

/** @throws InvalidArgumentError (`invalid-argument`) naming the key by its path; no error shows a secret. */
export function keyRing({ keys, sign }: FrameKeys, path: string): KeyRing {
  const known = new Map<string, ReadyKey>()
  for (const [id, key] of entriesIn(keys, `${path}.keys`, 'keys by id')) {
    const where = `${path}.keys.${id}`
    if (id === '' || Buffer.byteLength(id) > ID_BYTES_MAX || !isWellFormed(id))
      throw refused(where, id, `Use an id of 1 to ${ID_BYTES_MAX} bytes, without half a surrogate pair`)
    known.set(id, readyKey(key, where))
  }
  if (sign === undefined) return { known, signs: undefined }
  const key = known.get(sign)
  if (key === undefined) throw refused(`${path}.sign`, sign, 'Name one of the keys')
  if (!canSign(key))
    throw refused(`${path}.sign`, sign, 'Give this key its private part, or sign with another')
  return { known, signs: { id: sign, key } }
}

function readyKey(key: FrameKey, path: string): ReadyKey {
  demand(
    key,
    path,
    'a key',
    (given) => typeof given === 'object' && given !== null && ['secret' in given].length > 0,
  )
  if ('secret' in key) {
    onlyOptions(key, path, ['secret'])
    if (!isA(key.secret, Uint8Array) || key.secret.byteLength < SECRET_BYTES_MIN)
      throw refused(
        `${path}.secret`,
        undefined,
        `Use at least ${SECRET_BYTES_MIN} random bytes, as a Uint8Array`,
      )
    return hmacKey(Uint8Array.from(key.secret))
  }
  onlyOptions(key, path, ['publicKey', 'privateKey'])
  const publicKey = ofPair(key.publicKey, createPublicKey, `${path}.publicKey`)
  const privateKey =
    key.privateKey === undefined ? undefined : ofPair(key.privateKey, createPrivateKey, `${path}.privateKey`)
  if (privateKey !== undefined && !createPublicKey(privateKey).equals(publicKey))
    throw refused(`${path}.privateKey`, undefined, 'Use the private key that belongs to the public one')
  return ed25519Key(publicKey, privateKey)
}

function ofPair(given: string | KeyObject, read: (pem: string) => KeyObject, path: string): KeyObject {
  const what = read === createPrivateKey ? 'private' : 'public'
  let key: KeyObject | undefined
  try {
    key = given instanceof KeyObject ? given : read(given)
  } catch {
    // What the reader says may show a part of the key.
  }
  if (key?.asymmetricKeyType === 'ed25519' && key.type === what) return key
  throw refused(path, undefined, `Use a ${what} Ed25519 key, as a KeyObject or PEM text`)
}

function refused(path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is not a key that can be used`, { path, value, remedy })
}
