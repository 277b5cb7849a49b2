import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { terms, words } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { lacksAmount } from '../reading/spans.ts'
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
  'incoming/inbound outgoing/outbound',
  'arrival departure',
  'production/prod staging development/dev',
  'hourly daily nightly weekly monthly quarterly yearly/annually/annual',
  'minimum maximum',
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
].map((group) => group.split(' ').map((side) => side.split('/')))

/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4

/** The same for what says that there is no such thing. */
const DENIED_APART = 3

/**
 * Whether a text is about the opposite of what is asked: "incoming mail", asked for outgoing mail. Words count as they stand: production is no product.
 */
export function isOpposite(question: string, text: string): boolean {
  const [asked, told] = [formsOf(question), formsOf(text)]
  return GROUPS.some((sides) => {
    const wanted = sides.filter((side) => side.some((word) => asked.has(word)))
    const said = sides.filter((side) => side.some((word) => told.has(word)))
    return wanted.length === 1 && said.length > 0 && !said.includes(wanted[0] as string[])
  })
}

/** The words of a text, and of what an ending was added to: "uninstalling", "enabled", "uploads". */
function formsOf(text: string): ReadonlySet<string> {
  return new Set(
    words(text).flatMap(({ form }) => [
      form,
      form.replace(/(?:s|ed|ing)$/u, ''),
      form.replace(/(?:d|ing)$/u, 'e'),
    ]),
  )
}

/** "without brakes", "no brakes", "0 failed", "non-smokers". */
const DENIED =
  /(?<![\p{L}\p{N}.,])(?:(?:without|no) (?:an? |the |any )?|0 (?=fail|err|pass|skip|warn|problem|issue|match|hit|conflict)|non-|un-)(\p{L}{3,})/giu
const NOTHING = /(?<![\p{N}.,])0 \p{L}/u
const DENIES =
  /\b(?:no|not|without|never|(?:leav(?:e|es|ing)|left) out|omit(?:s|ted|ting)?|exclud(?:e|es|ed|ing)|lack(?:s|ed|ing)?|skip(?:s|ped|ping)?|forbid(?:s|den)?|prohibit(?:s|ed)?|missing|free (?:of|from))\b|\bnon-|n['’]t\b/iu
/** "Are there fees for children?" may be answered by "There are no fees for children." */
const WHETHER =
  /^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|should)\b|\b(?:is|are) there\b/iu
/** "braked" and "brakes" begin alike. */
const STEM_SHARED = 4
const ENDING_MOST = 2

/** The terms of a question that a text says there are none of. A question that denies something itself has none. */
function deniedIn(question: string, asked: readonly string[], text: string): string[] {
  if (DENIES.test(question)) return []
  const denied = [...text.matchAll(DENIED)].flatMap(([, word = '']) => terms(word))
  return asked.filter((term) => denied.some((one) => isAlike(term, one)))
}

/** Whether a term of a question only says which one is meant of what comes after it. */
function isOfAnother(question: string, denied: readonly string[]): boolean {
  const all = words(question)
  return all.some(({ term }, i) => {
    const next = all[i + 1]
    return denied.includes(term) && next !== undefined && !STOP_WORDS.has(next.form)
  })
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
  if (winner === undefined || kind === 'yes-no' || WHETHER.test(question)) return ranked
  // "How many tests failed?": none is an amount too.
  if (kind === 'number' && NOTHING.test(textOf(passagesIn(found)(winner), winner))) return ranked
  const passageOf = passagesIn(found)
  const own = asked.map(({ term }) => term)
  const denied = deniedIn(question, own, textOf(passageOf(winner), winner))
  if (denied.length === 0) return ranked
  const said = new Set(terms(textOf(passageOf(winner), winner)))
  // "a braked trailer" asks for a trailer, "fees for children" for fees.
  const others = isOfAnother(question, denied)
    ? []
    : own.filter((term) => said.has(term) && !denied.includes(term))
  const better = ranked.ballots.find((one) => {
    const text = textOf(passageOf(one), one)
    if (winner.score - one.score > DENIED_APART || passageOf(one).file !== passageOf(winner).file)
      return false
    const told = terms(text)
    return (
      denied.some((term) => told.some((one) => isAlike(term, one))) &&
      (others.length === 0 || others.some((term) => told.includes(term))) &&
      deniedIn(question, own, text).length === 0 &&
      !lacksAmount(kind, text)
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
  const passageOf = passagesIn(found)
  const toldBy = (one: Ballot) => saidBy(passageOf(one), one)
  if (!isOpposite(question, toldBy(winner))) return ranked
  const asked = formsOf(question)
  const wanted = GROUPS.flatMap((sides) =>
    sides.flatMap((side) => (side.some((word) => asked.has(word)) ? side : [])),
  )
  const better = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART) return false
    const { file } = passageOf(one)
    // "config.prod.toml" beside "config.dev.toml".
    if (file !== passageOf(winner).file && !says(plain(file), wanted)) return false
    const told = toldBy(one)
    return says(told, wanted) && !isOpposite(question, told)
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

function says(text: string, wanted: readonly string[]): boolean {
  const own = formsOf(text)
  return wanted.some((word) => own.has(word))
}

function saidBy(passage: Passage, one: Ballot): string {
  const { under = '' } = passage.statements[one.statement] ?? {}
  return `${plain(passage.file)} ${contextOf(passage)} ${under} ${textOf(passage, one)}`
}
