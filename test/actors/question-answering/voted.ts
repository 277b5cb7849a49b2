import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import type { Passage } from '../../../actors/knowledge/text/passages.ts'
import type { Statement } from '../../../actors/knowledge/text/statements.ts'
import { textOf } from '../../../actors/question-answering/answering/ballots.ts'
import type { Ballot, Ranked } from '../../../actors/question-answering/answering/vote.ts'
import { analyse, type Question } from '../../../actors/question-answering/reading/question.ts'

const NO_MARKS = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }

type Rule = (question: Question, found: readonly { readonly passage: Passage }[], ranked: Ranked) => Ranked

/** The statement that a rule of ranking puts first, where the vote gives those of a file these scores, best first. */
export async function firstBy(
  rule: Rule,
  file: string,
  text: string,
  asked: string,
  scoreOf: (text: string, kind: Statement['kind']) => number,
): Promise<string> {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const found = parsed.passages.map((passage) => ({ passage }))
  const ballots = parsed.passages
    .flatMap((passage, at) =>
      passage.statements.map(({ kind }, statement): Ballot => {
        const score = scoreOf(textOf(passage, { statement }), kind)
        return { found: at, statement, score, share: 0, marks: NO_MARKS }
      }),
    )
    .sort((a, b) => b.score - a.score)
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  const [best] = rule(question, found, { ballots, disputed: false }).ballots
  const passage = parsed.passages[best?.found ?? 0]
  return best === undefined || passage === undefined ? '' : textOf(passage, best)
}
