import { InvalidArgumentError } from './errors.ts'

/**
 * Refuses unknown options: a misspelt one would silently get its default. Null is refused too: it is no option's value, and whether
 * it means the default would depend on who reads it.
 *
 * @param anyValue options whose values are what the caller likes, null too
 * @throws InvalidArgumentError (`invalid-argument`) naming the known option nearest to the unknown one, or the one that is null
 */
export function onlyOptions(
  given: unknown,
  path: string,
  known: readonly string[],
  anyValue: readonly string[] = [],
): void {
  if (given === undefined) return
  const entries = entriesOf(given)
  if (entries === undefined) {
    throw new InvalidArgumentError(`the options of ${path} are not a readable object`, {
      path,
      value: given,
      remedy: `Use an object with some of ${known.join(', ')}`,
    })
  }
  for (const [option, value] of entries) {
    if (value === null && known.includes(option) && !anyValue.includes(option)) {
      throw new InvalidArgumentError(`${path}.${option} is null`, {
        path: `${path}.${option}`,
        value,
        remedy: 'Leave it out to get its default',
      })
    }
    if (value === undefined || known.includes(option)) continue
    const others = known.length > 1 ? `; the options are ${known.join(', ')}` : ''
    throw new InvalidArgumentError(`${path} has no option '${option}'`, {
      path: `${path}.${option}`,
      value,
      remedy: `The nearest is '${nearest(option, known)}'${others}`,
    })
  }
}

/** Options as a look-up: for calls that are made often. */
export type Known = { readonly [option: string]: true }

/** As `onlyOptions`, at the price of two look-ups an option. Reads each once: one that can't be read is refused here. @throws InvalidArgumentError (`invalid-argument`) */
export function onlyKnown(given: object, path: string, known: Known): void {
  if (!areKnown(given as Options, known)) onlyOptions(given, path, Object.keys(known))
}

type Options = { readonly [option: string]: unknown }

function areKnown(given: Options, known: Known): boolean {
  try {
    for (const option in given) if (known[option] !== true || given[option] === null) return false
    return typeof given === 'object' && given !== null && !Array.isArray(given)
  } catch {
    return false
  }
}

/** The name that options give, to call them by it; undefined where they can't be read. */
export function nameIn(given: unknown): unknown {
  try {
    return (given as { name?: unknown } | null | undefined)?.name
  } catch {
    return undefined
  }
}

/** Undefined for values that are not an options object or can't be read: a revoked proxy, a getter that throws. */
function entriesOf(given: unknown): [string, unknown][] | undefined {
  try {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
    return Object.entries(given)
  } catch {
    return undefined
  }
}

/** The known word with the fewest letters between it and this one. */
export function nearest(word: string, known: readonly string[]): string {
  const distances = known.map((one) => distance(word.toLowerCase().slice(0, 64), one.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))] as string
}

/** Letters to change, add or drop to turn one word into the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
