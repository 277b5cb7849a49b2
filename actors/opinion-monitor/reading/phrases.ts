import { hashText } from '../../../src/kernel/hash-text.ts'
import type { View } from './headline.ts'

/** Buckets that the features are hashed into: two features may share one, and rarely do. */
export const BUCKETS = 1 << 17
const SEPARATOR = '\u001f'

/**
 * The n-grams of a headline around one entity, as bucket numbers, each once: words by side and distance from the entity, words of
 * its clause, word beginnings, pairs, triples and pairs with a gap.
 */
export function phraseFeatures(view: View): Uint32Array {
  const { words, at } = view
  const found = new Set<number>()
  const add = (kind: string, a: string, b = '', c = '') => {
    found.add(bucketOf(kind, a, b, c))
  }
  for (let k = 0; k < words.length; k++) {
    if (k !== at) addWord(view, k, add)
    const here = words[k] as string
    const [next, second, third] = [words[k + 1], words[k + 2], words[k + 3]]
    if (next !== undefined) add('b', here, next)
    if (next !== undefined && inside(k, view.clause) && inside(k + 1, view.clause)) add('cb', here, next)
    if (next !== undefined && second !== undefined) {
      add('t', here, next, second)
      add('s', here, second)
    }
    if (third !== undefined) add('s3', here, third)
  }
  add('others', String(Math.min(view.others, 3)))
  add('place', String(Math.min(Math.floor(at / 3), 4)))
  add('ends', String(at === 0), String(at === words.length - 1))
  return Uint32Array.from(found)
}

function addWord(view: View, k: number, add: (kind: string, a: string, b?: string) => void): void {
  const word = view.words[k] as string
  const distance = Math.abs(k - view.at)
  const side = k < view.at ? 'L' : 'R'
  add('w', word)
  add(side, word)
  if (distance <= 3) add(`${side}${distance}`, word)
  else if (distance <= 6) add(`${side}n`, word)
  if (inside(k, view.clause)) add('c', word)
  if (inside(k, view.part)) add(`p${side}`, word)
  if (word.length > 4) {
    add('5', word.slice(0, 5))
    add(`5${side}`, word.slice(0, 5))
  }
}

function inside(k: number, [first, last]: readonly [number, number]): boolean {
  return first <= k && k <= last
}

/** A separator keeps 'a' and 'bc' apart from 'ab' and 'c'. */
function bucketOf(...parts: readonly string[]): number {
  let hash = hashText('')
  for (const part of parts) hash = hashText(SEPARATOR, hashText(part, hash))
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1)
}
