import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { byWhatIsAsked } from './asked-for.ts'
import { byCause } from './causes.ts'
import { byCommand } from './commands.ts'
import { byEcho } from './echoes.ts'
import { byText } from './headers.ts'
import { byKey } from './keys.ts'
import { byLanguage } from './languages.ts'
import { byMeaning } from './meanings.ts'
import { byDocument } from './named-document.ts'
import { byOpenTask } from './open-tasks.ts'
import { byOpposite } from './opposites.ts'
import { byPart } from './parts.ts'
import { byReply } from './quoted.ts'
import { byRecord } from './records.ts'
import { byRow, bySum } from './rows.ts'
import { bySetting } from './settings.ts'
import { byStep } from './steps.ts'
import { byTitle } from './titles.ts'
import { byVersion } from './versions.ts'
import type { Ballot, Ranked } from './vote.ts'
import { byYesOrNo } from './yes-or-no.ts'

/**
 * What the vote can't see, since each statement is marked alone: keys, what was so in the end, replies and subjects of mails, the document that
 * is named and its versions, which step is next, commands, titles and other fields of records.
 */
export function ranking(
  question: Question,
  found: readonly Found[],
  headOf: (passage: number) => string,
): (ballots: readonly Ballot[]) => Ranked {
  return (ballots) => {
    let ranked = byWhatIsAsked(question, found, byKey(question, found, ballots))
    for (const rule of RULES) ranked = rule(question, found, ranked)
    return byVersion(question, found, ranked, headOf)
  }
}

const RULES = [
  byText,
  byReply,
  byDocument,
  byStep,
  byCommand,
  byOpenTask,
  byTitle,
  byEcho,
  byRecord,
  byPart,
  byRow,
  bySetting,
  byLanguage,
  byCause,
  byOpposite,
  byMeaning,
  bySum,
  byYesOrNo,
]
