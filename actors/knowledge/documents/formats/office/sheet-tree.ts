import type { Paragraph, RootContent, TableCell, TableRow } from 'mdast'
import { at, note } from '../../../text/document.ts'
import { isEnded } from '../../../text/sentences.ts'
import { isOfUnits, withUnits } from '../value-rows.ts'
import { blocksOf, type Cell, type Row, type Sheet } from './sheet.ts'
import { groupsOf } from './sheet-groups.ts'
import { headsOf } from './sheet-heads.ts'
import { atOtherHeads, withoutRepeats } from './sheet-repeats.ts'
import { cellKey, extentsOf } from './sheet-spans.ts'

/** Longer text names nothing. */
const NAME_CHARS_MAX = 100
/** A larger block that is nearly empty is no table. */
const AREA_MAX = 1_000_000
const FILLED_LEAST = 0.25

/** The tables and texts of a sheet. A line is a row. `name`: the heading of the sheet, if it needs one. */
export function sheetTree(sheet: Sheet, name: string): RootContent[] {
  const top: RootContent[] = name === '' ? [] : [heading(2, name, sheet.rows[0]?.line ?? 1)]
  const found: RootContent[] = [...top]
  let named = false
  for (const block of blocksOf(sheet.rows, sheet.narrow).flatMap(atOtherHeads).flatMap(withoutRepeats)) {
    const nodes = blockTree(block, sheet)
    // What stands above one table is not about the next.
    if (named && nodes[0]?.type !== 'heading') found.push(...top)
    named = nodes.some(({ type }) => type === 'heading')
    for (const node of nodes) found.push(node)
  }
  return found
}

function blockTree(rows: readonly Row[], sheet: Sheet): RootContent[] {
  const top = rows.findIndex(({ cells }) => cells.length > 1)
  if (top < 0) return columnTree(rows)
  // Below a table stand notes. A row of its first column may be a name without values.
  let end = rows.length
  while (end > top + 1 && rows[end - 1]?.cells.length === 1) end -= 1
  return [
    ...titles(rows.slice(0, top)),
    ...tableTree(rows.slice(top, end), sheet),
    ...rows.slice(end).map(paragraph),
  ]
}

/** What stands above a table is about it. */
function titles(rows: readonly Row[]): RootContent[] {
  let depth: 2 | 3 | 4 | 5 | 6 = 2
  return rows.map((row) => {
    const text = row.cells[0]?.text ?? ''
    if (!isName(row.cells[0])) return paragraph(row)
    depth = Math.min(6, depth + 1) as 3 | 4 | 5 | 6
    return heading(depth, text, row.line)
  })
}

function isName(cell: Cell | undefined): boolean {
  if (cell === undefined || cell.number || cell.text.length > NAME_CHARS_MAX) return false
  return /\p{L}/u.test(cell.text) && !isEnded(cell.text) && !/[:：]/u.test(cell.text)
}

/** One column: a list with its name, or paragraphs. */
function columnTree(rows: readonly Row[]): RootContent[] {
  const [first, ...rest] = rows
  const own = first?.cells[0]
  const short = rows.every(({ cells: [cell] }) => cell !== undefined && (cell.number || isName(cell)))
  if (first === undefined || own === undefined || !short || rest.length < 2 || !isName(own))
    return rows.map(paragraph)
  return [
    heading(3, own.text, first.line),
    {
      type: 'list',
      children: rest.map((row) => ({ type: 'listItem', children: [paragraph(row)], ...at(row.line) })),
    },
  ]
}

function tableTree(rows: readonly Row[], sheet: Sheet): RootContent[] {
  const columns = [...new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column)))].sort(
    (a, b) => a - b,
  )
  const filled = rows.reduce((sum, { cells }) => sum + cells.length, 0)
  const area = rows.length * columns.length
  if (area > AREA_MAX && filled < FILLED_LEAST * area) return rows.map(paragraph)
  const places = new Map(columns.map((column, i) => [column, i]))
  const texts = rows.map(({ cells }) => {
    const own: string[] = Array.from({ length: columns.length }, () => '')
    for (const { column, text } of cells) own[places.get(column) as number] = text
    return own
  })
  const merged = extentsOf(rows, columns, sheet.spans)
  const marked = headsOf(rows, texts, merged, sheet.heads)
  const groups = marked > 2 ? undefined : groupsOf(rows, columns, merged)
  const heads = groups === undefined ? marked : 2
  const extents = groups === undefined ? merged : new Map([...merged, ...groups])
  const made = rows.map(({ line, cells }, r): TableRow => {
    const children = columns.map(
      (): TableCell => ({ type: 'tableCell', children: [], ...note({ head: r < heads }) }),
    )
    for (const { column, text } of cells) {
      const i = places.get(column) as number
      children[i] = {
        type: 'tableCell',
        children: [{ type: 'text', value: text, ...at(line) }],
        ...note({ head: r < heads, ...extents.get(cellKey(line, column)) }),
      }
    }
    return { type: 'tableRow', children, ...at(line) }
  })
  const all = made.map((row, i) => ({ row, cells: texts[i] ?? [] }))
  const children = (heads === 1 && isOfUnits(texts) ? withUnits(all) : all).map(({ row }) => row)
  return [{ type: 'table', children, ...note({ headless: heads === 0 }) }]
}

function heading(depth: 2 | 3 | 4 | 5 | 6, value: string, line: number): RootContent {
  return { type: 'heading', depth, children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

function paragraph({ line, cells }: Row): Paragraph {
  const value = cells.map(({ text }) => text).join(' · ')
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}
