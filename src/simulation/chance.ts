import { defaultRange, type FaultKind } from './faults.ts'

/** A number from 0 to 1 that depends on the two alone, so that a change of one part of a run leaves the others as they were. */
export function chance(seed: number, n: number): number {
  let mixed = (seed ^ Math.imul(n, 0x9e3779b1)) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

/** A whole amount in the range, for this opportunity of a site. */
export function amountAt(
  { seed, n }: { readonly seed: number; readonly n: number },
  [low, high]: readonly [number, number],
): number {
  return Math.round(low + chance(seed ^ 0x5bd1e995, n) * (high - low))
}

/** A medium amount for a fault that is requested without one. */
export function amountOf(kind: FaultKind): number {
  const range = defaultRange(kind)
  return range === undefined ? 0 : Math.round((range[0] + range[1]) / 2)
}
