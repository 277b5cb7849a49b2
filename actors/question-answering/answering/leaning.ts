import { isQuestion } from '../../knowledge/text/headlike.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { contentWords, terms } from '../../knowledge/text/words.ts'
import type { Question } from '../reading/question.ts'

/** "Therefore …": the reason stands in the sentence before. */
const CONSEQUENCE = /^(?:因此|因而|所以|故|于是|从而|为此|这|此|结果|是以|由此)/u

/** "In the same year …": the sentence before says which. */
const RELATIVE_TIME = /^(?:同[年月日]|[次翌][年日]|当[年时日]|那[年时]|赛后|[此其之随]后|后来|不久)/u

/** A Chinese sentence with the one before it, where what is asked of it stands there: the reason of a consequence, the date of "the same year". */
export function withLeaned(
  { text, statements }: Passage,
  winner: Statement,
  { kind }: Pick<Question, 'kind'>,
): Statement {
  const leans = kind === 'reason' ? CONSEQUENCE : kind === 'date' ? RELATIVE_TIME : undefined
  const before = statements[statements.indexOf(winner) - 1]
  if (leans === undefined || winner.kind !== 'sentence' || before?.kind !== 'sentence') return winner
  if (!leans.test(text.slice(winner.start, winner.end))) return winner
  // Of the same paragraph.
  if (text.slice(before.end, winner.start).includes('\n')) return winner
  return { ...winner, start: before.start, line: before.line }
}

/** "Sorry, no.", "Can I pay by card?: Yes, you can." */
const BARE =
  /(?:^|[:：?]\s+)(?:(?:sorry|unfortunately|well|oh)[,!]? )?(?:yes|yep|yeah|no|nope|ja|nein|oui|non|s[ií])(?:,? (?:sorry|please|thanks|thank you|of course|certainly|indeed|unfortunately|(?:you|we|they|it|i|he|she) (?:can|may|must|do|does|did|is|are|am|was|were|has|have|will|should)(?:n['’]t| not)?|(?:you|we|they|it) (?:cannot|won['’]t)))?[.!]$/iu

/** A yes or no alone with the sentence after it, of the same item or paragraph: "Sorry, no. Assistance dogs are welcome, of course." */
export function withSaid({ text, statements }: Passage, winner: Statement): Statement {
  if (winner.kind !== 'sentence' && winner.kind !== 'item') return winner
  if (!BARE.test(text.slice(winner.start, winner.end))) return winner
  const next = statements.find(({ kind, start }) => kind === winner.kind && start >= winner.end)
  if (next === undefined || !/^[ \t]+$/u.test(text.slice(winner.end, next.start))) return winner
  // "No. Can I bring a cat?" asks the next.
  return /[?？]$/u.test(text.slice(next.start, next.end)) ? winner : { ...winner, end: next.end }
}

const STEPS_CHARS_MAX = 400
/** Of the words of the question. */
const ASKED = 0.6

/**
 * Asked how to do something, all sentences of a paragraph below a heading or question that asks the same: "Unlock with the master card first. Then hold
 * the star key for ten seconds." One step is no answer.
 */
export function withSteps(
  passage: Pick<Passage, 'text' | 'statements' | 'trail'>,
  winner: Statement,
  { kind, text: question }: Pick<Question, 'kind' | 'text'>,
): Statement {
  const { text, statements, trail } = passage
  if (kind !== 'manner' || winner.kind !== 'sentence') return winner
  const asked = contentWords(question)
  const head = new Set(terms(`${winner.under} ${trail.at(-1) ?? ''}`))
  const covered = asked.filter(({ term }) => head.has(term)).length
  if (asked.length < 2 || covered < ASKED * asked.length) return winner
  let { start, end, line } = winner
  const at = statements.indexOf(winner)
  const isNear = (one: Statement | undefined, from: number, to: number) =>
    one?.kind === 'sentence' && /^[ \t]*\n?[ \t]*$/u.test(text.slice(from, to))
  for (let i = at - 1; isNear(statements[i], statements[i]?.end ?? 0, start); i -= 1) {
    const one = statements[i] as Statement
    if (end - one.start > STEPS_CHARS_MAX || isQuestion(text.slice(one.start, one.end))) break
    start = one.start
    line = one.line
  }
  for (let i = at + 1; isNear(statements[i], end, statements[i]?.start ?? 0); i += 1) {
    const one = statements[i] as Statement
    if (one.end - start > STEPS_CHARS_MAX || isQuestion(text.slice(one.start, one.end))) break
    end = one.end
  }
  return { ...winner, start, end, line }
}
