import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type CsvError, parse } from 'csv-parse/sync'
import type { z } from 'zod'
import { aFilledText, demand, names } from '../../../src/kernel/demand.ts'
import { messageOfError } from '../../../src/kernel/errors.ts'
import { onlyOptions } from '../../../src/kernel/only-options.ts'
import { decode } from '../documents/decode.ts'
import { LINE_ENDS } from '../text/line-ends.ts'
import { columnsOf, named } from './column-names.ts'
import { RowsError } from './errors.ts'

/** A row that was skipped. */
export interface BadRow {
  /** Of the file, from 1. */
  readonly line: number
  readonly reason: string
}

/** The rows of a file that fit the schema, and those that don't. */
export interface Rows<T> {
  readonly rows: readonly T[]
  readonly bad: readonly BadRow[]
}

interface RawRow {
  readonly line: number
  readonly value: unknown
}

interface RawRows {
  /** The head of a table. */
  readonly columns?: readonly string[]
  readonly rows: readonly RawRow[]
  readonly bad: readonly BadRow[]
}

/** How a file of rows is read. */
export interface RowsOptions {
  /** The columns of a `.dat` file, which has no head, in their order. A `.txt` file has one, and a row a line. */
  readonly columns?: readonly string[]
}

/** Bad rows listed in an error. */
const NAMED_MAX = 5

/**
 * Reads a file of rows: `.csv` or `.tsv` with a head, `.jsonl` or `.ndjson` with an object a line, or `.json` with a list of
 * objects; with `columns` also `.dat` with `a::b::c` lines, and with one column `.txt`. In CSV and `.dat` every value is a string, so
 * numbers need `z.coerce.number()`. Names of columns may be in capitals. A row that does not fit is skipped and listed with its line
 * and the reason.
 *
 * @throws RowsError (`rows-missing`, `rows-unreadable`, `rows-empty`), InvalidArgumentError (`invalid-argument`)
 */
export async function readRows<T>(
  file: string,
  schema: z.ZodType<T>,
  options: RowsOptions = {},
): Promise<Rows<T>> {
  aFilledText(file, 'readRows.file', 'the path of a file')
  demand(schema, 'readRows.schema', 'a schema of zod', (given) => typeof given.safeParse === 'function')
  onlyOptions(options, 'readRows', ['columns'])
  const columns = options.columns === undefined ? [] : names(options.columns, 'readRows.columns')
  const raw = rawRows(file, await textOf(file), columns)
  const known = columnsOf(schema)
  const rows: T[] = []
  const bad: BadRow[] = [...raw.bad]
  for (const { line, value: given } of raw.rows) {
    const value = named(given, known)
    const read = schema.safeParse(value)
    if (read.success) rows.push(read.data)
    else bad.push({ line, reason: reasonOf(read.error, value) })
  }
  bad.sort((a, b) => a.line - b.line)
  if (rows.length === 0) throw noRows(file, bad, raw.columns, known)
  return { rows, bad }
}

async function textOf(file: string): Promise<string> {
  try {
    return textIn(file, await readFile(file))
  } catch (error) {
    if (error instanceof RowsError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      throw new RowsError('rows-missing', `there is no file ${file}`, file, 'Correct its path', error)
    throw new RowsError(
      'rows-unreadable',
      `${file} can't be read (${code ?? messageOfError(error)})`,
      file,
      'Use a file that this user may read',
      error,
    )
  }
}

/** Spreadsheets write UTF-16 and old charsets, too. */
function textIn(file: string, bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  const read = decode(bytes, false)
  if ('text' in read) return read.text
  if (read.reason === 'is empty') return ''
  throw new RowsError('rows-unreadable', `${file} ${read.reason}`, file, 'Save it as UTF-8')
}

function rawRows(file: string, text: string, columns: readonly string[]): RawRows {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return ofTable(text, delimiterOf(text))
    case '.tsv':
      return ofTable(text, '\t')
    case '.jsonl':
    case '.ndjson':
      return ofLines(text)
    case '.json':
      return ofList(file, text)
    case '.dat':
      return columns.length > 0 ? ofColons(text, columns) : unknownFormat(file)
    case '.txt':
      return columns.length === 1 ? ofTexts(text, columns[0] as string) : unknownFormat(file)
    default:
      return unknownFormat(file)
  }
}

function unknownFormat(file: string): never {
  throw new RowsError(
    'rows-unreadable',
    `${file} has none of the known formats`,
    file,
    'Use .csv, .tsv, .jsonl, .ndjson or .json',
  )
}

/** Spreadsheets write `;` where the comma is the decimal mark: a head without commas says so. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1)
  return !head.includes(',') && head.includes(';') ? ';' : ','
}

function ofTable(text: string, delimiter: string): RawRows {
  const bad: BadRow[] = []
  const read = parse(text, {
    delimiter,
    columns: true,
    info: true,
    // The parser would take the first line's end for that of all: rows that another program appended would be one.
    record_delimiter: LINE_ENDS,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    on_skip: (error: CsvError | undefined) => {
      bad.push({
        line: Number(error?.lines ?? 0),
        reason: (error?.message ?? 'is not a row').replace(/ on line \d+/u, ''),
      })
      return undefined
    },
  }) as unknown as {
    readonly record: Readonly<Record<string, string>>
    readonly info: { readonly lines: number }
  }[]
  const rows = read.map(({ record, info }) => {
    // The parser reports the line on which a row ends.
    const breaks = Object.values(record).reduce((sum, cell) => sum + (cell.match(/\n/gu)?.length ?? 0), 0)
    return { line: info.lines - breaks, value: record }
  })
  const [head] = read
  return { rows, bad, ...(head === undefined ? {} : { columns: Object.keys(head.record) }) }
}

/** As MovieLens and MovieTweetings write them. */
function ofColons(text: string, columns: readonly string[]): RawRows {
  const rows: RawRow[] = []
  const bad: BadRow[] = []
  for (const [at, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue
    const cells = line.split('::').map((cell) => cell.trim())
    if (cells.length !== columns.length)
      bad.push({ line: at + 1, reason: `has ${cells.length} columns, not ${columns.length}` })
    else rows.push({ line: at + 1, value: Object.fromEntries(columns.map((name, i) => [name, cells[i]])) })
  }
  return { rows, bad }
}

function ofTexts(text: string, column: string): RawRows {
  const rows = text.split(/\r\n|\r|\n/u).flatMap((line, at) => {
    return line.trim() === '' ? [] : [{ line: at + 1, value: { [column]: line.trim() } }]
  })
  return { rows, bad: [] }
}

function ofLines(text: string): RawRows {
  const rows: RawRow[] = []
  const bad: BadRow[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      rows.push({ line: at + 1, value: JSON.parse(line) })
    } catch {
      bad.push({ line: at + 1, reason: 'is not JSON' })
    }
  }
  return { rows, bad }
}

/** The line of a list's item is its number in the list. */
function ofList(file: string, text: string): RawRows {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new RowsError('rows-unreadable', `${file} is not JSON`, file, 'Use a list of objects', error)
  }
  if (!Array.isArray(read))
    throw new RowsError('rows-unreadable', `${file} is not a list`, file, 'Use a list of objects')
  return { rows: read.map((value: unknown, at) => ({ line: at + 1, value })), bad: [] }
}

/** Why a row does not fit its schema, in one line. */
export function reasonOf(error: z.ZodError, row: unknown): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => {
      if (path.length === 0) return message
      return `${path.join('.')}: ${isMissing(row, path) ? 'is missing' : message}`
    })
    .join('; ')
}

function isMissing(row: unknown, [name, ...deeper]: readonly PropertyKey[]): boolean {
  return (
    deeper.length === 0 &&
    typeof row === 'object' &&
    row !== null &&
    (row as Readonly<Record<PropertyKey, unknown>>)[name as PropertyKey] === undefined
  )
}

function noRows(
  file: string,
  bad: readonly BadRow[],
  columns: readonly string[] | undefined,
  known: readonly string[],
): RowsError {
  const reasons = bad.slice(0, NAMED_MAX).map(({ line, reason }) => `line ${line}: ${reason}`)
  if (bad.length > NAMED_MAX) reasons.push(`and ${bad.length - NAMED_MAX} more`)
  const head = columns === undefined ? '' : `; its columns are ${columns.join(', ')}`
  const read = known.length === 0 ? '' : `, and those that are read are ${known.join(', ')}`
  return new RowsError(
    'rows-empty',
    `${file} has no row that can be used${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}${head}${head === '' ? '' : read}`,
    file,
    'Correct the rows; the documentation of the team says their form',
  )
}
