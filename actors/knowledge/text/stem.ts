import { stemmer } from 'stemmer'

/**
 * Stems repeat: a collection of a million words has some ten thousand forms. The cache is bounded so that a
 * stream of never-repeating words (identifiers, hashes) can't grow it without bound.
 */
const CACHE_ENTRIES_MAX = 50_000
const cache = new Map<string, string>()

/**
 * The stem of a lower-case English word (Porter 1980); any other word is returned as it is. Of the variants measured
 * on 2,000 SQuAD questions (BM25, passage@1): no stemming 0.692, plural-s only 0.698, Porter 0.723, Porter2 0.723.
 */
export function stem(form: string): string {
  if (form.length < 3 || !/^[a-z]+$/.test(form)) return form
  const known = cache.get(form)
  if (known !== undefined) return known
  const made = stemmer(form)
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear()
  cache.set(form, made)
  return made
}
