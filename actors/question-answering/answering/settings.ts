import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import { fieldIn } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

interface Called {
  readonly asked: RegExp
  readonly keys: ReadonlySet<string>
  /** Asks how often, how long or how many times. */
  readonly amount?: boolean
}

/** What people ask for, and how settings call it. */
const CALLED: readonly Called[] = [
  { asked: /\b(?:server|machine)\b/iu, keys: new Set(terms('host hostname server endpoint')) },
  { asked: /\bpassword\b/iu, keys: new Set(terms('password passwd passphrase pass pwd pw')) },
  {
    asked: /\b(?:user|user ?name|login|log in|logs in)\b/iu,
    keys: new Set(terms('user username login account')),
  },
  {
    asked: /\b(?:folder|directory)\b/iu,
    keys: new Set(terms('dir dirs directory folder path root home basedir')),
  },
  { asked: /\bsender\b/iu, keys: new Set(terms('from sender')) },
  {
    asked: /\b(?:attempts?|tries|retr(?:y|ies)|try again)\b/iu,
    keys: new Set(terms('attempts tries retries retry')),
    amount: true,
  },
  {
    asked: /\bhow long\b[^?]*\b(?:wait|waits|give up|gives up)\b/iu,
    keys: new Set(terms('timeout wait delay deadline grace')),
    amount: true,
  },
  {
    asked: /\bhow (?:often|frequently)\b/iu,
    keys: new Set(terms('interval every schedule cron frequency period')),
    amount: true,
  },
  { asked: /\btime ?zone\b/iu, keys: new Set(terms('tz timezone zone')) },
]
/** What keys shorten. */
const ALIKE = [
  [/(?<!\p{L})(?:smtp|imap)(?!\p{L})/iu, 'mail email e-mail'],
  [/(?<!\p{L})(?:db|pg|mysql|mariadb|postgres)(?!\p{L})/iu, 'database'],
] as const
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4
/** The same for one of the record that has won. */
const RECORD_APART = 6

/**
 * The statements by rank; asked for something that settings call by another name, the setting of that name goes before another one of its
 * file, if it has as many of the question's other words: "Which mail server is used?" asks for MAIL_HOST, not for MAIL_FROM.
 */
export function bySetting(
  { text: question, terms: asked }: Pick<Question, 'text' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  const calls = CALLED.filter((one) => one.asked.test(question))
  // "How long does the server wait?" asks for no server.
  const called = calls.find(({ amount }) => amount === true) ?? calls[0]
  if (winner === undefined || called === undefined) return ranked
  const passageOf = passagesIn(found)
  const kindOf = (one: Ballot) => passageOf(one).statements[one.statement]?.kind
  const { file } = passageOf(winner)
  const fields = ranked.ballots.filter(
    (one) =>
      kindOf(one) === 'field' && passageOf(one).file === file && winner.score - one.score < RECORD_APART,
  )
  const own = fields[0]
  if (own === undefined || (own !== winner && (kindOf(winner) !== 'list' || own.found !== winner.found)))
    return ranked
  const others = asked.filter(({ text }) => !called.asked.test(text))
  const has = (one: Ballot) => {
    const text = textOf(passageOf(one), one)
    const said = new Set(
      terms(ALIKE.reduce((all, [short, long]) => (short.test(all) ? `${all} ${long}` : all), text)),
    )
    return others.filter(({ term }) => said.has(term)).length
  }
  const isCalled = (one: Ballot) =>
    terms(keyOf(textOf(passageOf(one), one))).some((term) => called.keys.has(term))
  const said = textOf(passageOf(own), own)
  if (isCalled(own) || called.asked.test(said)) return ranked
  // "Which port does the server listen on?" is answered by its port.
  const last = terms(keyOf(said)).at(-1)
  if (asked.some(({ term }) => term === last)) return ranked
  const least = has(own)
  const record = nameOf(said)
  const isOfRecord = (one: Ballot) =>
    one.found === own.found && record !== '' && nameOf(textOf(passageOf(one), one)) === record
  const better = fields.find(
    (one) => isCalled(one) && (isOfRecord(one) || (has(one) >= least && winner.score - one.score < APART)),
  )
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

/** "ev-2", of "ev-2 · origin · host: node-31". */
function nameOf(text: string): string {
  return fieldIn(text)?.path[0] ?? ''
}

/** "MAIL HOST" of "outgoing mail · MAIL_HOST: mx.example". */
function keyOf(text: string): string {
  return (fieldIn(text)?.key ?? '').replace(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ')
}
