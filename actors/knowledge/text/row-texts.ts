import type { TableRow } from 'mdast'
import { clip } from './clip.ts'
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

/** Longer rows become several statements, each with the row's name. */
const ROW_CHARS_MAX = 400

/** A label and its value. */
export function fieldText(label: string, value: string): string {
  return value === '' ? label : `${label.replace(/[:：]$/u, '')}: ${value}`
}

/** A row with the heads of its columns; a long one as several. */
export function rowTexts(head: readonly string[], cells: readonly string[]): string[] {
  const parts = cells.flatMap((text, i) => {
    const name = head[i] ?? ''
    return text === '' ? [] : [name === '' || name === text ? text : `${name}: ${text}`]
  })
  const [name = '', ...rest] = parts
  // "Seats: 50", from a table of two columns without a head row.
  if (rest.length === 1 && head.every((text) => text === ''))
    return SENTENCE.test(name) ? [name, rest[0] as string] : [fieldText(name, rest[0] as string)]
  const found: string[] = []
  let text = name
  for (const part of rest) {
    if (text.length > name.length && text.length + part.length > ROW_CHARS_MAX) {
      found.push(text)
      text = clip(name)
    }
    text += ` · ${part}`
  }
  return [...found, text]
}

/** Two texts beside each other are no name and value. */
const SENTENCE = /^\S+(?:\s+\S+){3,}[.!。]$/u

/** A text on one line of the file. */
export function onLine(text: string, line: number): Plain {
  return { text, breaks: [], lineAt: () => line }
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
