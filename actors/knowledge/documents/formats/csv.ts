import { parse } from 'csv-parse/sync'
import type { Paragraph, RootContent, TableRow } from 'mdast'
import { at, type Document, note } from '../../text/document.ts'
import { LINE_ENDS } from '../../text/line-ends.ts'
import { isHeadless, isOfUnits, type ValueRow, withUnits } from './value-rows.ts'

const DELIMITERS = [',', ';', '\t', '|']

/** The first line of a table as some programs save it, for other programs. */
const SEPARATOR_LINE = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)/iu

/**
 * Tables, each with its first row as its head, unless that row has numbers, dates or addresses as the ones below. Lines of one cell above the
 * head say what the table is about, a row of units below it belongs to it. The separator is the one that splits the first lines most often.
 */
export function readCsv(file: string, text: string): Document {
  const [separatorLine = '', given] = SEPARATOR_LINE.exec(text) ?? []
  const body = text.slice(separatorLine.length)
  const read = parse(body, {
    delimiter: given ?? delimiterOf(body),
    record_delimiter: LINE_ENDS,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    trim: true,
  }) as unknown as { readonly record: readonly string[]; readonly info: { readonly lines: number } }[]
  const rows = read.map(({ record, info }): TableRow => {
    // The parser reports the line on which a row ends.
    const before = separatorLine === '' ? 0 : 1
    const line =
      before + info.lines - record.reduce((sum, cell) => sum + (cell.match(/\n/gu)?.length ?? 0), 0)
    return {
      type: 'tableRow',
      ...at(line),
      children: record.map((value) => ({
        type: 'tableCell',
        children: [{ type: 'text', value, ...at(line) }],
      })),
    }
  })
  const children: RootContent[] = []
  for (const part of partsOf(read.map(({ record }) => record)))
    for (const node of tableOf(part.map((i) => ({ cells: read[i]?.record ?? [], row: rows[i] as TableRow }))))
      children.push(node)
  return { file, tree: { type: 'root', children } }
}

/** A table with what stands above it. */
function tableOf(rows: readonly ValueRow[]): RootContent[] {
  const records = rows.map(({ cells }) => cells)
  const head = headAt(records)
  const above = rows
    .slice(0, head)
    .flatMap(({ row }): RootContent[] =>
      row.children
        .filter(({ children: [cell] }) => cell?.type === 'text' && cell.value !== '')
        .map(({ children }) => ({ type: 'paragraph', children, position: row.position }) as Paragraph),
    )
  const headless = isHeadless(records.slice(head))
  const below = rows.slice(head)
  const children = (isOfUnits(records.slice(head)) ? withUnits(below) : below).map(({ row }) => row)
  const about = records
    .slice(0, head)
    .flatMap((cells) => cells.filter((cell) => cell !== ''))
    .join(' – ')
  const table: RootContent = {
    type: 'table',
    children,
    ...note({ values: true, headless, ...(about === '' ? {} : { about }) }),
  }
  return [...above, table]
}

/** The tables of a file by the numbers of their rows: a file may have several, below blank lines. */
function partsOf(records: readonly (readonly string[])[]): number[][] {
  const parts: number[][] = []
  let open: number[] = []
  let blank = false
  records.forEach((cells, i) => {
    if (cells.every((cell) => cell === '')) {
      blank = true
      return
    }
    const last = records[open.at(-1) ?? -1]
    if (blank && last !== undefined && filledOf(last) > 1 && isOther(last, cells)) {
      parts.push(open)
      open = []
    }
    blank = false
    open.push(i)
  })
  return [...parts, open]
}

function filledOf(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== '').length
}

/** Whether a row below a blank line begins another table than the row above it belongs to. */
function isOther(above: readonly string[], below: readonly string[]): boolean {
  const width = (cells: readonly string[]) => cells.findLastIndex((cell) => cell !== '') + 1
  if (width(above) !== width(below)) return true
  return above.some(
    (cell, i) => /^[\p{N}.,-]+$/u.test(cell) && !/\p{N}/u.test(below[i] ?? '') && below[i] !== '',
  )
}

function delimiterOf(text: string): string {
  const first = text
    .slice(0, FIRST_CHARS)
    .split(/\r\n|\n|\r/u, FIRST_LINES)
    .join('\n')
    .replace(/"[^"]*"/gu, '')
  const count = (mark: string) => first.split(mark).length
  return DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}

const FIRST_CHARS = 10_000
const FIRST_LINES = 10

/** The first row of several cells, below rows of one. */
function headAt(rows: readonly (readonly string[])[]): number {
  const several = rows.slice(0, FIRST_LINES).findIndex((row) => filledOf(row) > 1)
  return Math.max(0, several)
}
