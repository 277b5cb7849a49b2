import type { Passage } from '../../knowledge/text/passages.ts'
import type { Ballot, Ranked } from './vote.ts'

/** The statement that a ballot is for, as its passage has it. */
export function textOf(
  { text, statements }: Pick<Passage, 'text' | 'statements'>,
  { statement }: Pick<Ballot, 'statement'>,
): string {
  const { start = 0, end = 0 } = statements[statement] ?? {}
  return text.slice(start, end)
}

/** Finds the passage that a ballot is for. */
export function passagesIn<P>(
  found: readonly { readonly passage: P }[],
): (ballot: Pick<Ballot, 'found'>) => P {
  return ({ found: at }) => (found[at] as { readonly passage: P }).passage
}

/** Whether a statement is the winner, or, where a list or a record has won as a whole, one of its parts. */
export function isWithin({ statements }: Passage, winner: Ballot, one: Ballot): boolean {
  const whole = statements[winner.statement]
  const own = statements[one.statement]
  if (one.found !== winner.found || whole === undefined || own === undefined) return false
  return own.start >= whole.start && own.end <= whole.end
}

/** What tells the record of a passage from others. */
export function recordOf({ file, trail }: Pick<Passage, 'file' | 'trail'>): string {
  return [file, ...trail].join('\n')
}

/** The ballots with one of them first: it answers in place of the winner, whose votes it takes over. */
export function withFirst(ballots: readonly Ballot[], first: Ballot): readonly Ballot[] {
  const [winner, ...others] = ballots
  if (winner === undefined || winner === first) return ballots
  return [
    { ...first, score: winner.score, share: winner.share + first.share },
    { ...winner, score: first.score, share: 0 },
    ...others.filter((one) => one !== first),
  ]
}

/** Nobody is sure of what was further behind the winner, in log-odds. */
const SURE_APART = 1

/** As `withFirst`, of statements that may be disputed already. */
export function rankedFirst({ ballots, disputed }: Ranked, first: Ballot): Ranked {
  const winner = ballots[0]
  const apart = winner === undefined ? 0 : winner.score - first.score
  return { ballots: withFirst(ballots, first), disputed: disputed || apart > SURE_APART }
}

/** In small letters, the words parted by one space each. */
export function plain(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
}
