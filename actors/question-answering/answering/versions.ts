import { type Edition, editionNames, editionOf, newer, withoutEdition } from '../../knowledge/text/edition.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import { contentWords } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { isFigure, lacksAmount, typedSpans } from '../reading/spans.ts'
import { NOW } from './asked-for.ts'
import { textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "What did the previous policy say": not what counts now. */
const PAST =
  /\b(?:previous|previously|formerly|former|originally|used to|(?:old|older|earlier|prior) (?:version|edition|policy|rules?|terms|list|price))\b/iu

/** "How many days can I currently work from home?" */
const PRESENT = new RegExp(`\\b(?:${NOW}|latest|newest|in force|up[- ]to[- ]date)\\b`, 'iu')

/**
 * Where versions of one document say different things, the one that the question names by year or number counts, else the newer one: it
 * gets the votes of the other, which come after it. `headOf` gives the first lines of the document that a passage belongs to.
 */
export function byVersion(
  question: Question,
  found: readonly Found[],
  ranked: Ranked,
  headOf: (passage: number) => string,
): Ranked {
  const { ballots } = ranked
  const first = ballots[0]
  if (first === undefined) return ranked
  const own = found[first.found] as Found
  const known = new Map<number, Edition>()
  const edition = ({ number, passage }: Found) => {
    const read = known.get(number) ?? editionOf(passage.file, passage.title, headOf(number))
    known.set(number, read)
    return read
  }
  const isInPlace = (other: Ballot) => {
    const { passage } = found[other.found] as Found
    if (first.score - other.score > NEAR || !isOneDocument(own.passage, passage)) return false
    const [old, now] = [edition(own).standing, edition(found[other.found] as Found).standing]
    const [ours, theirs] = [contentOf(textOf(own.passage, first)), contentOf(textOf(passage, other))]
    return (
      old < 0 &&
      old < now &&
      question.terms.some(({ term }) => ours.has(term) && theirs.has(term)) &&
      !lacksAmount(question.kind, textOf(passage, other))
    )
  }
  // The best of each file: a list and its item are no two versions.
  const best = new Map([[own.passage.file, first]])
  const add = (isOne: (other: Ballot) => boolean) => {
    for (const other of ballots) {
      const { file } = (found[other.found] as Found).passage
      if (first.score - other.score <= APART && !best.has(file) && isOne(other)) best.set(file, other)
    }
  }
  add((other) => isVersion(own, first, found[other.found] as Found, other))
  // What has replaced a document may say the same in other words.
  add(isInPlace)
  const versions = [...best.values()]
  if (versions.length === 1) return ranked
  const editions = versions.map((ballot): [Ballot, Edition] => [
    ballot,
    edition(found[ballot.found] as Found),
  ])
  const counting = countingOf(question.text, editions)
  if (counting === undefined) return { ballots, disputed: true }
  const others = versions.filter((one) => one !== counting.ballot)
  const share = versions.reduce((sum, one) => sum + one.share, 0)
  return {
    ballots: [
      { ...counting.ballot, score: first.score, share },
      ...ballots.filter((one) => !versions.includes(one)),
      ...others.map((one) => ({ ...one, share: 0 })),
    ],
    disputed: ranked.disputed || !counting.sure,
  }
}

/** What is further behind the winner, in log-odds, answers something else. */
const APART = 5
/** The same for what says it in other words. */
const NEAR = 2.5

/** The statement of the version that counts, and whether that is sure: minutes of two meetings are no versions of each other. */
function countingOf(
  asked: string,
  editions: readonly (readonly [Ballot, Edition])[],
): { ballot: Ballot; sure: boolean } | undefined {
  const names = editionNames(asked)
  const named = editions.filter(([, edition]) => names.some((name) => edition.names.has(name)))
  if (named.length === 1) return { ballot: (named[0] as (typeof editions)[0])[0], sure: true }
  const [newest, next] = (named.length > 0 ? named : [...editions]).sort(([, a], [, b]) => newer(b, a))
  if (newest === undefined || next === undefined || newer(newest[1], next[1]) === 0) return undefined
  const past = PAST.test(asked)
  const told = newest[1].standing !== next[1].standing || (newest[1].versioned && next[1].versioned)
  const sure = told || past || PRESENT.test(asked)
  return { ballot: past ? next[0] : newest[0], sure }
}

/** Whether two statements of different files are one statement in two versions of a document. */
function isVersion(a: Found, one: Ballot, b: Found, other: Ballot): boolean {
  if (a.passage.file === b.passage.file || !isOneDocument(a.passage, b.passage)) return false
  const [left, right] = [textOf(a.passage, one), textOf(b.passage, other)]
  const [ours, theirs] = [contentOf(left), contentOf(right)]
  const shared = [...ours].filter((term) => theirs.has(term)).length
  const least = Math.min(ours.size, theirs.size)
  return least >= WORDS_LEAST && shared >= ALIKE * least && valuesOf(left) !== valuesOf(right)
}

/** Of the words of the shorter one, numbers aside. */
const ALIKE = 0.6
/** "Total: 631.00" says too little to tell a version of a statement from another one. */
const WORDS_LEAST = 3

function isOneDocument(a: Passage, b: Passage): boolean {
  const title = withoutEdition(a.title)
  return (
    title !== '' &&
    title === withoutEdition(b.title) &&
    withoutEdition(a.trail.join(' – ')) === withoutEdition(b.trail.join(' – '))
  )
}

function contentOf(text: string): Set<string> {
  return new Set(
    contentWords(text)
      .filter(({ form }) => !/\p{N}/u.test(form))
      .map(({ term }) => term),
  )
}

/** The amounts and dates of a statement; failing these, its words. */
function valuesOf(text: string): string {
  const typed = typedSpans(text).filter(isFigure)
  return typed.length > 0
    ? typed.map(({ start, end }) => text.slice(start, end)).join('|')
    : [...contentOf(text)].join(' ')
}
