import { parse } from 'csv-parse/sync'
import { markdownTable } from './markdown-table.ts'

/** A table between its first and last line. */
export interface OpenTable {
  /** What its first line begins with: "|", "," or ":". */
  readonly sign: string
  /** The line above it, as "[%header,format=csv]". */
  readonly kind: string
  readonly lines: string[]
}

/** The rows of a table as Markdown. */
export function rowsOf({ sign, kind, lines }: OpenTable): string[] {
  const [, format = sign === ',' ? 'csv' : sign === ':' ? 'dsv' : ''] =
    /^\[.{0,300}\bformat\s*=\s*["']?([cdt]sv)/u.exec(kind) ?? []
  if (format === '') return tableOf(lines)
  const [, separator = { csv: ',', tsv: '\t', dsv: ':' }[format] ?? ','] =
    /\bseparator\s*=\s*["']?([^\]"'\s])/u.exec(kind) ?? []
  return markdownTable(valuesOf(lines, separator))
}

function valuesOf(lines: readonly string[], delimiter: string): string[][] {
  const full = lines.filter((line) => line.trim() !== '')
  try {
    const options = { delimiter, relax_column_count: true, relax_quotes: true, trim: true }
    const rows: string[][] = parse(full.join('\n'), options)
    return rows.map((row) => row.map((cell) => cell.replace(/\s+/gu, ' ')))
  } catch {
    return full.map((line) => line.split(delimiter).map((cell) => cell.trim()))
  }
}

/** Rows of cells, each from its own line or one cell a line. */
function tableOf(lines: readonly string[]): string[] {
  const own = lines.map(cellsOf)
  const columns = own.find((cells) => cells.length > 0)?.length ?? 0
  const cells = own.flat()
  // One cell a line: an empty line after the head tells how many there are.
  const begin = lines.findIndex((line) => line.trim() !== '')
  const first = lines.findIndex((line, i) => i > begin && begin >= 0 && line.trim() === '')
  const width =
    columns > 1 || first < 0 ? columns : lines.slice(0, first).filter((line) => line.trim() !== '').length
  const rows: string[][] = []
  for (let at = 0; at < cells.length; at += Math.max(1, width))
    rows.push(cells.slice(at, at + Math.max(1, width)))
  return markdownTable(rows)
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?:^|\s)[\d.+*^<>]*[aehlmsd]?\|/u)
    .slice(1)
    .map((cell) => cell.trim())
}
