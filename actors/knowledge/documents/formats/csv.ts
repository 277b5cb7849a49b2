import { parse } from 'csv-parse/sync'
import type { Paragraph, RootContent, TableRow } from 'mdast'
import { at, type Document, note } from '../../text/document.ts'
import { LINE_ENDS } from '../../text/line-ends.ts'
import { lineCounter } from './lines.ts'
import { isHeadless, isOfUnits, type ValueRow, withUnits } from './value-rows.ts'

const DELIMITERS = [',', ';', '\t', '|']

/** The first line of a table as some programs save it, for other programs. */
const SEPARATOR_LINE = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)/iu

/**
 * Tables, each with its first row as its head, unless that row has numbers, dates or addresses as the ones below. Lines of one cell above the
 * head say what the table is about, a row of units below it belongs to it. The separator is the one that splits the first lines most evenly.
 */
export function readCsv(file: string, text: string): Document {
  const [separatorLine = '', given] = SEPARATOR_LINE.exec(text) ?? []
  const written = text.slice(separatorLine.length)
  const delimiter = given ?? delimiterOf(written)
  const { body, below } = withoutRemarks(written, delimiter)
  const read = recordsOf(body, delimiter).filter(({ record }) => record[0] !== NO_ROW)
  const before = separatorLine === '' ? 0 : 1
  const rows = read.map(({ record, info }): TableRow => {
    // The parser reports the line on which a row ends.
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
  for (const { text: value, line } of below)
    children.push({
      type: 'paragraph',
      children: [{ type: 'text', value, ...at(before + line) }],
      ...at(before + line),
    })
  return { file, tree: { type: 'root', children } }
}

/** A record of values, and the line on which it ends. */
interface Read {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** Quotes around a part of a value are a part of it, and those that nothing closes stand for themselves. */
function recordsOf(body: string, delimiter: string): readonly Read[] {
  const options = {
    delimiter,
    record_delimiter: LINE_ENDS,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
  }
  const trimmed = (records: readonly Read[]) =>
    records.map(({ record, info }) => ({ record: record.map((value) => value.trim()), info }))
  const ways = [
    () => parse(body, { ...options, trim: true }) as unknown as readonly Read[],
    () => trimmed(parse(body, { ...options, ltrim: true }) as unknown as readonly Read[]),
  ]
  for (const way of ways)
    try {
      return way()
    } catch (error) {
      if (!/^CSV_(?:NON_TRIMABLE|QUOTE_NOT_CLOSED)/u.test((error as { code?: string }).code ?? ''))
        throw error
    }
  return trimmed(parse(body, { ...options, quote: null }) as unknown as readonly Read[])
}

/** Stands where a remark stood, so that no line moves. */
const NO_ROW = '\u0001'
/** The first line of the table. */
const FIRST_LINE = /^(?!#+[ \t]+\p{L})[^\n\r]*[^\s][^\n\r]*/mu
const REMARK = /^#+[ \t]+(?=\p{L})(.*)$/gmu

/**
 * Lines for people between those of a table: "# Where the courts are, and when". Above the table they are lines of one cell. One with
 * the separators of the first line is a row, or the head.
 */
function withoutRemarks(
  text: string,
  delimiter: string,
): { readonly body: string; readonly below: readonly { readonly text: string; readonly line: number }[] } {
  const below: { text: string; line: number }[] = []
  const first = /^#/mu.test(text) ? FIRST_LINE.exec(text) : null
  if (first === null) return { body: text, below }
  const count = first[0].split(delimiter).length
  const lineAt = lineCounter(text)
  const isSpaced = (line: string) => line.includes(`${delimiter} `)
  let [next, quoted] = [0, false]
  const body = text.replace(REMARK, (line: string, words: string, offset: number) => {
    // What stands between quotes is the text of a cell.
    for (next = text.indexOf('"', next); next >= 0 && next < offset; next = text.indexOf('"', next + 1))
      quoted = !quoted
    if (next < 0) next = text.length
    const row = line.split(delimiter).length === count && isSpaced(line) === isSpaced(first[0])
    if (quoted || count === 1 || row) return line
    if (offset < first.index) return `"${words.trim().replace(/"/gu, '""')}"`
    below.push({ text: words.trim(), line: lineAt(offset) })
    return NO_ROW
  })
  return { body, below }
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

/** The mark that parts most lines into as many cells; of several the one that is there more often: "£9,500;none" has two kinds. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, FIRST_CHARS)
    .replace(/"[^"]*"/gu, '')
    .split(/\r\n|\n|\r/u, FIRST_LINES)
  const told = DELIMITERS.map((mark) => {
    const counts = lines.map((line) => line.split(mark).length - 1).filter((count) => count > 0)
    const alike = counts.map((count) => counts.filter((other) => other === count).length)
    return { mark, lines: Math.max(0, ...alike), marks: counts.reduce((sum, count) => sum + count, 0) }
  })
  return told.sort((a, b) => b.lines - a.lines || b.marks - a.marks)[0]?.mark ?? ','
}

const FIRST_CHARS = 10_000
const FIRST_LINES = 10

/** The first row of several cells, below rows of one. */
function headAt(rows: readonly (readonly string[])[]): number {
  const several = rows.slice(0, FIRST_LINES).findIndex((row) => filledOf(row) > 1)
  return Math.max(0, several)
}
