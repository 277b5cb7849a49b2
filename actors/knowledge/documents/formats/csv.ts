import { parse } from 'csv-parse/sync'
import type { TableRow } from 'mdast'
import type { Document } from '../../text/document.ts'
import { LINE_ENDS } from '../../text/line-ends.ts'

const DELIMITERS = [',', ';', '\t', '|']

/** A table with its first row as its head. The separator is the one that splits the first row most often. */
export function readCsv(file: string, text: string): Document {
  const first = text.slice(0, text.search(/[\r\n]|$/u)).replace(/"[^"]*"/gu, '')
  const count = (mark: string) => first.split(mark).length
  const delimiter = DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best))
  const read = parse(text, {
    delimiter,
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
    const line = info.lines - record.reduce((sum, cell) => sum + (cell.match(/\n/gu)?.length ?? 0), 0)
    return {
      type: 'tableRow',
      position: { start: { line, column: 1 }, end: { line, column: 1 } },
      children: record.map((value) => ({ type: 'tableCell', children: [{ type: 'text', value }] })),
    }
  })
  return { file, tree: { type: 'root', children: [{ type: 'table', children: rows }] } }
}
