import type { TableRow } from 'mdast'
import { noted } from './document.ts'
import type { Plain } from './plain.ts'

/** One row as a separate statement: its name, and each value with the head of its column. */
export interface RowText {
  readonly plain: Plain
  /** The row above that names a group of rows; empty without one. */
  readonly group: string
}

/** A row with the texts of its cells. */
export interface Read {
  readonly row: TableRow
  readonly cells: string[]
  readonly line: number
}

export function onLine(text: string, line: number): Plain {
  return { text, breaks: [], lineAt: () => line }
}

/** "Seats: 50". */
export function fieldText(label: string, value: string): string {
  return value === '' ? label : `${label.replace(/[:：]$/u, '')}: ${value}`
}

/** True for a row of one cell that spans several columns: the name of the rows below. */
export function isAcross({ children: [first] }: TableRow): boolean {
  return first !== undefined && (noted(first as never).columns ?? 1) > 1
}

/** True for a row that has nothing but such a name. */
export function isNameAcross(row: TableRow | undefined): boolean {
  return (
    row !== undefined &&
    isAcross(row) &&
    row.children.filter(({ children }) => children.length > 0).length === 1
  )
}
