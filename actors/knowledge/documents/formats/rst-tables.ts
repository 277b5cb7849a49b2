import { parse } from 'csv-parse/sync'
import { indent } from '../../text/indent.ts'

/** A table of reStructuredText; a first row of empty cells stands for a missing head. */
export interface RstTable {
  readonly rows: readonly (readonly string[])[]
  /** How many lines of the file it takes. */
  readonly lines: number
  readonly title?: string
}

/** The table that begins on a line: drawn, or written as a directive. */
export function rstTableAt(lines: readonly string[], at: number): RstTable | undefined {
  return gridAt(lines, at) ?? columnsAt(lines, at) ?? directiveAt(lines, at)
}

const DIRECTIVE = /^(\s*)\.\.\s+(list-table|csv-table)::\s*(.*)$/u

/** `.. list-table::` has a list of rows that are lists of cells, `.. csv-table::` comma-separated rows. */
function directiveAt(lines: readonly string[], at: number): RstTable | undefined {
  const [, space = '', kind = '', title = ''] = DIRECTIVE.exec(lines[at] ?? '') ?? []
  if (kind === '') return undefined
  let end = at + 1
  while (end < lines.length && (lines[end]?.trim() === '' || indent(lines[end] as string) > space.length))
    end += 1
  while (lines[end - 1]?.trim() === '') end -= 1
  const body = lines.slice(at + 1, end)
  const options = new Map<string, string>()
  for (const line of body) {
    const [, name = '', value = ''] = /^\s*:([\w-]+):\s*(.*)$/u.exec(line) ?? []
    if (name !== '') options.set(name, value)
    else if (line.trim() === '' || options.size === 0) break
  }
  const content = body.filter((line) => !/^\s*:[\w-]+:/u.test(line))
  const own = kind === 'list-table' ? listedRows(content) : csvRows([options.get('header') ?? '', ...content])
  const headed = kind === 'csv-table' && options.has('header')
  const [first] = own
  if (first === undefined) return undefined
  const rows = headed || Number(options.get('header-rows') ?? 0) > 0 ? own : [first.map(() => ''), ...own]
  return { rows, lines: end - at, ...(title.trim() === '' ? {} : { title: title.trim() }) }
}

function listedRows(lines: readonly string[]): string[][] {
  const rows: string[][] = []
  for (const line of lines) {
    const [, row = '', cell] = /^\s*([*-]\s+)?(?:[*-](?:\s+|$))(.*)$/u.exec(line) ?? []
    const open = rows.at(-1)
    if (row !== '') rows.push([cell ?? ''])
    else if (open === undefined) continue
    else if (cell !== undefined) open.push(cell)
    else if (line.trim() !== '') open.push(`${open.pop() ?? ''} ${line.trim()}`.trim())
  }
  return rows
}

function csvRows(lines: readonly string[]): string[][] {
  const text = lines.map((line) => line.trim()).join('\n')
  return parse(text, {
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  }) as string[][]
}

/** A table drawn with +, - and |. */
function gridAt(lines: readonly string[], at: number): RstTable | undefined {
  if (!/^\s*\+(?:[-=]+\+)+\s*$/u.test(lines[at] ?? '')) return undefined
  const rows: string[][] = []
  let row: string[] | undefined
  let end = at
  for (; end < lines.length && /^\s*[+|]/u.test(lines[end] as string); end += 1) {
    const line = (lines[end] as string).trim()
    if (line.startsWith('+')) {
      if (row !== undefined) rows.push(row)
      else if (end > at) break
      row = undefined
    } else {
      const cells = line
        .replace(/^\||\|$/gu, '')
        .split('|')
        .map((cell) => cell.trim())
      row = row === undefined ? cells : row.map((cell, i) => `${cell} ${cells[i] ?? ''}`.trim())
    }
  }
  return rows.length < 2 ? undefined : { rows, lines: end - at }
}

/** A table under rules of = that mark its columns. It ends at a rule above an empty line. */
function columnsAt(lines: readonly string[], at: number): RstTable | undefined {
  const rule = /^\s*(?:=+\s+)+=+\s*$/u
  if (!rule.test(lines[at] ?? '')) return undefined
  const starts = [...(lines[at] as string).matchAll(/=+/gu)].map(({ index }) => index)
  const rows: string[][] = []
  let rules = 1
  let end = at + 1
  for (; end < lines.length; end += 1) {
    const line = lines[end] as string
    const empty = line.trim() === ''
    if (empty && (rules < 2 || rule.test(lines[end - 1] ?? ''))) break
    if (rule.test(line)) {
      if (rows.length === 0 && rules > 1) break
      rules += 1
    } else if (!empty && !/^\s*-[-\s]*$/u.test(line)) {
      const cells = starts.map((start, i) => line.slice(start, starts[i + 1]).trim())
      const last = rows.at(-1)
      if (cells[0] === '' && last !== undefined)
        cells.forEach((cell, i) => {
          last[i] = `${last[i]} ${cell}`.trim()
        })
      else rows.push(cells)
    }
  }
  return rules < 2 || rows.length < 2 ? undefined : { rows, lines: end - at }
}
