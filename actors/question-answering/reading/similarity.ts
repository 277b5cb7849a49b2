import { InvalidArgumentError } from '../../../src/kernel/errors.ts'
import { cosine } from '../../knowledge/retrieval/vectors.ts'
import type { SIMILARITY_FEATURES } from '../calibration/features.ts'
import { type Found, type Page, pages } from './candidate.ts'
import type { Features } from './features.ts'

/**
 * @param vectors unit vectors of `statementTexts(found)`, in that order.
 * @throws InvalidArgumentError (`invalid-argument`) if the number of vectors differs from the statements.
 */
export function similarityFeatures(
  question: Float32Array,
  vectors: readonly Float32Array[],
  found: readonly Found[],
  read: readonly Page[] = pages(found),
): Features<typeof SIMILARITY_FEATURES> {
  const count = read.reduce((sum, page) => sum + page.candidates.length, 0)
  if (count !== vectors.length) {
    throw new InvalidArgumentError(`${count} statements, but ${vectors.length} vectors`, {
      path: 'vectors',
      value: vectors.length,
      remedy: 'Embed statementTexts(found), in that order',
    })
  }
  const cosines = vectors.map((vector) => cosine(question, vector))
  let from = 0
  return read.flatMap(({ candidates }) => {
    const own = cosines.slice(from, from + candidates.length)
    from += candidates.length
    const best = Math.max(...own)
    return own.map((value, i) => [value, Math.max(own[i - 1] ?? 0, own[i + 1] ?? 0), best])
  })
}
