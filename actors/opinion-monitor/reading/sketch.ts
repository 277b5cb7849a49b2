import { hashText } from '../../../src/kernel/hash-text.ts'
import { unit } from '../../knowledge/retrieval/vectors.ts'

/** Numbers of a sketch. */
const SIZE = 256

/**
 * A vector of words without a model: each word adds or takes 1 at two places that its letters decide (feature hashing, Weinberger
 * et al. 2009). Headlines that share words are near one another.
 */
export function sketchOf(words: readonly string[]): Float32Array {
  const vector = new Float32Array(SIZE)
  for (const word of new Set(words)) {
    const hash = hashText(word)
    for (const part of [hash, Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0])
      vector[part % SIZE] = (vector[part % SIZE] as number) + (part & 0x10000 ? 1 : -1)
  }
  return unit(vector)
}
