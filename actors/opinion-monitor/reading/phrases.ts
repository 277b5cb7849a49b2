import { hashText } from '../../../src/kernel/hash-text.ts'
import type { View } from './headline.ts'

/** Buckets that the features are hashed into: two features may share one, and rarely do. */
export const BUCKETS = 1 << 17
/** Keeps 'a' and 'bc' apart from 'ab' and 'c'. */
const SEPARATOR = '\u001f'

/** Kinds of features, each as the hash that its words go on from. */
const WORD = kind('w')
const CLAUSE_WORD = kind('c')
const BEGINNING = kind('5')
const PAIR = kind('b')
const CLAUSE_PAIR = kind('cb')
const TRIPLE = kind('t')
const GAP = kind('s')
const WIDE_GAP = kind('s3')
const OTHERS = kind('others')
const PLACE = kind('place')
const ENDS = kind('ends')
const SIDES = { L: sideKinds('L'), R: sideKinds('R') }

/** The headline in which a bucket was found last: tells a new feature from a repeated one without a set for each headline. */
const foundIn = new Uint32Array(BUCKETS)
let headline = 0
let buckets = new Uint32Array(1_024)
let count = 0

/**
 * The n-grams of a headline around one entity, as bucket numbers, each once: words by side and distance from the entity, words of
 * its clause, word beginnings, pairs, triples and pairs with a gap.
 */
export function phraseFeatures(view: View): Uint32Array {
  const { words, at } = view
  begin()
  for (let k = 0; k < words.length; k++) {
    if (k !== at) addWord(view, k)
    const here = words[k] as string
    const [next, second, third] = [words[k + 1], words[k + 2], words[k + 3]]
    if (next !== undefined) {
      add(PAIR, here, next)
      if (inside(k, view.clause) && inside(k + 1, view.clause)) add(CLAUSE_PAIR, here, next)
    }
    if (next !== undefined && second !== undefined) {
      add(TRIPLE, here, next, second)
      add(GAP, here, second)
    }
    if (third !== undefined) add(WIDE_GAP, here, third)
  }
  add(OTHERS, String(Math.min(view.others, 3)))
  add(PLACE, String(Math.min(Math.floor(at / 3), 4)))
  add(ENDS, String(at === 0), String(at === words.length - 1))
  return buckets.slice(0, count)
}

function addWord(view: View, k: number): void {
  const word = view.words[k] as string
  const distance = Math.abs(k - view.at)
  const side = k < view.at ? SIDES.L : SIDES.R
  add(WORD, word)
  add(side.word, word)
  if (distance <= 3) add(side.near[distance] as number, word)
  else if (distance <= 6) add(side.far, word)
  if (inside(k, view.clause)) add(CLAUSE_WORD, word)
  if (inside(k, view.part)) add(side.part, word)
  if (word.length > 4) {
    const beginning = word.slice(0, 5)
    add(BEGINNING, beginning)
    add(side.beginning, beginning)
  }
}

function inside(k: number, [first, last]: readonly [number, number]): boolean {
  return first <= k && k <= last
}

function begin(): void {
  count = 0
  headline = (headline + 1) >>> 0
  if (headline > 0) return
  // Every number was used: the old marks would look new.
  foundIn.fill(0)
  headline = 1
}

function add(from: number, a: string, b = '', c = ''): void {
  const hash = ended(hashText(c, ended(hashText(b, ended(hashText(a, from))))))
  const bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1)
  if (foundIn[bucket] === headline) return
  foundIn[bucket] = headline
  if (count === buckets.length) {
    const wider = new Uint32Array(2 * count)
    wider.set(buckets)
    buckets = wider
  }
  buckets[count++] = bucket
}

function ended(hash: number): number {
  return hashText(SEPARATOR, hash)
}

function kind(name: string): number {
  return ended(hashText(name))
}

function sideKinds(side: 'L' | 'R') {
  return {
    word: kind(side),
    near: [0, 1, 2, 3].map((distance) => kind(`${side}${distance}`)),
    far: kind(`${side}n`),
    part: kind(`p${side}`),
    beginning: kind(`5${side}`),
  }
}
