import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import { CELLS, type Field, fieldIn } from '../reading/cells.ts'
import { coverage } from '../reading/features.ts'
import type { Question } from '../reading/question.ts'
import { isWithin, passagesIn, rankedFirst } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "TK-1042": a word with letters and digits is the name of one thing. */
const CODE =
  /(?<![\p{L}\p{N}])(?=\S{0,40}\p{N})(?=\S{0,40}\p{L})[\p{L}\p{N}]+(?:[._/-][\p{L}\p{N}]+)*(?![\p{L}\p{N}])/gu
const CODE_CHARS_LEAST = 4
/** Keys whose value names the record itself; others ("related: TK-1042", "parent_id: TK-1042") name another one. */
const OWN_KEY =
  /^(?!(?:parent|related|linked|previous|next|root|original|reply|replaces|duplicate|blocks)[\s_-])(?:\p{L}+[\s_-])?(?:id|key|no|nr|number|code|ref|sku|ticket|serial|name)\.?$/iu
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3
/** By as much of the question's weight one record must have more than another. */
const CLEARLY = 0.05
/** A record that is named by a code of the question has more than any other. */
const NAMED = 2
/** Records of one list have mostly the same keys. */
const KEYS_LEAST = 2
const ALIKE = 0.6

/** A field, and all of its statement. */
interface Told extends Field {
  readonly whole: string
}

/**
 * The statements by rank; of two records that say the same of each ("assignee: Lena") that which has more of the question goes first. A field is marked
 * alone, and the words may stand in others: "Who is assigned to the dark mode bug?", of a record with "type: bug".
 */
export function byRecord(
  { text: question, terms: asked, list }: Pick<Question, 'text' | 'terms' | 'list'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = passagesIn(found)
  const fieldOf = (one: Ballot) => fieldAt(passageOf(one), passageOf(one).statements[one.statement])
  const { file, statements } = passageOf(winner)
  // All of a record was asked for: a field of another is no answer.
  if (list && statements[winner.statement]?.kind === 'list') return ranked
  const first = ranked.ballots.find((one) => isWithin(passageOf(winner), winner, one) && fieldOf(one))
  const own = first === undefined ? undefined : fieldOf(first)
  if (own === undefined) return ranked
  const recordOf = recordsIn(found.flatMap(({ passage }) => (passage.file === file ? [passage] : [])))
  const codes = (question.match(CODE) ?? []).filter((code) => code.length >= CODE_CHARS_LEAST)
  const better = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART || passageOf(one).file !== file) return false
    const field = fieldOf(one)
    const depth = field === undefined ? -1 : differing(own, field)
    if (field === undefined || depth < 0) return false
    const ours = recordOf(own.path.slice(0, depth + 1))
    const theirs = recordOf(field.path.slice(0, depth + 1))
    if (!isSibling(ours, theirs)) return false
    const share = shareOf(theirs, asked, codes)
    if (share <= shareOf(ours, asked, codes) + CLEARLY) return false
    // "What is the port of staging?": another record may have more of the question, but not its name.
    const named = (path: readonly string[]) => coverage(asked, new Set(terms(path[depth] ?? '')))
    return share === NAMED || named(field.path) >= named(own.path)
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

function fieldAt({ text }: Passage, statement: Statement | undefined): Told | undefined {
  if (statement?.kind !== 'field') return undefined
  const whole = text.slice(statement.start, statement.end)
  const field = fieldIn(whole)
  return field === undefined ? undefined : { ...field, whole }
}

/** Where the paths of two fields with the same key differ, if they do in one place only; else -1. */
function differing(a: Field, b: Field): number {
  if (a.key !== b.key || a.path.length !== b.path.length) return -1
  const places = a.path.flatMap((part, i) => (part === b.path[i] ? [] : [i]))
  return places.length === 1 ? (places[0] as number) : -1
}

/** Finds the fields of a record by its path, in all passages of a file: a long record is in several. Each is gathered once. */
function recordsIn(passages: readonly Passage[]): (path: readonly string[]) => readonly Told[] {
  const all = passages.flatMap((passage) =>
    passage.statements.flatMap((one) => {
      const field = fieldAt(passage, one)
      return field === undefined ? [] : [field]
    }),
  )
  const known = new Map<string, readonly Told[]>()
  return (path) => {
    const key = path.join(CELLS)
    const own =
      known.get(key) ??
      all.filter((field) => `${CELLS}${field.path.join(CELLS)}${CELLS}`.includes(`${CELLS}${key}${CELLS}`))
    known.set(key, own)
    return own
  }
}

function isSibling(ours: readonly Told[], theirs: readonly Told[]): boolean {
  const keys = new Set(ours.map(({ key }) => key))
  const others = new Set(theirs.map(({ key }) => key))
  const shared = [...keys].filter((key) => others.has(key)).length
  return shared >= KEYS_LEAST && shared >= ALIKE * Math.max(keys.size, others.size)
}

/** How much of the question a record has. */
function shareOf(record: readonly Told[], asked: Question['terms'], codes: readonly string[]): number {
  const isNamed = record.some(({ path, key, value }) =>
    codes.some((code) => path.includes(code) || (value === code && OWN_KEY.test(key))),
  )
  return isNamed ? NAMED : coverage(asked, new Set(record.flatMap(({ whole }) => terms(whole))))
}
