import { InvalidArgumentError, text } from './errors.ts'

/**
 * The value, if it holds what is asked of it. A look that throws counts as no: a revoked proxy or a getter that throws is
 * refused by its path like anything else, and never by a raw TypeError.
 *
 * @param what is asked for, with its article: `'a list of names'`
 * @throws InvalidArgumentError (`invalid-argument`) naming the path and what is asked for.
 */
export function demand<T>(value: T, path: string, what: string, holds: (value: T) => boolean): T {
  if (looked(value, holds)) return value
  throw new InvalidArgumentError(`${path} is not ${what}: ${shown(value)}`, {
    path,
    value,
    remedy: `Pass ${what}`,
  })
}

/** A function, called when the time comes. @throws as `demand` */
export function aFunction<T>(value: T, path: string, what = 'a function'): T {
  return demand(value, path, what, (given) => typeof given === 'function')
}

/** A list of names, none of them empty. @throws as `demand` */
export function names<T extends string>(value: readonly T[], path: string): readonly T[] {
  return demand(value, path, 'a list of names', (given) =>
    Array.isArray(given) ? given.every((name) => typeof name === 'string' && name !== '') : false,
  )
}

/** The entries of an object of named things. @throws as `demand` */
export function entriesIn<K extends string, T>(
  value: { readonly [name in K]: T },
  path: string,
  what: string,
): [K, T][] {
  let entries: [K, T][] = []
  demand(value, path, what, (given) => {
    entries = Object.entries(given) as [K, T][]
    return typeof given === 'object' && !Array.isArray(given)
  })
  return entries
}

/** A value as messages quote it: never throws. */
export function shown(value: unknown): string {
  if (typeof value !== 'string') return text(value)
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}

function looked<T>(value: T, holds: (value: T) => boolean): boolean {
  try {
    return holds(value)
  } catch {
    return false
  }
}
