import { demand } from '../kernel/demand.ts'
import { type Known, onlyKnown, onlyOptions } from '../kernel/only-options.ts'
import { isWellFormed } from '../kernel/well-formed.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { StoreWrite } from '../ports/store.ts'
import { StoreKeyError } from './errors.ts'

/** Part of a list of entries, as callers ask for it. */
export interface ListOptions {
  readonly after?: string
  readonly limit?: number
}

const WRITE: Known = { key: true, value: true, expect: true }
const EXPECT: Known = { value: true }

/** The batch, with copies of its values, if every write of it can be made: otherwise nothing is written. */
export function writes(batch: readonly StoreWrite[]): readonly StoreWrite[] {
  const copies: StoreWrite[] = []
  demand(batch, 'batch', 'a list of { key, value, expect }, with bytes as values', (given) => {
    if (!Array.isArray(given)) return false
    // Not `every`: it passes over the holes of a list.
    for (const { key, value, expect } of given as readonly StoreWrite[]) {
      if (!isBytes(value)) return false
      const copy = value === undefined ? undefined : copyOf(value)
      if (expect === undefined) copies.push({ key, value: copy })
      else if (typeof expect === 'object' && isBytes(expect.value)) copies.push({ key, value: copy, expect })
      else return false
    }
    return true
  })
  for (const [i, write] of batch.entries()) {
    // A misspelt `expect` would write without a condition.
    onlyKnown(write, `batch[${i}]`, WRITE)
    if (write.expect !== undefined) onlyKnown(write.expect, `batch[${i}].expect`, EXPECT)
  }
  return copies
}

function isBytes(value: unknown): boolean {
  return value === undefined || (value instanceof Uint8Array && value.length >= 0)
}

/** Not `slice`: that of a Buffer is no copy. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** @throws StoreKeyError */
export function checkKey(key: string): void {
  if (typeof key !== 'string' || key === '' || !isWellFormed(key)) throw new StoreKeyError(key)
}

/** What a `list` is to give. @throws InvalidArgumentError (`invalid-argument`) */
export function listed(
  prefix: string,
  options: ListOptions,
): { readonly after: string | undefined; readonly limit: number } {
  onlyOptions(options, 'list', ['after', 'limit'])
  demand(prefix, 'prefix', 'a string', isText)
  const { after, limit } = options
  if (after !== undefined) demand(after, 'after', 'a key', isText)
  const all = limit === undefined || limit === Number.POSITIVE_INFINITY
  return { after, limit: all ? Number.POSITIVE_INFINITY : wholeNumber(limit, 'limit', 0) }
}

function isText(given: unknown): boolean {
  return typeof given === 'string'
}

/** Whether two values of a key are the same; undefined: there is none. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}
