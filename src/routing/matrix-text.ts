import { readFile } from 'node:fs/promises'
import { aText } from '../kernel/demand.ts'
import { messageOfError, text as textOf } from '../kernel/errors.ts'
import { RoutingMatrixError, type RoutingProblem } from './errors.ts'

/** Names and dense A as read from text, not validated yet. */
export interface MatrixText {
  readonly names: readonly string[]
  readonly A: readonly (readonly number[])[]
}

/** Rejects with RoutingMatrixError (`routing-matrix`) for a file that can't be read. */
export async function readText(file: string | URL): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const what = `${textOf(file)} can't be read: ${messageOfError(cause)}`
    throw new RoutingMatrixError([{ path: textOf(file), value: file, what }], cause)
  }
}

/**
 * A as CSV (RFC 4180: quoted fields, doubled quotes, CRLF or LF; a byte-order mark is skipped):
 *
 *     to\from,question,dense,fuse      header: the names, in the order of the columns
 *     question,0,0,0                   each row: its name, then the weight that each column's output counts there
 *     dense,1,0,0                      an empty cell is 0
 *     fuse,0,0.7,0                     rows may be in another order than the columns
 *
 * @throws RoutingMatrixError (`routing-matrix`) with every problem, by line
 */
export function parseCsv(text: string): MatrixText {
  aText(text, 'csv')
  const problems: RoutingProblem[] = []
  const records = csvRecords(text, problems)
  const [header, ...lines] = records
  if (header === undefined) {
    throw new RoutingMatrixError([{ path: 'line 1', value: text, what: 'the CSV has no header' }])
  }
  const names = header.cells.slice(1)
  const rows = new Map<string, readonly number[]>()
  for (const { cells, line } of lines) {
    const [name = '', ...weights] = cells
    const path = `line ${line}`
    if (weights.length !== names.length) {
      problems.push({
        path,
        value: weights.length,
        what: `${path} has ${weights.length} weights for ${names.length} names`,
      })
    }
    if (!names.includes(name)) {
      problems.push({ path, value: name, what: `${path}: '${name}' is not one of the names in the header` })
    } else if (rows.has(name)) {
      problems.push({ path, value: name, what: `${path}: the row of '${name}' is listed twice` })
    }
    rows.set(
      name,
      weights.slice(0, names.length).map((cell, at) => weightOf(cell, line, names[at], problems)),
    )
  }
  for (const name of names) {
    if (!rows.has(name)) problems.push({ path: 'csv', value: name, what: `there is no row of '${name}'` })
  }
  if (problems.length > 0) throw new RoutingMatrixError(problems)
  return { names, A: names.map((name) => rows.get(name) as readonly number[]) }
}

/** @throws RoutingMatrixError (`routing-matrix`) when the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ''))
  } catch (cause) {
    throw new RoutingMatrixError(
      [{ path: 'json', value: text.slice(0, 80), what: `the text is not JSON: ${(cause as Error).message}` }],
      cause,
    )
  }
}

/** CSV of A; what `parseCsv` reads back. */
export function printCsv({ names, A }: MatrixText): string {
  const lines = A.map((row, at) => [quoted(names[at] as string), ...row].join(','))
  return `${['to\\from', ...names.map(quoted)].join(',')}\n${lines.map((line) => `${line}\n`).join('')}`
}

function quoted(name: string): string {
  return /[",\r\n]|^\s|\s$/u.test(name) ? `"${name.replaceAll('"', '""')}"` : name
}

function weightOf(
  cell: string,
  line: number,
  column: string | undefined,
  problems: RoutingProblem[],
): number {
  const text = cell.trim()
  const weight = Number(text)
  // A table of weights does not mean Number('0x10') or Number('Infinity').
  if (text === '' || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(text)) return weight
  problems.push({
    path: `line ${line}.${column}`,
    value: cell,
    what: `line ${line}: '${cell}' in column '${column}' is not a number`,
  })
  return 0
}

interface CsvRecord {
  readonly cells: readonly string[]
  readonly line: number
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/uy

/** Records with the line that each starts on, without blank lines. */
function csvRecords(text: string, problems: RoutingProblem[]): CsvRecord[] {
  const records: CsvRecord[] = []
  let cells: string[] = []
  let line = 1
  let startedOn = 1
  FIELD.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  while (FIELD.lastIndex < text.length || cells.length > 0) {
    const field = FIELD.exec(text)
    if (field === null) {
      problems.push({ path: `line ${line}`, value: text, what: `line ${line}: a quote is out of place` })
      break
    }
    const [whole, inQuotes, plain = '', end] = field
    cells.push(inQuotes === undefined ? plain.trim() : inQuotes.replaceAll('""', '"'))
    line += whole.match(/\r\n|\n|\r/gu)?.length ?? 0
    if (end === ',') continue
    if (cells.length > 1 || cells[0] !== '') records.push({ cells, line: startedOn })
    cells = []
    startedOn = line
  }
  return records
}
