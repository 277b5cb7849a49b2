import { InvalidArgumentError } from './errors.ts'

/**
 * Nothing is ignored in silence: a misspelt option would be its default.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the known option that is nearest to an unknown one
 */
export function onlyOptions(given: unknown, path: string, known: readonly string[]): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidArgumentError(`the options of ${path} are no object`, {
      path,
      value: given,
      remedy: `Give an object with some of ${known.join(', ')}`,
    })
  }
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined || known.includes(option)) continue
    const others = known.length > 1 ? `; there are ${known.join(', ')}` : ''
    throw new InvalidArgumentError(`${path} has no option '${option}'`, {
      path: `${path}.${option}`,
      value,
      remedy: `The nearest is '${nearest(option, known)}'${others}`,
    })
  }
}

function nearest(word: string, known: readonly string[]): string {
  const distances = known.map((one) => distance(word.toLowerCase().slice(0, 64), one.toLowerCase()))
  return known[distances.indexOf(Math.min(...distances))] as string
}

/** Letters to change, add or drop to make one word of the other (Levenshtein). */
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
