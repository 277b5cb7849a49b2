import type { Table, TableRow } from 'mdast'
import { type Drawn, note, noted } from '../../text/document.ts'
import { FIGURE } from './pdf-sums.ts'

/** Columns below each other differ by less, in points. */
const ALIGNED = 3
const YEAR = /^(?:19|20)\d\d$/u
const DIGIT = /\d/u

/** True for the rest of a table of the page before, whose first row is no head. */
export function continues(before: Table, table: Table): boolean {
  const [head = [], ...rows] = before.children.map(textsOf)
  const [own = [], ...below] = table.children.map(textsOf)
  const last = rows.at(-1) ?? head
  if (noted(before).headless === true || head.length !== own.length) return false
  // A table of its own may share some heads with that before: "Site", "2022".
  if (own.some((text, i) => text !== '' && text === head[i])) return false
  if (own.some((text, i) => i > 0 && isCount(text) && FIGURE.test(last[i] ?? ''))) return true
  const [drawn, ownDrawn] = [noted(before).drawn, noted(table).drawn]
  if (drawn === undefined || ownDrawn === undefined || !sameColumns(drawn, ownDrawn)) return false
  if (ownDrawn.marked) return false
  if (drawn.marked) return true
  if (own.some((text, i) => isHeadOf(text, columnOf(below, i), columnOf(rows, i)))) return false
  return (drawn.low && ownDrawn.high) || own.some((text, i) => isLike(text, columnOf(rows, i)))
}

function isCount(text: string): boolean {
  return FIGURE.test(text) && !YEAR.test(text)
}

function columnOf(rows: readonly (readonly string[])[], at: number): string[] {
  return rows.map((row) => row[at] ?? '').filter((text) => text !== '')
}

function sameColumns({ columns }: Drawn, other: Drawn): boolean {
  return (
    columns.length === other.columns.length && columns.every((column, i) => isBelow(column, other.columns[i]))
  )
}

/** True if columns have their left edges, their right ones, or their centres below each other. */
function isBelow(one: Drawn['columns'][number], other: Drawn['columns'][number] | undefined): boolean {
  if (other === undefined) return false
  const [left, right] = [one.left - other.left, one.right - other.right]
  return [left, right, (left + right) / 2].some((gap) => Math.abs(gap) < ALIGNED)
}

/** True for words above figures, where the table before does not mix them. */
function isHeadOf(text: string, below: readonly string[], before: readonly string[]): boolean {
  if (text === '' || DIGIT.test(text) || below.length === 0) return false
  const figures = before.filter((own) => DIGIT.test(own)).length
  return below.every((own) => DIGIT.test(own)) && (figures === 0 || figures === before.length)
}

/** True for a value that the column has, or one that differs in its number: "Hall 37" below "Hall 36". */
function isLike(text: string, column: readonly string[]): boolean {
  const shape = shapeOf(text)
  return text !== '' && column.some((own) => shapeOf(own) === shape)
}

function shapeOf(text: string): string {
  return YEAR.test(text) ? text : text.replace(/\d+/gu, '#')
}

function textsOf({ children }: TableRow): string[] {
  return children.map(({ children: [text] }) => (text?.type === 'text' ? text.value : ''))
}

/** The rest of a table with the head of its first part. */
export function withHead(table: Table, { children: rows, data }: Table): Table {
  const marked = rows.filter(({ children }) => children.some((cell) => noted(cell as never).head === true))
  const head = marked.length > 0 ? marked : rows.slice(0, 1)
  const { headless, drawn, ...own } = noted(table)
  const first = (data as { drawn?: Drawn } | undefined)?.drawn
  const both = drawn && first ? { drawn: { ...drawn, marked: first.marked } } : {}
  return { ...table, children: [...head, ...table.children], ...note({ ...own, ...both }) }
}
