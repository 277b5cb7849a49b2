import type { RootContent } from 'mdast'
import { at, note as noteOf } from '../../text/document.ts'
import { joined, paragraphOf } from './comments.ts'
import { rowsOf } from './flat-records.ts'
import { withoutHtml } from './html-values.ts'
import { spelled } from './record-codes.ts'
import { besideNames, type Naming, nameKeyOf, nameOf, namingOf, nestedNaming } from './record-names.ts'
import { partsOfRecord, type RecordPart } from './record-parts.ts'
import { hasName, keysApart, labelOf, type Path, type Step } from './record-paths.ts'
import { rowAt } from './row-at.ts'
import { LIST_CHARS_MAX, rowText } from './short-values.ts'
import { type Leaf, leavesOf } from './small-records.ts'
import { type Field, PROSE_WORDS, type Value, words } from './values.ts'

/** A longer comment is more than a note on a field. */
const NOTE_CHARS_MAX = 120

/** Records as headings and rows: every row carries the keys that lead to it (`toaster · weight: 1.2 kg`). */
export function told(values: readonly Value[]): RootContent[] {
  const found: RootContent[] = []
  for (const value of values) withoutHtml(value)
  tellAll(values, [], found)
  return found
}

/** How a record is told from others of its list: by a field if it has no name, and by what stands beside a name that others have too. */
interface Names {
  readonly naming?: Naming | undefined
  readonly beside?: ReadonlyMap<Value, string>
}

/** @param apart whether others stand beside it, from which its name or its key tells it */
function tell(value: Value, path: Path, found: RootContent[], apart: boolean, names: Names = {}): void {
  if (value.kind === 'scalar') found.push(paragraph(value.text, value.line))
  else if (value.kind === 'list') tellList(value.items, path, found)
  else {
    const own = value.nameless === true ? undefined : (nameOf(value.fields) ?? names.naming?.(value.fields))
    const beside = names.beside?.get(value)
    const text = own === undefined || beside === undefined ? own : `${own}, ${beside}`
    const to = text === undefined || path.at(-1)?.text === text ? path : [...path, nameStep(text, apart)]
    const named =
      own === undefined ? undefined : { text: own, key: nameKeyOf(value.fields) ?? names.naming?.key }
    const both = spelled(value, to, named?.key)
    const leaves = apart ? leavesOf(value, both.path) : undefined
    const said = { path: to, name: named, field: both.field }
    if (leaves === undefined) tellRecord(value, both.path, found, said)
    else tellLeaves(leaves, both.path, found, said)
  }
}

function nameStep(text: string, apart: boolean): Step {
  return { text, tells: apart ? 'apart' : 'name' }
}

/** The name of a record, and the field that it is from, which is not told again. */
interface OwnName {
  readonly text: string
  readonly key: string | undefined
}

/** What names a record, and the path without the field that is said in it. */
interface Said {
  readonly path: Path
  readonly name: OwnName | undefined
  readonly field: OwnName | undefined
}

/** A row of the record itself; that of a field which is said in its path has the path without it. */
function withoutField(row: Row, { path, field }: Said): Row {
  return isName(row, field) ? { ...row, path } : row
}

function isName({ key, text }: Pick<Row, 'key' | 'text'>, name: OwnName | undefined): boolean {
  return name !== undefined && key === name.key && text === name.text
}

/** All values of a small record in one table, each with what leads to it. */
function tellLeaves(leaves: readonly Leaf[], path: Path, found: RootContent[], said: Said): void {
  const rows = leaves
    .filter((leaf) => leaf.path !== path || !isName(leaf, said.name))
    .map((leaf) => (leaf.path === path ? withoutField(leaf, said) : leaf))
  if (path.length > 0) found.push(heading(path, leaves[0]?.line ?? 1))
  if (rows.length > 0) found.push({ ...recordOf(path, rows), ...noteOf({ record: true, whole: true }) })
}

function tellList(items: readonly Value[], path: Path, found: RootContent[]): void {
  const rows: Row[] = []
  let texts: string[] = []
  let chars = 0
  let line = 0
  const close = () => {
    if (texts.length > 0) rows.push({ key: path.at(-1)?.text ?? '', text: texts.join(', '), line })
    texts = []
    chars = 0
  }
  for (const item of items) {
    if (item.kind !== 'scalar' || item.text === '') continue
    if (words(item.text) >= PROSE_WORDS) found.push(paragraph(item.text, item.line))
    else {
      if (chars > LIST_CHARS_MAX) close()
      if (texts.length === 0) line = item.line
      texts.push(item.text)
      chars += item.text.length + 2
    }
  }
  close()
  if (rows.length > 0) found.push(recordOf(path.slice(0, -1), rows))
  tellAll(
    items.filter(({ kind }) => kind !== 'scalar'),
    path,
    found,
  )
}

/** Values below each other. What people say to each other is a paragraph a message, so that one may answer another. */
function tellAll(values: readonly Value[], path: Path, found: RootContent[]): void {
  const messages = values.map(messageOf)
  if (messages.length > 1 && !messages.includes(undefined)) {
    messages.forEach((message, i) => {
      found.push(paragraph(message ?? '', values[i]?.line ?? 1))
    })
    return
  }
  const records = values.flatMap((value) => (value.kind === 'record' ? [value] : []))
  const naming = namingOf(records)
  const rows =
    naming === undefined && records.length === values.length
      ? rowsOf(records, hasName(path) ? labelOf(path) : '')
      : undefined
  if (rows !== undefined) found.push(rows)
  else {
    const names = { naming: naming ?? nestedNaming(records), beside: besideNames(records) }
    for (const value of values) tell(value, path, found, values.length > 1, names)
  }
}

const SPEAKER = /^(?:from|role|author|user(?:name)?|sender|speaker|name|who)$/iu
const SAID = /^(?:text|content|message|body|msg)$/iu
/** When, where and to whom something is said, and its number. */
const OCCASION =
  /^(?:(?:[\p{L}_-]*[_-])?(?:id|date|time|at|ts|timestamp)|[a-z]+(?:Id|At|Date|Time|Stamp)|(?:unix|date)time|uuid|index|turn|when|day|sent|posted|created|updated|edited|channel|room|thread|chat|conversation|to|recipients?|via|subject|topic)$/u
/** More than one other field is about more than what is said. */
const OTHERS_MAX = 1

/** "Ada: It is in the teapot." of a record that says who said what, and maybe when or where. */
function messageOf(value: Value): string | undefined {
  if (value.kind !== 'record' || (value.notes ?? []).length > 0) return undefined
  const texts = value.fields.flatMap(({ key, value: own, note, off }) =>
    own.kind === 'scalar' && note === undefined && off !== true ? [{ key, text: own.text }] : [],
  )
  const speaker = texts.find(({ key }) => SPEAKER.test(key))
  const said = texts.find(({ key }) => SAID.test(key))
  if (speaker === undefined || said === undefined || texts.length < value.fields.length) return undefined
  const others = texts.filter((one) => one !== speaker && one !== said && one.text !== '')
  const more = others.filter(
    ({ key, text }) => !OCCASION.test(key) && !(key === 'type' && text === 'message'),
  )
  if (more.length > OTHERS_MAX) return undefined
  const before = others.map(({ key, text }) => (/\p{L}/u.test(text) ? text : `${key} ${text}`))
  return `${[...before, speaker.text].join(' · ')}: ${said.text}`
}

/** @param nameKey the field that the name is from, which is not told again */
function tellRecord(
  record: Value & { readonly kind: 'record' },
  own: Path,
  found: RootContent[],
  said: Said,
): void {
  const { fields, notes = [], line } = record
  const start = fields[0]?.value.line ?? line
  if (own.length > 0) found.push(heading(own, start))
  const above = notes.filter((note) => note.line < start)
  if (above.length > 0) found.push(paragraphOf(above))
  const named = { ...said, name: fields.length === 1 ? undefined : said.name, apart: keysApart(fields) }
  for (const { head, ...part } of partsOfRecord(record)) {
    if (head !== undefined) found.push(heading([...own, head], part.fields[0]?.value.line ?? line))
    tellFields(part, head === undefined ? own : [...own, head], found, named)
  }
}

/** @param named the name of the record, which is told with each field, and the keys that tell records in it apart */
function tellFields(
  { fields, notes }: RecordPart,
  own: Path,
  found: RootContent[],
  said: Said & { readonly apart: ReadonlySet<string> },
): void {
  const { name, apart } = said
  const short: Row[] = []
  const rest: Field[] = []
  const long: { readonly key: string; readonly note: string; readonly line: number }[] = []
  for (const field of fields) {
    const { key, value } = field
    const text = rowText(key, value)
    if (text === undefined) {
      rest.push(field)
      continue
    }
    // A long comment is text of its own.
    const { note = '' } = field
    const noted = note.length > NOTE_CHARS_MAX
    if (noted) long.push({ key, note, line: value.line })
    const beside = joined([field.off === true ? 'commented out' : '', noted ? '' : note])
    if (text !== '' || beside !== '')
      short.push({ key, text, line: value.line, ...(beside === '' ? {} : { note: beside }) })
  }
  const rows = short
    .filter((row) => !isName(row, name) || row.note !== undefined)
    .map((row) => withoutField(row, said))
  if (rows.length > 0) found.push(recordOf(own, rows))
  for (const { key, note, line } of long) found.push(paragraphOf([{ text: `${key}: ${note}`, line }]))
  if (notes.length > 0) found.push(paragraphOf(notes))
  for (const { key, value, note } of rest) {
    const inner = [...own, apart.has(key) ? { text: key, tells: 'apart' as const } : { text: key }]
    if (value.kind === 'scalar') found.push(paragraph(`${key}: ${value.text}`, value.line))
    else found.push(heading(inner, value.line))
    if (note !== undefined) found.push(paragraphOf([{ text: note, line: value.line }]))
    if (value.kind !== 'scalar') tell(value, inner, found, apart.has(key))
  }
}

function paragraph(value: string, line: number): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

/** A heading is no deeper than the sixth: below that it says with what it belongs to. */
function heading(path: Path, line: number): RootContent {
  const level = Math.min(6, path.length + 1) as 2 | 3 | 4 | 5 | 6
  const value = path.length > 5 ? labelOf(path) : (path.at(-1) as Step).text
  return { type: 'heading', depth: level, children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

interface Row {
  /** What leads to it, where this is not what leads to its record. */
  readonly path?: Path
  readonly key: string
  readonly text: string
  readonly line: number
  readonly note?: string
}

/** A record as a table: each row has its path, its key, its value, and what a comment says. */
function recordOf(path: Path, rows: readonly Row[]): RootContent {
  const children = rows.map(({ path: own = path, key, text, line, note = '' }) =>
    rowAt([labelOf(own), key, text, note], line),
  )
  return { type: 'table', children, ...at(rows[0]?.line ?? 1), ...noteOf({ record: true }) }
}
