import { FUSION } from '../../knowledge/retrieval/fusion.ts'
import { isUnspaced } from '../../knowledge/text/words.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { Found, Page } from './candidate.ts'
import { READ_MOST } from './extraction.ts'
import type { Question } from './question.ts'
import { readOverlap, readStanding } from './reader.ts'

/** The first of the merge are read whatever they say. */
const FIRST = 4
/** Of the readers' spread: with less, the factbook lost questions to passages that say about as much. */
const CLEARLY = 0.5

/** The passages of the merge that are looked at. In scripts without spaces, where words say less, those that are read. */
export function lookedAt({ text }: Pick<Question, 'text'>): number {
  return isUnspaced(text) ? FUSION.kept : FUSION.pool
}

/**
 * How promising each passage is: what its best statement and the whole of it have in common with the question, in units of the readers'
 * spread. It needs no model, so twice as many passages can be looked at as are read. Each is weighed alone: some may be weighed before others.
 */
export function promiseOf(
  question: Question,
  found: readonly Found[],
  calibration: Calibration,
  pages: readonly Page[],
): Float64Array {
  const { overlap = 0, standing = 0 } = calibration.vote.weights
  const words = readOverlap(question, found, calibration, pages).marks
  const whole = readStanding(question, found, calibration, pages).marks
  let at = 0
  return Float64Array.from(pages, ({ candidates }) => {
    let most = Number.NEGATIVE_INFINITY
    for (let i = 0; i < candidates.length; i += 1, at += 1)
      most = Math.max(most, (overlap * (words[at] ?? 0) + standing * (whole[at] ?? 0)) / (overlap + standing))
    return most
  })
}

/**
 * The passages that are read, by their places in the merge: its order, but a trained reader, which reads the first of them, gets those that are
 * clearly more promising in place of its last ones.
 */
export function chosen(question: Pick<Question, 'text'>, promise: Float64Array): number[] {
  const all = Array.from(promise, (_, i) => i)
  if (isUnspaced(question.text)) return all.slice(0, FUSION.kept)
  const of = (place: number) => promise[place] as number
  const others = all.slice(READ_MOST).sort((a, b) => of(b) - of(a) || a - b)
  const last = all.slice(FIRST, READ_MOST).sort((a, b) => of(a) - of(b) || b - a)
  const kept = last.map((place, i) => {
    const other = others[i]
    return other !== undefined && of(other) > of(place) + CLEARLY ? other : place
  })
  const first = [...all.slice(0, FIRST), ...kept.sort((a, b) => a - b)]
  return [...first, ...all.filter((place) => !first.includes(place))].slice(0, FUSION.kept)
}
