import type { Paragraph, RootContent } from 'mdast'
import { note } from '../../text/document.ts'
import { isOfLabels } from '../../text/field-labels.ts'
import { isEnded } from '../../text/sentences.ts'
import { isDate, isNumber, isNumberedName, isOfFields, isOfOneUnit } from '../../text/table-heads.ts'
import { filledDown, withGroupedHead } from './value-heads.ts'
import { isHeadless, isOfUnits, isValue, type ValueRow, withUnits } from './value-rows.ts'

/** Where a part stands among those of a file. */
interface Place {
  readonly first: boolean
  readonly last: boolean
}

/** The tree of a table, of a record above one, or of lines below one. */
export function partTree(rows: readonly ValueRow[], place: Place): RootContent[] {
  const top = rows.findIndex(({ cells }) => filledOf(cells) > 1)
  if (top < 0 && !place.first) return rows.flatMap(paragraphsOf)
  const end = endOf(rows, top)
  const notes = rows.slice(end).flatMap(paragraphsOf)
  const own = rows.slice(0, end)
  const records = own.slice(Math.max(0, top)).map(({ cells }) => cells)
  const fields = top < 0 ? 0 : fieldsAbove(records)
  if (fields > 0 && fields < records.length)
    return [
      ...partTree(own.slice(0, top + fields), { first: place.first, last: false }),
      ...partTree(own.slice(top + fields), { first: false, last: place.last }),
      ...notes,
    ]
  if ((place.first && place.last ? isOfLabels(records) : isRecord(records, place)) || fields > 0)
    return [
      ...own.slice(0, top).flatMap(paragraphsOf),
      { type: 'table', children: own.slice(top).map(({ row }) => row), ...aboutOf(own.slice(0, top), true) },
      ...notes,
    ]
  return [...tableOf(own), ...notes]
}

function paragraphsOf({ row }: ValueRow): RootContent[] {
  return row.children
    .filter(({ children: [cell] }) => cell?.type === 'text' && cell.value !== '')
    .map(
      ({ children }): Paragraph => ({
        type: 'paragraph',
        children,
        ...(row.position === undefined ? {} : { position: row.position }),
      }),
    )
}

/** Where the rows of a table end, above lines of one cell that say something about it: "Source: the staff list." */
function endOf(rows: readonly ValueRow[], top: number): number {
  let end = rows.length
  if (top < 0) return end
  // "Paint the hall door." is a task without an owner below "Call the plumber today.", which has one.
  const known = new Set(
    rows.slice(top + 1).flatMap(({ cells }) => (filledOf(cells) > 1 ? [noteKind(cells[0] ?? '')] : [])),
  )
  const isNote = ([text = '', ...others]: readonly string[]) => {
    const kind = others.every((cell) => cell === '') ? noteKind(text) : -1
    return kind >= 0 && !known.has(kind)
  }
  while (end > top + 2 && isNote(rows[end - 1]?.cells ?? [])) end -= 1
  return end
}

/** Which kind of a note a text may be, "* without VAT", "Source: the staff list", "Prices include VAT."; -1 for none. */
function noteKind(text: string): number {
  if (/^(?:\*+|†|‡|\(?\d\)) ?\p{L}/u.test(text)) return 0
  if (/^\p{L}[\p{L} ]{1,30}[:：] \S/u.test(text)) return 1
  return isEnded(text) && text.split(/\s+/u).length > 2 ? 2 : -1
}

/** How many rows above a wider table are the fields of one thing: "Kunde:;Max Muster;;;" above "Datum;Text;Soll;Haben". */
function fieldsAbove(rows: readonly (readonly string[])[]): number {
  const end = rows.findIndex((cells) => filledOf(cells) !== 2 || cells[0] === '' || cells[1] === '')
  const own = rows.slice(0, end < 0 ? rows.length : end)
  const marked =
    own.length > 0 && own.every(([label = '', value = '']) => LABEL.test(label) && !LABEL.test(value))
  if (!marked && !isOfLabels(own.map((cells) => cells.slice(0, 2)))) return 0
  return end < 0 || filledOf(rows[end] ?? []) > 2 ? own.length : 0
}

const LABEL = /^\p{L}.{0,40}[:：]$/u

/** Whether a part has the fields of one thing, as an invoice has above its items: "Invoice", "INV-9" above "Due", "2024-03-31". */
function isRecord(rows: readonly (readonly string[])[], { last }: Place): boolean {
  if (rows.length < 2) return false
  const labels = rows.map(([label = '']) => label)
  const isPair = ([label = '', value = '', ...others]: readonly string[]) =>
    label !== '' && value !== '' && others.every((cell) => cell === '')
  if (
    !rows.every(isPair) ||
    labels.some((label) => /\d/u.test(label)) ||
    new Set(labels).size < labels.length
  )
    return false
  if (isOfLabels(rows.map((cells) => cells.slice(0, 2)))) return true
  const [first = '', ...rest] = rows.map(([, value = '']) => value)
  const isDated = isDate(first) && DATE_NAME.test(labels[0] ?? '')
  if (!isDated && namesValues(first, rest, labels.slice(1))) return false
  if (/\d/u.test(first) || isOfFields(rows)) return true
  // Above a table stands "Customer", "Ana Diaz".
  if (last || !rest.some(isDate)) return false
  return rest.some((value) => !/\d/u.test(value)) || TITLE.test(first)
}

/** "Ana Diaz", "Harbour Wall". */
const TITLE = /^\p{Lu}\S* \p{Lu}/u

/** What names a date: "Start Date", "Due", "Lieferdatum". */
const DATE_NAME =
  /(?:\b(?:am|date|day|deadline|due|end|from|on|since|start|tag|until)|datum|frist|beginn|ende|seit|bis|fällig)$/iu

/**
 * Whether the first value names those below, which are of one kind: dates below "Start Date", figures below "Price 2024 (EUR)". What has
 * no words, as "2024-117", names none, and labels that name dates ("Order date") have their own.
 */
function namesValues(first: string, values: readonly string[], labels: readonly string[]): boolean {
  const rest = values.filter((value) => !NO_VALUE.test(value))
  const isDated = labels.some((label) => DATE_NAME.test(label))
  if (DATE_NAME.test(first) && rest.some(isDate)) return !isDated
  const isNamed = !/\d/u.test(first) || isNumberedName(first) || /^\p{L}{2,}[ (]/u.test(first)
  if (!isNamed || rest.length === 0) return false
  // A date in dots is a figure too.
  if (rest.every(isDate)) return !isDate(first) && !isDated && (rest.length > 1 || !TITLE.test(first))
  if (rest.every(isNumber)) return true
  return !isDate(first) && rest.length > 1 && isOfOneUnit(rest)
}

const NO_VALUE = /^(?:[-–—?]+|n\/a|k\. ?A\.|none|open|tbd|offen|keine)$/iu

/** A table with what stands above it. */
function tableOf(rows: readonly ValueRow[]): RootContent[] {
  const records = rows.map(({ cells }) => cells)
  const head = headAt(records)
  const sections = isOfSections(records, head)
  const titles = sections ? 0 : head
  const headless = isHeadless(records.slice(head)) || (sections && records[head]?.some(isValue) === true)
  const [first, ...below] = rows.slice(head)
  const own =
    sections && first !== undefined
      ? inSections(first, below, rows[0] as ValueRow, headless)
      : rows.slice(head)
  const table: RootContent = {
    type: 'table',
    children: (headless || sections ? own : withHead(own)).map(({ row }) => row),
    ...aboutOf(rows.slice(0, titles), headless),
  }
  return [...rows.slice(0, titles).flatMap(paragraphsOf), table]
}

function aboutOf(titles: readonly ValueRow[], headless: boolean): { data: object } {
  const about = titles.flatMap(({ cells }) => cells.filter((cell) => cell !== '')).join(' – ')
  return note({ values: true, headless, ...(about === '' ? {} : { about }) })
}

function withHead(rows: readonly ValueRow[]): readonly ValueRow[] {
  const records = rows.map(({ cells }) => cells)
  return filledDown(isOfUnits(records) ? withUnits(rows) : withGroupedHead(rows))
}

/**
 * Whether the line above the head names the first rows alone: further down stands another such line, and below it a row is called as
 * one of the first ("Bolts", then the head, "M4", "M5", then "Nuts", "M4").
 */
function isOfSections(records: readonly (readonly string[])[], head: number): boolean {
  if (head !== 1 || isEnded(records[0]?.[0] ?? '') || (records[1]?.length ?? 0) < 3) return false
  const isName = (cells: readonly string[] | undefined) => cells?.[0] !== '' && filledOf(cells ?? []) === 1
  const next = records.findIndex(
    (cells, i) => i > head && isName(cells) && filledOf(records[i + 1] ?? []) > 1,
  )
  if (next < 0) return false
  const names = new Set(records.slice(head, next).map(([name = '']) => name))
  return (
    next > head + 1 &&
    records.slice(next + 1).some((cells) => filledOf(cells) > 1 && names.has(cells[0] ?? ''))
  )
}

function inSections(
  head: ValueRow,
  rows: readonly ValueRow[],
  title: ValueRow,
  headless: boolean,
): ValueRow[] {
  return headless ? [title, head, ...rows] : [head, title, ...rows]
}

/** The tables of a file by the numbers of their rows: a file may have several, below blank lines. */
export function partsOf(records: readonly (readonly string[])[]): number[][] {
  const parts: number[][] = []
  let open: number[] = []
  let blank = false
  records.forEach((cells, i) => {
    if (cells.every((cell) => cell === '')) {
      blank = true
      return
    }
    const last = records[open.at(-1) ?? -1]
    if (blank && last !== undefined && filledOf(last) > 1 && isOther(last, cells)) {
      parts.push(open)
      open = []
    }
    blank = false
    open.push(i)
  })
  return [...parts, open]
}

function filledOf(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== '').length
}

/** Whether a row below a blank line begins another table than the row above it belongs to. */
function isOther(above: readonly string[], below: readonly string[]): boolean {
  const width = (cells: readonly string[]) => cells.findLastIndex((cell) => cell !== '') + 1
  if (width(above) !== width(below)) return true
  return above.some(
    (cell, i) => /^[\p{N}.,-]+$/u.test(cell) && !/\p{N}/u.test(below[i] ?? '') && below[i] !== '',
  )
}

const FIRST_LINES = 10

/** The first row of several cells, below rows of one. */
function headAt(rows: readonly (readonly string[])[]): number {
  const several = rows.slice(0, FIRST_LINES).findIndex((row) => filledOf(row) > 1)
  return Math.max(0, several)
}
