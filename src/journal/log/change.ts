import { isWellFormed } from '../../kernel/well-formed.ts'
import type { LogAppend, LogChange, LogPut } from '../../ports/log.ts'
import { JournalError, StoreConflictError } from '../errors.ts'
import { checkKey, sameBytes } from '../store-checks.ts'

/** Longer names do not fit a record. */
const NAME_BYTES_MAX = 0xffff
export const NAME = `a name of 1 to ${NAME_BYTES_MAX} bytes`
/** Larger values belong in a file, with a reference in the journal. */
export const VALUE_BYTES_MAX = 256 * 2 ** 20

/** Of a record beside its names and its value. */
const RECORD_BYTES = 16

/** Whether a journal can have it as a name, with `room` bytes for what stands in front of it. */
export function isName(given: string, room = 0): boolean {
  if (typeof given !== 'string' || given === '' || !isWellFormed(given)) return false
  return Buffer.byteLength(given) + room <= NAME_BYTES_MAX
}

/** @throws StoreConflictError, StoreKeyError, JournalError (`journal-too-large`): nothing of the change was made. */
export function checkChange(
  { append, put }: LogChange,
  log: { get(space: string, key: string): Uint8Array | undefined },
): void {
  if (append !== undefined) checkMessages(append)
  if (put !== undefined) checkPuts(put, log)
}

/** By how much a change makes the journal larger, about: its messages, and values that are longer than those that they replace. */
export function growth(
  { append = [], put = [] }: LogChange,
  keys: { get(space: string, key: string): { readonly bytes: number } | undefined },
): number {
  let bytes = 0
  for (const one of append) bytes += RECORD_BYTES + one.to.length + one.bytes.length
  for (const { space, key, value } of put) {
    const before = keys.get(space, key)?.bytes
    const head = RECORD_BYTES + space.length + key.length
    bytes += (value === undefined ? -head : value.length + (before === undefined ? head : 0)) - (before ?? 0)
  }
  return bytes
}

function checkMessages(append: readonly LogAppend[]): void {
  for (const { to, bytes } of append) {
    if (to.length * 3 > NAME_BYTES_MAX && Buffer.byteLength(to) > NAME_BYTES_MAX) throw tooLong('to', to)
    if (bytes.length > VALUE_BYTES_MAX) throw tooLarge(to, bytes)
  }
}

function checkPuts(
  put: readonly LogPut[],
  log: { get(space: string, key: string): Uint8Array | undefined },
): void {
  for (const { space, key, value, expect } of put) {
    checkKey(key)
    if (key.length * 3 > NAME_BYTES_MAX && Buffer.byteLength(key) > NAME_BYTES_MAX) throw tooLong('key', key)
    if (space.length * 3 > NAME_BYTES_MAX && Buffer.byteLength(space) > NAME_BYTES_MAX)
      throw tooLong('space', space)
    if (value !== undefined && value.length > VALUE_BYTES_MAX) throw tooLarge(key, value)
    if (expect !== undefined && !sameBytes(log.get(space, key), expect.value))
      throw new StoreConflictError(key)
  }
}

function tooLong(path: string, value: string): JournalError {
  return new JournalError('journal-too-large', `a name of ${Buffer.byteLength(value)} bytes`, {
    path,
    value: `${value.slice(0, 80)}…`,
    remedy: `Use at most ${NAME_BYTES_MAX} bytes`,
  })
}

function tooLarge(key: string, value: Uint8Array): JournalError {
  return new JournalError('journal-too-large', `${value.length} bytes for '${key.slice(0, 80)}'`, {
    path: key,
    value: value.length,
    remedy: `Keep at most ${VALUE_BYTES_MAX} bytes: put more into a file, and its name into the journal`,
  })
}
