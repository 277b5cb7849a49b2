import type { Statement } from '../../knowledge/text/statements.ts'
import type { Found } from '../reading/candidate.ts'
import { CELLS, cellOf } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { plain, textOf, withFirst } from './ballots.ts'
import type { Ballot } from './vote.ts'

/** A key has letters and digits ("KR 4471 T", "V-1022"), or so many digits. */
const KEY = /(?=.*\p{L})(?=.*\p{N})|^\P{L}*(?:\p{N}\P{L}*){4}$/u
const KEY_CHARS_LEAST = 3

/** The ballots by rank; a row with a key that the question has goes before a row of its file with none of them, and gets its votes. */
export function byKey(
  { text: question }: Pick<Question, 'text'>,
  found: readonly Pick<Found, 'passage'>[],
  ballots: readonly Ballot[],
): readonly Ballot[] {
  const winner = ballots[0]
  if (winner === undefined || !/\p{N}/u.test(question)) return ballots
  const asked = plain(question)
  const rowOf = (one: Ballot) => {
    const { passage } = found[one.found] as Found
    const { kind } = passage.statements[one.statement] as Statement
    return kind === 'row' ? { file: passage.file, cells: textOf(passage, one).split(CELLS) } : undefined
  }
  const own = rowOf(winner)
  const hasKey = (cells: readonly string[]) =>
    cells.some((cell) => {
      const value = cellOf(cell).value.trim()
      return value.length >= KEY_CHARS_LEAST && KEY.test(value) && asked.includes(plain(value))
    })
  if (own === undefined || hasKey(own.cells)) return ballots
  const named = ballots.find((one) => {
    const row = rowOf(one)
    return row !== undefined && row.file === own.file && hasKey(row.cells)
  })
  return named === undefined ? ballots : withFirst(ballots, named)
}
