import type { MatrixText } from './matrix-text.ts'

/** Columns and rows shown; the rest of a larger A is only counted. */
const SHOWN_MAX = 40

/**
 * A as an aligned table for a terminal; `·` means no arrow.
 *
 *     to ↓  from →  question  dense  lexical  fuse
 *     question             ·      ·        ·     ·
 *     fuse                 ·    0.7      0.3     ·
 */
export function printTable({ names, A }: MatrixText, digits: number): string {
  const shown = names.slice(0, SHOWN_MAX)
  const cells = A.slice(0, SHOWN_MAX).map((row) => row.slice(0, SHOWN_MAX).map((one) => cell(one, digits)))
  const head = 'to ↓  from →'
  const nameWidth = Math.max(head.length, ...shown.map((name) => [...name].length))
  const widths = shown.map((name, column) =>
    Math.max([...name].length, ...cells.map((row) => (row[column] as string).length)),
  )
  const line = (name: string, values: readonly string[]) =>
    [padEnd(name, nameWidth), ...values.map((value, at) => padStart(value, widths[at] as number))].join('  ')
  const lines = [line(head, shown), ...cells.map((row, at) => line(shown[at] as string, row))]
  if (names.length > SHOWN_MAX) lines.push(`… and ${names.length - SHOWN_MAX} more names`)
  return lines.join('\n')
}

function cell(weight: number, digits: number): string {
  return weight === 0 ? '·' : String(Number(weight.toPrecision(digits)))
}

// String.padEnd counts UTF-16 units; an emoji in a name takes two.
const padEnd = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - [...text].length))
const padStart = (text: string, width: number) => ' '.repeat(Math.max(0, width - [...text].length)) + text
