import { parse } from 'csv-parse/sync'
import type { RootContent, TableRow } from 'mdast'
import { at, type Document } from '../../text/document.ts'
import { LINE_ENDS } from '../../text/line-ends.ts'
import { shownText } from './html-values.ts'
import { lineCounter } from './lines.ts'
import { rowAt } from './row-at.ts'
import { partsOf, partTree } from './value-parts.ts'

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
  const texts = read.map(({ record }) => record.map((value, i) => shownText(value, read[0]?.record[i] ?? '')))
  const rows = read.map(({ record, info }, row): TableRow => {
    // The parser reports the line on which a row ends.
    const line =
      before + info.lines - record.reduce((sum, cell) => sum + (cell.match(/\n/gu)?.length ?? 0), 0)
    return rowAt(texts[row] ?? [], line)
  })
  const children: RootContent[] = []
  const parts = partsOf(texts)
  parts.forEach((part, i) => {
    const own = part.map((row) => ({ cells: texts[row] ?? [], row: rows[row] as TableRow }))
    for (const node of partTree(own, { first: i === 0, last: i === parts.length - 1 })) children.push(node)
  })
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
  const escaped = withBackslashes(body, options)
  if (escaped !== undefined) return escaped
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

/** Programs of databases write a quote in a value as `\"`. So a file is read if all its rows then have as many values. */
function withBackslashes(
  body: string,
  options: object & { readonly delimiter: string },
): readonly Read[] | undefined {
  const mark = options.delimiter === '|' ? '\\|' : options.delimiter
  // A path ends in one before the quote that ends the value.
  if (!new RegExp(`\\\\"(?![${mark}"\\r\\n]|$)`, 'u').test(body)) return undefined
  try {
    const strict = { ...options, relax_quotes: false, trim: true, escape: '\\' }
    const read = parse(body, strict) as unknown as readonly Read[]
    const full = read.filter(({ record }) => record.some((value) => value !== ''))
    return full.every(({ record }) => record.length === full[0]?.record.length) ? read : undefined
  } catch {
    return undefined
  }
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
