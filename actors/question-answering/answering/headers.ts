import { SIGNATURE } from '../../knowledge/text/signature.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf, lacksAmount } from '../reading/spans.ts'
import { passagesIn, rankedFirst, recordOf, textOf } from './ballots.ts'
import { lineIn, quotedFrom } from './quoted.ts'
import type { Ballot, Ranked } from './vote.ts'

const MAIL = /\.eml$/iu
const DATE = /(?:^|\n)Date: /u
/** Asked about the mail itself, its head answers. */
const OF_THE_MAIL =
  /\b(?:sent|send|sends|sender|wrote|write|writes|written|receive[ds]?|arrived?|repl(?:y|ied)|answer(?:ed)?|e-?mails?|mails?|messages?|letters?|dated?|confirm(?:s|ed)?|cancel(?:s|led|ed)?|complain(?:s|ed)?|announced?|invited?|request(?:s|ed)?|order(?:s|ed)?|ask(?:s|ed)?|offer(?:s|ed)?|made)\b/iu
/** How far behind, in log-odds, what the mail says may be. */
const APART = 8

const SUBJECT = /^Subject: /u
/** Asked for the subject, it answers. */
const OF_SUBJECT =
  /\b(?:about|subjects?|topics?|titles?|headlines?|concerns?|concerning|regarding|e-?mails?|mails?|messages?|letters?|newsletters?|purpose)\b/iu
/** How far behind, in log-odds, a sentence of the mail may be. */
const SUBJECT_APART = 3
/** The same by what a trained reader marks. */
const SUBJECT_APART_MARKED = 1

/** Asked for one of several, a subject with all words of the question does not say which. */
const WHICH = /\b(?:which|what)\b/iu
const FURTHER = 1.5

/** The date of a record tells when it was written: "item · Footbridge shut · pubDate: Mon, 23 Sep 2024". */
const WRITTEN =
  /^(?:.* · )?(?:pub(?:lish(?:ed)?|lication)?[ _-]?(?:date|time|at|on)|published|updated|created|modified|posted|last[ _-]?(?:mod(?:ified)?|updated?|build[ _-]?date)|(?:updated?|creat(?:ed?|ion)|modified|modification|posted)[ _-]?(?:date|time|at|on)|date[ _-]?(?:created|modified|published|posted|updated))[ _-]?(?:gmt|utc)?: [^\n]*\p{N}[^\n]*$/iu
const WRITTEN_CHARS_MAX = 400
/** "from mid-November". */
const MONTH =
  /\b(?:early|mid|late|from|after|before|end of)[ -](?:mid-)?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b/u
/** Asked when something was written, that date answers. */
const OF_WRITING =
  /\b(?:publish\w*|publication|post(?:s|ed|ing)?|writ(?:e|es|ten|ing)|wrote|updat\w*|creat\w*|modif\w*|chang\w*|edit\w*|add(?:s|ed)?|dated?|releas\w*|issued?|announc\w*|appear\w*|report\w*|regist\w*|open(?:ed)? (?:by|on)|news|article|entry|feed|record|last|latest|newest|recent\w*)\b/iu

/**
 * The statements by rank; the date of a mail or a record tells when it was written, and the subject of a mail what it is about: asked for another
 * date or time, or for something else, what its text says goes before it.
 */
export function byText(
  question: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  const passage = winner === undefined ? undefined : found[winner.found]?.passage
  if (winner === undefined || passage === undefined) return ranked
  if (!MAIL.test(passage.file)) return ofRecord(question, found, ranked, winner)
  return SUBJECT.test(textOf(passage, winner)) && passage.statements[winner.statement]?.kind === 'field'
    ? ofSubject(question, found, ranked, winner)
    : ofMail(question, found, ranked, winner)
}

function ofRecord(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
  winner: Ballot,
): Ranked {
  const passageOf = passagesIn(found)
  const isWritten = (one: Ballot) => {
    const text = textOf(passageOf(one), one)
    return (
      passageOf(one).statements[one.statement]?.kind === 'field' &&
      text.length <= WRITTEN_CHARS_MAX &&
      WRITTEN.test(text)
    )
  }
  if (!isWritten(winner) || OF_WRITING.test(question)) return ranked
  const own = recordOf(passageOf(winner))
  const said = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART || isWritten(one) || recordOf(passageOf(one)) !== own) return false
    // All of the record has its date again.
    if (passageOf(one).statements[one.statement]?.kind === 'list') return false
    const text = textOf(passageOf(one), one)
    return kind !== 'date' || hasAnswerOf(kind, text) || MONTH.test(text)
  })
  return said === undefined ? ranked : rankedFirst(ranked, said)
}

function ofMail(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
  winner: Ballot,
): Ranked {
  const { ballots } = ranked
  if (OF_THE_MAIL.test(question)) return ranked
  const passageOf = passagesIn(found)
  const { file } = passageOf(winner)
  const isHead = (one: Ballot) => {
    const { statements } = passageOf(one)
    return statements[one.statement]?.kind !== 'sentence' && DATE.test(textOf(passageOf(one), one))
  }
  if (!isHead(winner)) return ranked
  const quoted = quotedFrom(found, file)
  const lineOf = (one: Ballot) => lineIn(passageOf(one), one.statement)
  const said = ballots.find((one) => {
    if (winner.score - one.score > APART || passageOf(one).file !== file || isHead(one)) return false
    if (quoted !== undefined && lineOf(one) >= quoted) return false
    return kind !== 'date' || hasAnswerOf(kind, textOf(passageOf(one), one))
  })
  return said === undefined ? ranked : rankedFirst(ranked, said)
}

/** A sentence of the mail answers in place of its subject, if it has a word of the question that the subject lacks: "Your pick-up code is Q-58." */
function ofSubject(
  { text: question, kind, terms: asked }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
  winner: Ballot,
): Ranked {
  if (OF_SUBJECT.test(question)) return ranked
  const passageOf = passagesIn(found)
  const { file } = passageOf(winner)
  const written = textOf(passageOf(winner), winner)
  const subject = new Set(terms(written))
  const lacking = asked.filter(({ term }) => !subject.has(term))
  const quoted = quotedFrom(found, file)
  // "Your storage unit", asked "Which storage unit did I get?", only repeats the question.
  const repeats = lacking.length === 0 && WHICH.test(question) && !/\p{N}/u.test(written)
  const further = repeats ? FURTHER : 1
  const said = ranked.ballots.find((one) => {
    if (winner.score - one.score > SUBJECT_APART * further || passageOf(one).file !== file) return false
    if (winner.marks.extraction - one.marks.extraction > SUBJECT_APART_MARKED * further) return false
    const { kind: form, under } = passageOf(one).statements[one.statement] ?? {}
    const line = lineIn(passageOf(one), one.statement)
    if (form !== 'sentence' || under === SIGNATURE || (quoted !== undefined && line >= quoted)) return false
    const text = textOf(passageOf(one), one)
    const own = new Set(terms(text))
    if (repeats) return asked.some(({ term }) => own.has(term)) && /\p{N}/u.test(text)
    return lacking.some(({ term }) => own.has(term)) && !lacksAmount(kind, text)
  })
  return said === undefined ? ranked : rankedFirst(ranked, said)
}
