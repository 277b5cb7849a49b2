import type { Stretch } from '../../knowledge/text/sentences.ts'
import { type Word, words } from '../../knowledge/text/words.ts'
import type { StatementSpan } from '../reading/extraction.ts'
import type { Question } from '../reading/question.ts'
import { isFigure, typedSpans } from '../reading/spans.ts'

/** Parts what a sentence sets against each other: "nets reached 47 mm, those on ropes 41 mm". */
const PARTS = /[,;:]\s+|\s+(?:and|but|while|whereas|against|versus|or)\s+/gu

/** A side that says only what is different about it has few words. */
const SIDE_WORDS_MAX = 8
/** What the reader gives less than this share of the best span's probability is no side. */
const SIDE_LEAST = 0.05

/**
 * The spans by rank, where a sentence gives amounts of several things side by side and the question names one of them: "How big were those
 * on ropes?" is answered by the amount in the part that has "ropes". A side that is named by nothing in the question goes back.
 */
export function ofTheSideAsked(
  question: Pick<Question, 'terms'>,
  text: string,
  spans: readonly StatementSpan[],
): readonly StatementSpan[] {
  const best = spans[0]
  if (best === undefined || best.start < 0) return spans
  const parts = partsOf(text)
  const at = partWith(parts, best)
  if (at === undefined) return spans
  const kind = amountIn(text, best)
  if (kind === undefined) return spans
  const asked = new Set(question.terms.map(({ term }) => term))
  const named = parts.map(({ own }) => new Set(own.map(({ term }) => term).filter((term) => asked.has(term))))
  const isSide = (i: number) => i > 0 && (parts[i]?.own.length ?? 0) <= SIDE_WORDS_MAX
  const others = spans.filter((span) => {
    const i = partWith(parts, span)
    if (i === undefined || i === at || span.score < SIDE_LEAST * best.score) return false
    if (amountIn(text, span) !== kind) return false
    // A later side names what no part before it names; an earlier one is named, and the side that was taken is not.
    if (i > at)
      return (
        isSide(i) && [...(named[i] ?? [])].some((term) => named.slice(0, i).every((one) => !one.has(term)))
      )
    return isSide(at) && named[at]?.size === 0 && (named[i]?.size ?? 0) > 0
  })
  const other = others[0]
  return other === undefined ? spans : [other, ...spans.filter((span) => span !== other)]
}

interface Part extends Stretch {
  readonly own: readonly Word[]
}

function partsOf(text: string): Part[] {
  const cuts = [...text.matchAll(PARTS)].map(({ index, 0: cut }) => ({
    start: index,
    end: index + cut.length,
  }))
  const starts = [0, ...cuts.map(({ end }) => end)]
  return starts.map((start, i) => {
    const end = cuts[i]?.start ?? text.length
    return { start, end, own: words(text.slice(start, end)) }
  })
}

function partWith(parts: readonly Part[], { start, end }: Stretch): number | undefined {
  const at = parts.findIndex((part) => start >= part.start && end <= part.end)
  return at < 0 ? undefined : at
}

/** The kind of the amount or date in a span, if it has one. */
function amountIn(text: string, { start, end }: Stretch): string | undefined {
  return typedSpans(text).find((one) => isFigure(one) && one.start < end && one.end > start)?.kind
}
