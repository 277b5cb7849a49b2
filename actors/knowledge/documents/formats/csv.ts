import { parse } from 'csv-parse/sync'
import type { Paragraph, RootContent, TableRow } from 'mdast'
import { type Document, note } from '../../text/document.ts'
import { LINE_ENDS } from '../../text/line-ends.ts'

const DELIMITERS = [',', ';', '\t', '|']

/** The first line of a table as some programs save it, for other programs. */
const SEPARATOR_LINE = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)/iu

/**
 * A table with its first row as its head, unless that row has numbers, dates or addresses as the ones below. Lines of one cell above the head
 * say what the table is about. The separator is the one that splits the first lines most often.
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
    skip_empty_lines: true,
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
  const records = read.map(({ record }) => record)
  const head = headAt(records)
  const above = rows
    .slice(0, head)
    .flatMap((row): RootContent[] =>
      row.children
        .filter(({ children: [cell] }) => cell?.type === 'text' && cell.value !== '')
        .map(({ children }) => ({ type: 'paragraph', children, position: row.position }) as Paragraph),
    )
  const headless = isHeadless(records.slice(head))
  const table: RootContent = {
    type: 'table',
    children: rows.slice(head),
    ...(headless ? note({ headless }) : {}),
  }
  return { file, tree: { type: 'root', children: [...above, table] } }
}

function at(line: number) {
  return { position: { start: { line, column: 1 }, end: { line, column: 1 } } }
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
  const several = rows.slice(0, FIRST_LINES).findIndex((row) => row.filter((cell) => cell !== '').length > 1)
  return Math.max(0, several)
}

/** No column is called so; one may be called by a year or a small number. */
const VALUE = /^(?!\d{1,4}$)(?:[+-]?\d[\d.,:/ -]*[\d%]?|\S+@\S+\.\S+|https?:\/\/\S+)$/u

function isHeadless([first = [], second = []]: readonly (readonly string[])[]): boolean {
  return first.some((cell, i) => VALUE.test(cell) && VALUE.test(second[i] ?? ''))
}
