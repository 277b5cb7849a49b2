import { demand } from '../kernel/demand.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { isWellFormed } from '../kernel/well-formed.ts'
import type { StoreWrite } from '../ports/store.ts'
import { StoreKeyError } from './errors.ts'

/** Part of a list of entries, as callers ask for it. */
export interface ListOptions {
  readonly after?: string
  readonly limit?: number
}

/** The batch, if every write of it can be made: otherwise nothing is written. */
export function writes(batch: readonly StoreWrite[]): readonly StoreWrite[] {
  const bytes = (value: unknown): boolean =>
    value === undefined || (value instanceof Uint8Array && value.length >= 0)
  return demand(batch, 'batch', 'a list of { key, value, expect }, with bytes as values', (given) =>
    Array.isArray(given)
      ? given.every(
          (write) => bytes(write.value) && (write.expect === undefined || bytes(write.expect.value)),
        )
      : false,
  )
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
  const { after, limit = Number.POSITIVE_INFINITY } = options
  if (after !== undefined) demand(after, 'after', 'a key', isText)
  demand(limit, 'limit', 'a number of entries', (given) => given >= 0)
  return { after, limit }
}

function isText(given: unknown): boolean {
  return typeof given === 'string'
}

/** Whether two values of a key are the same; undefined: there is none. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}
