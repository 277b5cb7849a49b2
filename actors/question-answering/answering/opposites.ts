import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import { terms } from '../../knowledge/text/words.ts'
import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { passagesIn, plain, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** Words of which one thing is called by one only; those parted by a slash mean the same. */
const GROUPS = [
  'install uninstall/deinstall',
  'enable disable',
  'upload download',
  'import export',
  'encrypt decrypt',
  'lock unlock',
  'mount unmount',
  'subscribe unsubscribe',
  'upgrade downgrade',
  'connect disconnect',
  'incoming/inbound outgoing/outbound',
  'arrival departure',
  'production/prod/live staging development/dev',
  'hourly daily nightly weekly monthly quarterly yearly/annually/annual',
  'minimum/min maximum/max',
  'earliest latest',
  'oldest newest',
  'highest lowest',
  'largest/biggest smallest',
  'indoor outdoor',
  'inner outer',
  'upper lower',
  'internal external',
  'front rear',
  'male female',
  'summer winter',
  'weekday/weekdays weekend/weekends',
  'heating cooling',
  'busiest/peak quietest',
].map((group) => group.split(' ').map((side) => side.split('/').flatMap((word) => terms(word))))

/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4

/** The same for what says that there is no such thing. */
const DENIED_APART = 3

/** Whether a text is about the opposite of what is asked: "incoming mail", asked for outgoing mail. */
export function isOpposite(asked: ReadonlySet<string>, told: ReadonlySet<string>): boolean {
  return GROUPS.some((sides) => {
    const wanted = sides.filter((side) => side.some((term) => asked.has(term)))
    const said = sides.filter((side) => side.some((term) => told.has(term)))
    return wanted.length === 1 && said.length > 0 && !said.includes(wanted[0] as string[])
  })
}

/** "without brakes", "no brakes", "non-smokers". */
const DENIED = /(?<!\p{L})(?:without|no|non-?|un-)\s?(?:an? |the |any )?(\p{L}{3,})/giu
const DENIES = /\b(?:no|not|without|never|non|un\w+)\b|n['’]t\b/iu
/** "braked" and "brakes" begin alike. */
const STEM_SHARED = 4
const ENDING_MOST = 2

/** The terms of a question that a text says there are none of. A question that denies something itself has none. */
function deniedIn(question: string, asked: readonly string[], text: string): string[] {
  if (DENIES.test(question)) return []
  const denied = [...text.matchAll(DENIED)].flatMap(([, word = '']) => terms(word))
  return asked.filter((term) => denied.some((one) => isAlike(term, one)))
}

function isAlike(a: string, b: string): boolean {
  return (
    a === b ||
    (a.startsWith(b.slice(0, STEM_SHARED)) &&
      b.length >= STEM_SHARED &&
      Math.abs(a.length - b.length) <= ENDING_MOST)
  )
}

/** The statements by rank; one that says what is asked goes before one of its document that says the opposite, or that there is no such thing. */
export function byOpposite(
  question: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  return byDenied(question, found, bySide(question, found, ranked))
}

function byDenied(
  { text: question, kind, terms: asked }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = passagesIn(found)
  const own = asked.map(({ term }) => term)
  const denied = deniedIn(question, own, textOf(passageOf(winner), winner))
  if (denied.length === 0) return ranked
  const better = ranked.ballots.find((one) => {
    const text = textOf(passageOf(one), one)
    if (winner.score - one.score > DENIED_APART || passageOf(one).file !== passageOf(winner).file)
      return false
    const told = terms(text)
    return (
      denied.some((term) => told.some((one) => isAlike(term, one))) &&
      deniedIn(question, own, text).length === 0 &&
      (!AMOUNTS.has(kind) || hasAnswerOf(kind, text))
    )
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

function bySide(
  { text: question }: Pick<Question, 'text'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const asked = new Set(terms(question))
  const passageOf = passagesIn(found)
  const toldBy = (one: Ballot) => saidBy(passageOf(one), one)
  if (!isOpposite(asked, toldBy(winner))) return ranked
  const wanted = GROUPS.flatMap((sides) =>
    sides.flatMap((side) => (side.some((term) => asked.has(term)) ? side : [])),
  )
  const better = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART) return false
    const { file } = passageOf(one)
    // "config.prod.toml" beside "config.dev.toml".
    if (file !== passageOf(winner).file && !wanted.some((term) => terms(plain(file)).includes(term)))
      return false
    const told = toldBy(one)
    return wanted.some((term) => told.has(term)) && !isOpposite(asked, told)
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

function saidBy(passage: Passage, one: Ballot): Set<string> {
  const { under = '' } = passage.statements[one.statement] ?? {}
  return new Set(terms(`${plain(passage.file)} ${contextOf(passage)} ${under} ${textOf(passage, one)}`))
}
