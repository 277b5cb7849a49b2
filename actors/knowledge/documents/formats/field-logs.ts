import type { RootContent, TableRow } from 'mdast'
import { at, type Document, note } from '../../text/document.ts'
import { paragraphOf } from './comments.ts'
import { linesOf } from './lines.ts'
import { rowAt } from './row-at.ts'

/** "#Fields: date time c-ip sc-status", "#fields\tts\tuid". */
const FIELDS = /^#Fields(?::\s*|\t)(?=\S)/iu
const ANY_FIELDS = /^#Fields(?::|\t)/imu
/** "#Software: Internet Services 10.0". */
const REMARK = /^#([\p{L}-]+):\s*(\S.*)$/u
/** Of the lines, so many have as many parts as there are fields. */
const ROWS_SHARE = 0.8

/** Logs whose lines have the fields that a line above them names, as web servers write them: rows. Undefined for other logs. */
export function readFieldLog(file: string, text: string): Document | undefined {
  if (!ANY_FIELDS.test(text)) return undefined
  const children: RootContent[] = []
  const remarks: { text: string; line: number }[] = []
  let head: readonly string[] = []
  let rows: TableRow[] = []
  let [tabs, live, fitting] = [false, 0, 0]
  const close = () => {
    if (rows.length > 1)
      children.push({ type: 'table', children: rows, ...at(lineOf(rows[0])), ...note({ values: true }) })
    rows = []
  }
  for (const [i, line] of linesOf(text).entries()) {
    if (line.trim() === '') continue
    if (FIELDS.test(line)) {
      close()
      const names = line.replace(FIELDS, '')
      tabs = names.includes('\t')
      head = partsOf(names, tabs)
      rows = [rowAt(head, i + 1)]
    } else if (line.startsWith('#')) {
      const [, key, value] = REMARK.exec(line) ?? []
      if (key !== undefined) remarks.push({ text: `${key}: ${value}`, line: i + 1 })
    } else {
      const parts = partsOf(line, tabs || line.includes('\t'))
      const fits = parts.length === head.length
      live += 1
      if (fits) fitting += 1
      rows.push(rowAt(fits ? parts : [line.trim(), ...head.slice(1).map(() => '')], i + 1))
    }
  }
  close()
  if (live === 0 || fitting < ROWS_SHARE * live) return undefined
  const above = remarks.length === 0 ? [] : [paragraphOf(remarks)]
  return { file, tree: { type: 'root', children: [...above, ...children] } }
}

/** Values with spaces stand in quotes, a line in the place of one that is missing. */
function partsOf(line: string, tabs: boolean): string[] {
  const parts = tabs ? line.split('\t') : (line.match(/"[^"]*"|\S+/gu) ?? [])
  return parts.map((part) => {
    const bare = part.trim().replace(/^"([^"]*)"$/u, '$1')
    return bare === '-' ? '' : bare
  })
}

function lineOf(row: TableRow | undefined): number {
  return row?.position?.start.line ?? 1
}
