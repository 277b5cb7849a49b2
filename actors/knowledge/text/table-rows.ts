import type { Table, TableCell, TableRow } from 'mdast'
import { clip } from './clip.ts'
import { noted } from './document.ts'
import { isOfLabels } from './field-labels.ts'
import { formRows } from './form-rows.ts'
import { isName } from './items.ts'
import { loneNames } from './lone-names.ts'
import { isOld } from './old-values.ts'
import { plainText } from './plain.ts'
import { isAcross, isNameAcross, onLine, type Read, type RowText, rowTexts } from './row-texts.ts'
import { isNumberedName, namesColumns, namesPair } from './table-heads.ts'
import { Totals } from './table-totals.ts'
import { unnamedCells } from './wide-cells.ts'

/** The rows of a table below its head, in order: "Plan: Business · Seats: 50". */
export function tableRows(table: Table, folded: boolean): RowText[] {
  if (noted(table).record === true)
    return table.children.map((row, i) => recordRow(row, table.children[i - 1], folded))
  const rows = table.children.map((row) => ({ row, cells: cellTexts(row, folded), line: lineOf(row) }))
  const form = formRows(rows)
  if (form !== undefined) return aboutAll(table, form)
  spread(table, rows)
  const heads = noted(table).headless === true ? 0 : Math.max(headRows(table), groupedHeads(table, rows))
  // A head across all columns names the table.
  const top = Math.max(
    0,
    rows.findIndex(({ cells }) => cells.some((text) => text !== '')),
  )
  const first = rows[top]
  const names = heads > top + 1 ? isAcross : isNameAcross
  const across = heads > top && first !== undefined && new Set(first.cells).size === 1 && names(first.row)
  const head = headTexts(rows.slice(across ? top + 1 : 0, heads).map(({ cells }) => cells))
  if (head.every((text) => text === '')) withoutCopies(table, rows)
  const unnamed = unnamedCells(table, rows, heads)
  const found: RowText[] = []
  const totals = new Totals()
  const title = across ? clip(first?.cells[0] ?? '') : ''
  let group = title
  let name = ''
  // The name of a group without rows, which may be a sentence about the table.
  let bare: { readonly text: string; readonly line: number } | undefined
  const close = () => {
    if (bare !== undefined && !isName(bare.text))
      found.push({ plain: onLine(bare.text, bare.line), group: '' })
    bare = undefined
  }
  const body = rows.slice(heads)
  const lone = loneNames(
    head[0] ?? '',
    body.map(({ cells }) => cells),
  )
  for (const [at, { row, cells, line }] of body.entries()) {
    if (goesOn(cells) && noted(table).values !== true) cells[0] = name
    name = cells[0] ?? ''
    const filled = cells.filter((text) => text !== '')
    if (filled.length === 0 || (filled.length > 1 && isAgain(head, cells))) continue
    if (
      cells.length > 1 &&
      (filled.length === 1 || new Set(filled).size === 1) &&
      cells[0] !== '' &&
      !lone.has(at) &&
      (cells.length > 2 || isAcross(row))
    ) {
      close()
      totals.group()
      group = clip(cells[0] as string)
      bare = { text: cells[0] as string, line }
    } else {
      bare = undefined
      if (totals.isOfAll(filled[0] ?? '')) group = title
      const own = unnamed.get(heads + at)
      const named = own === undefined ? head : head.map((text, i) => (own.has(i) ? '' : text))
      for (const text of rowTexts(named, cells)) found.push({ plain: onLine(text, line), group })
    }
  }
  close()
  return aboutAll(table, found)
}

/** The rows under what all of the table is about. */
function aboutAll(table: Table, rows: RowText[]): RowText[] {
  const about = clip(noted(table).about ?? '')
  return about === ''
    ? rows
    : rows.map((one) => ({ ...one, group: one.group === '' ? about : `${about} – ${one.group}` }))
}

/** Whether a head stands again among the rows, as on the next page or for the next group. */
function isAgain(head: readonly string[], cells: readonly string[]): boolean {
  return new Set(cells).size > 1 && cells.every((text, i) => text === (head[i] ?? ''))
}

/** A row without a name, but otherwise complete, has that of the row above: people write it once. */
function goesOn([first, ...others]: readonly string[]): boolean {
  return first === '' && others.length > 1 && others.every((text) => text !== '')
}

/** "cache · port: 6379 (redis)": of a field of a record. */
function recordRow(row: TableRow, before: TableRow | undefined, folded: boolean): RowText {
  const [label = '', own = '', value = '', note = ''] = cellTexts(row, folded)
  const [labelBefore = '', keyBefore = ''] = before === undefined ? [] : cellTexts(before, folded)
  // "discovered: 1968, by: Moreau": what the word belongs to stands before it.
  const goesOn = PARTICLE.test(own) && labelBefore === label && /^\p{L}+$/u.test(keyBefore)
  const key = goesOn && !PARTICLE.test(keyBefore) ? `${keyBefore} ${own}` : own
  const said = [value, ...(note === '' ? [] : [`(${note})`])].filter((part) => part !== '').join(' ')
  const text = `${key === '' ? '' : `${key}: `}${said}`
  // "maxAttempts" is asked for as max attempts.
  const words = key.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase()
  return {
    plain: onLine(label === '' ? text : `${label} · ${text}`, lineOf(row)),
    group: words === key.toLowerCase() ? '' : words,
  }
}

const PARTICLE = /^(?:by|at|on|in|from|until|with|per|of)$/iu

/** A head row has head cells only; in Markdown the first row always is one. */
function headRows(table: Table): number {
  const ofHtml = table.children.some((row) => row.children.some((cell) => noted(cell).head !== undefined))
  if (!ofHtml) return table.children.length > 1 ? 1 : 0
  const first = table.children.findIndex((row) =>
    row.children.some((cell) => noted(cell).head === false && cell.children.length > 0),
  )
  const empty = table.children[0]?.children.every((cell) => cell.children.length === 0) === true
  // The tree of a table without a head row has an empty one.
  const marked =
    first < 0 ? Math.min(1, table.children.length - 1) : Math.max(withoutGroup(table, first), empty ? 1 : 0)
  const anyHead = table.children.some((row) => row.children.some((cell) => noted(cell).head === true))
  if (anyHead) return marked
  // The name of a table may stand above its head, in one cell across.
  const head = isNameAcross(table.children[marked]) ? marked + 1 : marked
  return looksLikeHead(table.children.slice(head)) ? head + 1 : marked
}

/** Below its head a table may begin with a name for the next rows, as one head cell across. */
function withoutGroup({ children }: Table, heads: number): number {
  const last = children[heads - 1]
  const filled = last?.children.filter((cell) => cell.children.length > 0) ?? []
  return heads > 1 && last !== undefined && filled.length === 1 && isAcross(last) ? heads - 1 : heads
}

/** Authors mark the head in bold, or not at all; then it has words where the rows below have numbers. */
function looksLikeHead([first, ...below]: readonly TableRow[]): boolean {
  if (first === undefined || below.length === 0) return false
  const marked = first.children.filter((cell) => cell.children.length > 0)
  if (
    marked.length > 0 &&
    marked.every((cell) => cell.children.length === 1 && cell.children[0]?.type === 'strong')
  )
    return true
  // A name of several rows names no column.
  const [side] = first.children
  const wide = first.children.some((cell) => (noted(cell).columns ?? 1) > 1)
  const deep = first.children.filter((cell) => (noted(cell).rows ?? 1) > 1)
  if (!wide && deep.length === 1 && deep[0] === side) return false
  const texts = cellTexts(first, true)
  const [corner, ...heads] = texts
  const mayName = (text: string) => /^(?:\p{N}{4}|[^\p{N}]+)$/u.test(text) || isNumberedName(text)
  if (corner === '' && heads.length > 1 && heads.every(mayName)) return true
  const rows = [texts, ...below.map((row) => cellTexts(row, true))]
  if (isOfLabels(rows)) return false
  if (texts.length <= 2) return !texts.includes('') && namesPair(rows)
  return namesColumns(rows) || texts.every((text) => text !== '' && !/\d/u.test(text))
}

/**
 * Head rows of a table that marks none, where a row names groups of columns and the row below names the columns, some of them again
 * and again: "Adults" over "1 day" and "6 days", "Children" over "1 day" and "6 days". Empty cells belong to the group before them.
 */
function groupedHeads(table: Table, rows: readonly { readonly cells: string[] }[]): number {
  // The tree of a table without a head row has an empty one.
  const at = rows.findIndex(({ cells }) => cells.some((cell) => cell !== ''))
  const [groups, columns, below] = rows.slice(Math.max(0, at)).map(({ cells }) => cells)
  if (groups === undefined || columns === undefined || below === undefined) return 0
  const marked = table.children.some((row) => row.children.some((cell) => noted(cell).head === true))
  if (!marked && isOfDeepHeads(table.children[at], columns, below)) return at + 2
  const names = columns.slice(1)
  const repeated = new Set(names).size < names.length
  const full = names.length > 2 && names.every((name) => name !== '')
  if (marked || !repeated || !full || columns.length !== groups.length) return 0
  const spans = table.children[at]?.children.some((cell) => (noted(cell).columns ?? 1) > 1) === true
  const several = new Set(groups.slice(1).filter((name) => name !== '')).size > 1
  if (!several || (!spans && groups.slice(2).every((name) => name !== ''))) return 0
  for (let i = 2; i < groups.length; i += 1) if (groups[i] === '') groups[i] = groups[i - 1] ?? ''
  return at + 2
}

/** Whether cells over two rows stand beside cells over several columns, with names below these and figures below the names. */
function isOfDeepHeads(
  row: TableRow | undefined,
  names: readonly string[],
  below: readonly string[],
): boolean {
  const spans = row?.children.map((cell) => noted(cell)) ?? []
  const deep = spans[0]?.rows === 2 && (spans[0].columns ?? 1) === 1
  const wide = spans.some(({ columns = 1, rows = 1 }) => columns > 1 && rows === 1)
  const isNamed = names.slice(1).every((name) => name !== '' && !/\d/u.test(name))
  return deep && wide && isNamed && below[0] !== names[0] && below.slice(1).some((text) => /\d/u.test(text))
}

/** The heads of several head rows, joined column by column. */
function headTexts(rows: readonly (readonly string[])[]): string[] {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0)
  return Array.from({ length: columns }, (_, i) => {
    const own = rows.map((row) => row[i] ?? '').filter((text) => text !== '')
    return clip([...new Set(own)].join(' ').replace(/[:：]$/u, ''))
  })
}

/** Repeats the text of a cell in the columns and rows it spans, where the tree has empty cells. */
function spread(table: Table, rows: readonly { readonly cells: string[] }[]): void {
  table.children.forEach((row, r) => {
    row.children.forEach((cell, c) => {
      const { columns = 1, rows: deep = 1 } = noted(cell)
      const text = rows[r]?.cells[c] ?? ''
      for (let below = r; below < Math.min(r + deep, rows.length); below += 1) {
        const own = rows[below]?.cells ?? []
        for (let beside = c; beside < Math.min(c + columns, own.length); beside += 1)
          if (own[beside] === '') own[beside] = text
      }
    })
  })
}

/** Without a head a cell of several columns says once what it says. */
function withoutCopies(table: Table, rows: readonly Read[]): void {
  table.children.forEach((row, r) => {
    row.children.forEach((cell, c) => {
      const { columns = 1, rows: deep = 1 } = noted(cell)
      const text = rows[r]?.cells[c] ?? ''
      if (columns < 2 || text === '') return
      for (let below = r; below < Math.min(r + deep, rows.length); below += 1) {
        const own = rows[below]?.cells ?? []
        for (let beside = c + 1; beside < Math.min(c + columns, own.length); beside += 1)
          if (own[beside] === text) own[beside] = ''
      }
    })
  })
}

function cellTexts(row: TableRow, folded: boolean): string[] {
  return row.children.map((cell: TableCell, i) =>
    isOld(row.children, i) ? '' : plainText(cell, folded).text.replace(/\s+/gu, ' ').trim(),
  )
}

function lineOf(row: TableRow): number {
  return row.position?.start.line ?? row.children.find((cell) => cell.position)?.position?.start.line ?? 1
}
