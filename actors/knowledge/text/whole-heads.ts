import { isYears } from './drawn-rows.ts'

/** The head of a table drawn with spaces: how many lines it has, and what they say together. */
export interface HeadedRows {
  readonly count: number
  readonly cells: string[] | undefined
}

const HEADS_MAX = 3
const NONE: HeadedRows = { count: 0, cells: undefined }

/** "0.95", "£1,200", "23:40", "12 %", "-". */
export function isValue(cell: string): boolean {
  return /^[^\p{L}]{0,3}\p{N}[^\p{L}]*$/u.test(cell) || /^(?:-|–|—|n\/a)$/iu.test(cell)
}

/**
 * The lines of the head: those above the rule, or the first one and one below it without a name, if all other rows have values.
 *
 * @param rule the number of the first line that is a rule, -1 without one.
 */
export function headsOf(rows: readonly (readonly string[])[], rule: number): HeadedRows {
  const [first, second, third] = rows
  if (first === undefined || second === undefined || third === undefined || !isHead(first)) return NONE
  if (rule > 0 && rule <= HEADS_MAX) {
    const own = rows.slice(0, rule)
    if (own.every(isHead)) return headOf(own)
  }
  const isTwo = second[0] === '' && third[0] !== '' && isHead(second)
  return isTwo && rows.slice(2).every((cells) => cells.slice(1).some(isValue))
    ? headOf([first, second])
    : headOf([first])
}

function isHead(cells: readonly string[]): boolean {
  return !cells.some(isValue) || isYears(cells.filter((cell) => cell !== ''))
}

function headOf(rows: readonly (readonly string[])[]): HeadedRows {
  const cells = (rows[0] ?? []).map((_, i) =>
    rows
      .map((own) => own[i] ?? '')
      .filter((cell) => cell !== '')
      .join(' '),
  )
  return { count: rows.length, cells }
}
