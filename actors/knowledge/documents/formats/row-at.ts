import type { TableCell, TableRow } from 'mdast'
import { at } from '../../text/document.ts'

/** A row of a table whose cells all stand on a line. */
export function rowAt(texts: readonly string[], line: number): TableRow {
  return { type: 'tableRow', children: texts.map((text) => cellAt(text, line)), ...at(line) }
}

export function cellAt(value: string, line: number): TableCell {
  return { type: 'tableCell', children: [{ type: 'text', value, ...at(line) }] }
}
