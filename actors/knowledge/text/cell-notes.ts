import type { FootnoteDefinition, Nodes, Root, RootContent, Table, TableCell, TableRow } from 'mdast'
import { noted } from './document.ts'
import { plainText } from './plain.ts'

/** A tree whose cells say what their marks refer to, and the footnotes that nothing else refers to any more. */
interface CellNotes {
  readonly tree: Root
  readonly told: ReadonlySet<FootnoteDefinition>
}

/** A longer note says more than a cell does. */
const NOTE_CHARS_MAX = 120
/** Notes stand near below their table. */
const NODES_MAX = 8
const NOTES_MAX = 50
/** Of a longer line the beginning tells that it is no note. */
const LINE_CHARS_MAX = 2 * NOTE_CHARS_MAX
/** Of a mark, and what stands before it. */
const MARK_CHARS_READ = 60
/** "18:40 *†". */
const MARKS_MAX = 3

const MARK = '\\*{1,4}|[†‡§¶]{1,3}|[⁰¹²³⁴-⁹]{1,2}|\\(?\\d{1,2}\\)|\\[#?[\\w-]{1,20}\\]_?'
const LAST_MARK = new RegExp(`(?:^|(?<![*†‡§¶⁰¹²³⁴-⁹]))(?:${MARK})$`, 'u')
/** "20 m²", "4 in³". */
const UNIT = /(?:^|\P{L})(?:[kcmd]?m|ft|in|yd|mi|s)[²³]$/u
/** "(12)", "[1]" alone in a cell is a figure. */
const FIGURE = /^[([]\d+[)\]]$/u
/** "2)" alone in a cell. */
const BRACKETED = /^\d{1,2}\)$/u
const NUMBER = /^\d+$/u
/** "***" beside "*": of hotels. */
const STARS = /^[*†‡§¶]+$/u
const NOTE_LINE = new RegExp(`^(?:\\.\\. )?(${MARK})\\s*[:=–-]?\\s*(\\S.*)$`, 'u')
/** Where something was read is no remark on a cell. */
const SOURCE =
  /https?:|www\.|\bdoi\b|\bisbn\b|\bet al\b|\bretrieved\b|\bpp?\. ?\d|\bvol\. ?\d|\((?:19|20)\d\d\)/iu

/** "18:40 [^a]" with "[^a]: Only in July." says "18:40 (only in July)": a row is read without what stands below its table. */
export function withCellNotes(tree: Root, footnotes: ReadonlyMap<string, FootnoteDefinition>): CellNotes {
  const said = new Map<string, string>()
  for (const [label, { children }] of footnotes) {
    const text = children.length === 1 ? noteText(children[0] as Nodes) : ''
    if (text !== '') said.set(label, text)
  }
  const used = new Set<string>()
  const own = { ...tree, children: inAll(tree.children, said, used) }
  if (used.size === 0) return { tree: own, told: new Set() }
  const kept = new Set(referencesIn(own))
  const told = [...used].filter((label) => !kept.has(label)).flatMap((label) => footnotes.get(label) ?? [])
  return { tree: own, told: new Set(told) }
}

function inAll(nodes: RootContent[], said: ReadonlyMap<string, string>, used: Set<string>): RootContent[] {
  const found = nodes.map((node, i): RootContent => {
    if (node.type === 'table') {
      if (noted(node).record === true) return node
      const below = notesBelow(nodes, i, node)
      if (below.size === 0 && said.size === 0) return node
      return notedTable(node, (label) => said.get(label) ?? below.get(label), used)
    }
    if (!('children' in node) || !HOLDS_TABLES.has(node.type)) return node
    const children = inAll(node.children as RootContent[], said, used)
    return children === node.children ? node : ({ ...node, children } as RootContent)
  })
  return found.every((node, i) => node === nodes[i]) ? nodes : found
}

const HOLDS_TABLES = new Set(['blockquote', 'list', 'listItem'])

/** What stands below a table after a mark: "* not on Sundays", "1) by appointment". */
function notesBelow(nodes: readonly RootContent[], at: number, table: Table): Map<string, string> {
  const found = new Map<string, string>()
  for (const node of nodes.slice(at + 1, at + 1 + NODES_MAX)) {
    if (node.type === 'heading' || node.type === 'table') break
    for (const [key, text] of node.type === 'list' ? notesOfList(node, table) : notesOf(node))
      if (!found.has(key) && found.size < NOTES_MAX && isNote(text)) found.set(key, text)
  }
  return found
}

function notesOf(node: RootContent): [string, string][] {
  if (node.type !== 'paragraph') return []
  const [mark] = node.children
  const raised = mark?.type === 'footnoteReference' ? keyOf(mark.label ?? '') : ''
  const found: [string, string][] = []
  for (const line of plainText(node, false).text.split('\n')) {
    const [, written = '', text = ''] = NOTE_LINE.exec(line.trim().slice(0, LINE_CHARS_MAX)) ?? []
    const last = found.at(-1)
    if (written !== '') found.push([keyOf(written), text])
    else if (last !== undefined) last[1] += ` ${line.trim()}`
    else if (raised !== '') found.push([raised, line.trim()])
    else return []
  }
  return found
}

/** Markdown reads "* not on Sundays" and "1) by appointment" as items. A list of anything else has items without a mark in the table. */
function notesOfList(list: RootContent & { type: 'list' }, table: Table): [string, string][] {
  const { ordered, start, children } = list
  if (children.length > NOTES_MAX || (ordered !== true && children.length > 1)) return []
  const found = children.map((item, i): [string, string] => [
    ordered === true ? String((start ?? 1) + i) : '*',
    plainText(item, true).text.trim(),
  ])
  const marks = new Set(table.children.flatMap(({ children: cells }) => cells.map(lastMarkOf)))
  return found.every(([key]) => marks.has(key)) ? found : []
}

function lastMarkOf(cell: TableCell): string {
  const last = cell.children.at(-1)
  if (last?.type === 'footnoteReference') return keyOf(last.label ?? '')
  return keyOf(markIn(plainText(cell, true).text.trim()))
}

/** The mark at the end of a text, or nothing. */
function markIn(text: string): string {
  const end = text.slice(-MARK_CHARS_READ)
  return UNIT.test(end) || FIGURE.test(text) ? '' : (LAST_MARK.exec(end)?.[0] ?? '')
}

/** "1" of "1)", "¹" and "[1]_". */
function keyOf(mark: string): string {
  return mark.replace(/[⁰¹²³⁴-⁹]/gu, (digit) => digit.normalize('NFKC')).replace(/^[[(]#?|[\])]_?$/gu, '')
}

/** What a mark refers to. */
type Notes = (key: string) => string | undefined

function notedTable(table: Table, said: Notes, used: Set<string>): Table {
  const stars = new Set(table.children.flatMap(({ children }) => children.map(starsIn)))
  stars.delete('')
  const rated = [...stars].some((mark) => said(mark) === undefined)
  const scored = falls(
    table.children.map(({ children }) => children.map(bracketedIn).find((n) => n > 0) ?? 0),
  )
  const notes: Notes = (key) =>
    (rated && STARS.test(key)) || (scored && NUMBER.test(key)) ? undefined : said(key)
  const children = table.children.map((row, i): TableRow => {
    const heads = row.children.every((cell) => noted(cell).head === true)
    const unmarked = row.children.every((cell) => noted(cell).head === undefined)
    const isHead = heads || (i === 0 && unmarked && noted(table).headless !== true)
    return isHead ? row : { ...row, children: row.children.map((cell) => notedCell(cell, notes, used)) }
  })
  return { ...table, children }
}

/** Numbers of notes rise from row to row. Points and answers don't. */
function falls(numbers: readonly number[]): boolean {
  const all = numbers.filter((n) => n > 0)
  return all.some((n, i) => n < (all[i - 1] ?? 0))
}

/** 2 of "2)" that is all of a cell, or 0. */
function bracketedIn({ children: [only, ...others] }: TableCell): number {
  const text = only?.type === 'text' && others.length === 0 ? only.value.trim() : ''
  return BRACKETED.test(text) ? Number.parseInt(text, 10) : 0
}

/** Stars or daggers that are all of a cell. */
function starsIn({ children: [only, ...others] }: TableCell): string {
  const text = only?.type === 'text' && others.length === 0 ? only.value.trim() : ''
  return STARS.test(text) ? text : ''
}

function notedCell(cell: TableCell, notes: Notes, used: Set<string>): TableCell {
  // A cell of a Word document holds paragraphs.
  const inner = cell.children.at(-1) as Nodes | undefined
  if (inner?.type === 'paragraph') {
    const last = notedCell({ ...inner, type: 'tableCell' }, notes, used)
    const own = { ...last, type: 'paragraph' as const }
    return { ...cell, children: [...cell.children.slice(0, -1), own as never] }
  }
  const found: string[] = []
  const children = [...cell.children]
  for (let last = children.at(-1); last !== undefined && found.length < MARKS_MAX; last = children.at(-1)) {
    if (last.type === 'footnoteReference') {
      const label = notes(last.identifier) === undefined ? keyOf(last.label ?? '') : last.identifier
      const note = notes(label)
      if (note === undefined) break
      used.add(label)
      found.unshift(note)
      children.pop()
      continue
    }
    if (last.type !== 'text') break
    const value = last.value.trimEnd().replace(/[,;]$/u, '')
    const mark = markIn(value)
    const note = mark === '' ? undefined : notes(keyOf(mark))
    if (note === undefined && value !== '') break
    if (note !== undefined) found.unshift(note)
    const rest = value.slice(0, value.length - mark.length)
    if (rest.trim() === '') children.pop()
    else children[children.length - 1] = { ...last, value: rest.trimEnd() }
  }
  if (found.length === 0) return cell
  const alone = children.length === 0
  const value = alone ? found.join(' ') : ` (${found.map(inBrackets).join('; ')})`
  const text = {
    type: 'text' as const,
    value,
    ...(cell.position === undefined ? {} : { position: cell.position }),
  }
  return { ...cell, children: [...children, text] }
}

/** Words that are not written with a capital but at the beginning. */
const SMALL =
  /^(?:Also|Always|At|By|During|Except|Excludes|Excluding|For|From|If|In|Includes|Including|Incl|Excl|Not|On|Only|Per|Until|When|With|Without|Auf|Außer|Bis|Für|Im|Mit|Nicht|Nur|Ohne|Von)\b/u

export function inBrackets(note: string): string {
  return note.replace(/\.$/u, '').replace(SMALL, (word) => word.toLowerCase())
}

function noteText(node: Nodes): string {
  const text = node.type === 'paragraph' ? plainText(node, true).text.replace(/\s+/gu, ' ').trim() : ''
  return isNote(text) ? text : ''
}

export function isNote(text: string): boolean {
  return text !== '' && text.length <= NOTE_CHARS_MAX && !SOURCE.test(text)
}

function referencesIn(node: Nodes): string[] {
  const found: string[] = []
  const look = (own: Nodes) => {
    if (own.type === 'footnoteReference') found.push(own.identifier)
    else if ('children' in own) for (const child of own.children) look(child)
  }
  look(node)
  return found
}
