import { type Parts, present } from './strategy.ts'

/** Concatenation of lists in the order of the branches. */
export function concat() {
  return <T>(parts: Parts<readonly T[]>): T[] => present(parts).flatMap(([, list]) => [...list])
}
