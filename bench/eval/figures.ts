import type { EvaluationQuestion } from './questions.ts'
import { containsGold, exactMatch, f1 } from './squad.ts'

/** The team's answer to one question, as `--json` prints it. */
export interface GivenAnswer {
  readonly answer: string | null
  readonly span: string | null
  readonly abstained: boolean
  /** Best first. */
  readonly sources: readonly { readonly file: string; readonly passage: string }[]
}

/** One row of the evaluation table. Shares are 0 to 1; `null` if no question of the kind was asked. */
export interface Figures {
  readonly n: number
  readonly answerable: number
  /** Share of answerable questions whose first source (or one of the first five) is right. */
  readonly passageAt1: number | null
  readonly passageAt5: number | null
  /** Share of answerable questions whose answer statement contains a gold answer; an abstention is wrong. */
  readonly answerContainsGold: number | null
  /** The same over the questions that the team answered. */
  readonly answerContainsGoldGiven: number | null
  /** F1 of the span, over answerable questions; an abstention counts 0. */
  readonly exact: number | null
  readonly f1: number | null
  /** Share of abstentions on questions without an answer. */
  readonly abstentionPrecision: number | null
  /** Share of unanswerable questions with an abstention. */
  readonly abstentionRecall: number | null
  /** Share of answerable questions wrongly abstained from. */
  readonly falseAbstention: number | null
}

/** How a source is judged: it contains the answer, or it is from the document that does. */
export type SourceJudge = 'contains-gold' | 'document'

/** Compares answers with gold answers. A missing answer counts as an abstention without sources. */
export function figures(
  questions: readonly EvaluationQuestion[],
  given: ReadonlyMap<string, GivenAnswer>,
  judge: SourceJudge = 'contains-gold',
): Figures {
  const sums = { at1: 0, at5: 0, held: 0, exact: 0, f1: 0, answered: 0, abstained: 0, rightly: 0, falsely: 0 }
  let answerable = 0
  for (const question of questions) {
    const one = given.get(question.id) ?? NOTHING
    if (one.abstained) sums.abstained += 1
    if (question.unanswerable) {
      if (one.abstained) sums.rightly += 1
      continue
    }
    answerable += 1
    const right = one.sources.map((source) => isRight(question, source, judge))
    if (right[0] === true) sums.at1 += 1
    if (right.slice(0, 5).includes(true)) sums.at5 += 1
    if (one.abstained) {
      sums.falsely += 1
      continue
    }
    sums.answered += 1
    if (containsGold(one.answer ?? '', question.answers)) sums.held += 1
    sums.exact += exactMatch(one.span ?? '', question.answers)
    sums.f1 += f1(one.span ?? '', question.answers)
  }
  const without = questions.length - answerable
  return {
    n: questions.length,
    answerable,
    passageAt1: share(sums.at1, answerable),
    passageAt5: share(sums.at5, answerable),
    answerContainsGold: share(sums.held, answerable),
    answerContainsGoldGiven: share(sums.held, sums.answered),
    exact: share(sums.exact, answerable),
    f1: share(sums.f1, answerable),
    abstentionPrecision: share(sums.rightly, sums.abstained),
    abstentionRecall: share(sums.rightly, without),
    falseAbstention: share(sums.falsely, answerable),
  }
}

const NOTHING: GivenAnswer = { answer: null, span: null, abstained: true, sources: [] }

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function isRight(
  question: EvaluationQuestion,
  source: { file: string; passage: string },
  judge: SourceJudge,
): boolean {
  const sameFile = question.file === undefined || source.file === question.file
  return judge === 'document' ? sameFile : sameFile && containsGold(source.passage, question.answers)
}
