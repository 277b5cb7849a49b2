import type { RootContent, TableRow } from 'mdast'
import { at, note as noteOf } from '../../text/document.ts'
import { sentences } from '../../text/sentences.ts'
import { joined, paragraphOf } from './comments.ts'
import { cellOf, rowsOf } from './flat-records.ts'
import { withoutHtml } from './html-values.ts'
import { type Naming, nameKeyOf, nameOf, namingOf, nestedNaming } from './record-names.ts'
import { hasName, keysApart, labelOf, type Path, type Step } from './record-paths.ts'
import { type Field, PROSE_WORDS, type Value, words } from './values.ts'

/** Several sentences with fewer words are one answer: "The payment was declined. Try another card or call your bank." */
const MESSAGE_WORDS = 24

/** A longer list of short values is split into parts. */
const LIST_CHARS_MAX = 300

/** A longer comment is more than a note on a field. */
const NOTE_CHARS_MAX = 120

/** Records as headings and rows: every row carries the keys that lead to it (`toaster · weight: 1.2 kg`). */
export function told(values: readonly Value[]): RootContent[] {
  const found: RootContent[] = []
  for (const value of values) withoutHtml(value)
  tellAll(values, [], found)
  return found
}

/**
 * @param apart whether others stand beside it, from which its name tells it
 * @param naming tells the record from others of its list, if it has no name
 */
function tell(value: Value, path: Path, found: RootContent[], apart: boolean, naming?: Naming): void {
  if (value.kind === 'scalar') found.push(paragraph(value.text, value.line))
  else if (value.kind === 'list') tellList(value.items, path, found)
  else {
    const named = value.nameless === true ? undefined : (nameOf(value.fields) ?? naming?.(value.fields))
    tellRecord(
      value,
      path,
      found,
      named === undefined ? undefined : { text: named, tells: apart ? 'apart' : 'name' },
      nameKeyOf(value.fields) ?? naming?.key,
    )
  }
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
    const names = naming ?? nestedNaming(records)
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
  { fields, notes = [], line: first }: Value & { readonly kind: 'record' },
  path: Path,
  found: RootContent[],
  name: Step | undefined,
  nameKey: string | undefined,
): void {
  const own = name === undefined || path.at(-1)?.text === name.text ? path : [...path, name]
  const short: Row[] = []
  const rest: Field[] = []
  const long: { readonly key: string; readonly note: string; readonly line: number }[] = []
  for (const field of fields) {
    const { key, value } = field
    const text = shortText(value) ?? messageText(key, value)
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
  const start = fields[0]?.value.line ?? first
  if (own.length > 0) found.push(heading(own, start))
  const above = notes.filter(({ line }) => line < start)
  if (above.length > 0) found.push(paragraphOf(above))
  const rows = short.filter(
    ({ key, text, note }) =>
      key !== nameKey || text !== name?.text || fields.length === 1 || note !== undefined,
  )
  if (rows.length > 0) found.push(recordOf(own, rows))
  for (const { key, note, line } of long) found.push(paragraphOf([{ text: `${key}: ${note}`, line }]))
  const below = notes.filter(({ line }) => line >= start)
  if (below.length > 0) found.push(paragraphOf(below))
  const apart = keysApart(rest)
  for (const { key, value, note } of rest) {
    const inner = [...own, apart.has(key) ? { text: key, tells: 'apart' as const } : { text: key }]
    if (value.kind === 'scalar') found.push(paragraph(`${key}: ${value.text}`, value.line))
    else found.push(heading(inner, value.line))
    if (note !== undefined) found.push(paragraphOf([{ text: note, line: value.line }]))
    if (value.kind !== 'scalar') tell(value, inner, found, false)
  }
}

/** The text of a value that fits in a row: a short string or number, or a list of these. */
function shortText(value: Value): string | undefined {
  if (value.kind === 'scalar') return words(value.text) < PROSE_WORDS ? value.text : undefined
  if (value.kind === 'record') return undefined
  const texts = value.items.map((item) => (item.kind === 'scalar' ? item.text : undefined))
  const text = texts.join(', ')
  return texts.includes(undefined) ||
    (value.items.length > 1 && words(text) > 3 * PROSE_WORDS) ||
    text.length > LIST_CHARS_MAX
    ? undefined
    : text
}

/** A message of several sentences, which belong together; those of a description or an answer don't. */
function messageText(key: string, value: Value): string | undefined {
  if (value.kind !== 'scalar' || TEXTUAL.test(key) || words(value.text) >= MESSAGE_WORDS) return undefined
  return sentences(value.text).length > 1 ? value.text : undefined
}

const TEXTUAL =
  /^(?:a|answer|text|desc(?:r|ription)?|summary|abstract|body|content|notes?|comments?|remarks?|about|bio|details?|info|reply|response|review|quote|story|instructions?|steps?)$/iu

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
  readonly key: string
  readonly text: string
  readonly line: number
  readonly note?: string
}

/** A record as a table: each row has its path, its key, its value, and what a comment says. */
function recordOf(path: Path, rows: readonly Row[]): RootContent {
  const label = labelOf(path)
  const children = rows.map(
    ({ key, text, line, note }): TableRow => ({
      type: 'tableRow',
      children: [label, key, text, note ?? ''].map((value) => cellOf(value, line)),
      ...at(line),
    }),
  )
  return { type: 'table', children, ...at(rows[0]?.line ?? 1), ...noteOf({ record: true }) }
}
