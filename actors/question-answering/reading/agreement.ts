import { words } from '../../knowledge/text/words.ts'
import type { StatementSpan } from './extraction.ts'

/**
 * The spans of one statement, that one first whose words agree best with all spans of the reader: its expected F1 where each span is right
 * with its probability (minimum Bayes risk). "in 1998" and "1998" share what the reader thinks of both, and an answer that several passages
 * give has the weight of all. Where the likeliest span has several items of a list, the answer is all of them. `spans` are by statement, `at`
 * is the statement's place.
 */
export function byAgreement(
  spans: readonly (readonly StatementSpan[])[],
  at: number,
): readonly StatementSpan[] {
  const own = spans[at] ?? []
  if (own.length < 2 || own[0]?.text.includes('\n')) return own
  const counts = new Map<string, Map<string, number>>()
  const wordsOf = ({ text }: StatementSpan) => {
    const known = counts.get(text) ?? countsOf(text)
    counts.set(text, known)
    return known
  }
  // A span in the headings is listed with every statement below them.
  const others = spans.flatMap((one, i) => (i === at ? [] : one.filter(({ end }) => end > 0)))
  const all = [...own, ...others]
  const expected = new Map(
    own.map((span) => [
      span,
      all.reduce((sum, one) => sum + one.score * overlap(wordsOf(span), wordsOf(one)), 0),
    ]),
  )
  return [...own].sort((a, b) => (expected.get(b) as number) - (expected.get(a) as number))
}

const ARTICLES: ReadonlySet<string> = new Set(['a', 'an', 'the'])

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { form } of words(text)) if (!ARTICLES.has(form)) counts.set(form, (counts.get(form) ?? 0) + 1)
  return counts
}

/** F1 of two bags of words. */
function overlap(own: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let shared = 0
  for (const [word, count] of own) shared += Math.min(count, other.get(word) ?? 0)
  return shared === 0 ? 0 : (2 * shared) / (sizeOf(own) + sizeOf(other))
}

function sizeOf(counts: ReadonlyMap<string, number>): number {
  let size = 0
  for (const count of counts.values()) size += count
  return size
}
