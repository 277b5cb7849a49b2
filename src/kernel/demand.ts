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

/** A string. @throws as `demand` */
export function aText<T>(value: T, path: string): T {
  return demand(value, path, 'a text', (given) => typeof given === 'string')
}

/** A text that is not empty; `what` it is, with its article: `'the path of a file'`. @throws as `demand` */
export function aFilledText<T>(value: T, path: string, what: string): T {
  return demand(value, path, what, (given) => typeof given === 'string' && given !== '')
}

/** A list of names, none of them empty. @throws as `demand` */
export function names<T extends string>(value: readonly T[], path: string): readonly T[] {
  return demand(value, path, 'a list of names', (given) =>
    Array.isArray(given) ? given.every((name) => typeof name === 'string' && name !== '') : false,
  )
}

/** What checks a value: zod, valibot and others implement it. @throws as `demand` */
export function aSchema<T>(value: T, path: string): T {
  return demand(value, path, 'a Standard Schema, such as a zod schema', (given) => {
    return typeof (given as { '~standard': { validate: unknown } })['~standard'].validate === 'function'
  })
}

/** A string, if it is given at all. The path is built only for a refusal: calls are made often. @throws as `demand` */
export function maybeText(value: string | undefined, name: string, owner?: string): void {
  if (value === undefined || typeof value === 'string') return
  demand(value, owner === undefined ? name : `${owner}.${name}`, 'a string', () => false)
}

/** True or false, if it is given at all. @throws as `demand` */
export function flag(value: boolean | undefined, path: string, otherwise = false): boolean {
  return value === undefined
    ? otherwise
    : demand(value, path, 'true or false', (given) => typeof given === 'boolean')
}

/** An object that has these methods. @throws as `demand` */
export function methods<T extends object>(
  value: T,
  path: string,
  what: string,
  known: readonly (keyof T)[],
): T {
  return demand(value, path, what, (given) => known.every((name) => typeof given[name] === 'function'))
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
