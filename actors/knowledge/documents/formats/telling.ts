import type { RootContent, TableCell, TableRow } from 'mdast'
import { clip } from '../../text/clip.ts'
import { at, note as noteOf } from '../../text/document.ts'
import { isEnded, sentences } from '../../text/sentences.ts'
import { type Part, paragraphOf } from './comments.ts'

/** A value of a file of records with its place. */
export type Value =
  | { readonly kind: 'scalar'; text: string; readonly quoted: boolean; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  | {
      readonly kind: 'record'
      fields: readonly Field[]
      readonly line: number
      /** No field is its name, whatever its key: settings. */
      readonly nameless?: boolean
      /** What comments say about all of it. */
      notes?: readonly Part[]
    }

/** One field of a record. */
export interface Field {
  readonly key: string
  value: Value
  /** What a comment says about it. */
  note?: string
}

/** A record of settings that is still filled. */
export type OpenRecord = Value & { readonly kind: 'record'; fields: Field[] }

export function openedRecord(line: number): OpenRecord {
  return { kind: 'record', nameless: true, fields: [], line }
}

/** A string with this many words makes sense alone; a shorter value is one of the fields of its record. */
const PROSE_WORDS = 12

/** Several sentences with fewer words are one answer: "The payment was declined. Try another card or call your bank." */
const MESSAGE_WORDS = 24

/** A longer list of short values is split into parts. */
const LIST_CHARS_MAX = 300

/** A longer comment is more than a note on a field. */
const NOTE_CHARS_MAX = 120

/** Fields that identify a record, best first. */
const NAMES = ['name', 'title', 'label', 'id', 'key', 'code', 'slug']

/** Records as headings and rows: every row carries the keys that lead to it (`toaster · weight: 1.2 kg`). */
export function told(values: readonly Value[]): RootContent[] {
  const found: RootContent[] = []
  tellAll(values, [], found)
  return found
}

/** @param naming the field that tells the record from others of its list, if it has no name. */
function tell(value: Value, path: readonly string[], found: RootContent[], naming?: string): void {
  if (value.kind === 'scalar') found.push(paragraph(value.text, value.line))
  else if (value.kind === 'list') tellList(value.items, path, found)
  else {
    tellRecord(
      value,
      path,
      found,
      value.nameless === true ? undefined : (nameOf(value.fields) ?? textOf(value.fields, naming)),
    )
  }
}

function tellList(items: readonly Value[], path: readonly string[], found: RootContent[]): void {
  const rows: Row[] = []
  let texts: string[] = []
  let chars = 0
  let line = 0
  const close = () => {
    if (texts.length > 0) rows.push({ key: path.at(-1) ?? '', text: texts.join(', '), line })
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
function tellAll(values: readonly Value[], path: readonly string[], found: RootContent[]): void {
  const messages = values.map(messageOf)
  if (messages.length > 1 && !messages.includes(undefined)) {
    messages.forEach((message, i) => {
      found.push(paragraph(message ?? '', values[i]?.line ?? 1))
    })
    return
  }
  const naming = namingKey(values)
  for (const value of values) tell(value, path, found, naming)
}

const SPEAKER = /^(?:from|role|author|user(?:name)?|sender|speaker|name|who)$/iu
const SAID = /^(?:text|content|message|body|msg)$/iu

/** "Ada: It is in the teapot." of a record that says who said what, and maybe when or where. */
function messageOf(value: Value): string | undefined {
  if (value.kind !== 'record') return undefined
  const texts = value.fields.flatMap(({ key, value: own }) =>
    own.kind === 'scalar' ? [{ key, text: own.text }] : [],
  )
  const speaker = texts.find(({ key }) => SPEAKER.test(key))
  const said = texts.find(({ key }) => SAID.test(key))
  if (speaker === undefined || said === undefined || texts.length < value.fields.length) return undefined
  const others = texts.filter((one) => one !== speaker && one !== said && one.text !== '')
  const before = others.map(({ key, text }) => (/\p{L}/u.test(text) ? text : `${key} ${text}`))
  return `${[...before, speaker.text].join(' · ')}: ${said.text}`
}

function tellRecord(
  { fields, notes = [], line: first }: Value & { readonly kind: 'record' },
  path: readonly string[],
  found: RootContent[],
  named: string | undefined,
): void {
  const own = named === undefined || path.at(-1) === named ? path : [...path, named]
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
    if (text !== '' || (note !== '' && !noted))
      short.push({ key, text, line: value.line, ...(noted || note === '' ? {} : { note }) })
  }
  const start = fields[0]?.value.line ?? first
  if (own.length > 0) found.push(heading(own.at(-1) as string, own.length, start))
  const above = notes.filter(({ line }) => line < start)
  if (above.length > 0) found.push(paragraphOf(above))
  const rows = short.filter(({ text, note }) => text !== named || fields.length === 1 || note !== undefined)
  if (rows.length > 0) found.push(recordOf(own, rows))
  for (const { key, note, line } of long) found.push(paragraphOf([{ text: `${key}: ${note}`, line }]))
  const below = notes.filter(({ line }) => line >= start)
  if (below.length > 0) found.push(paragraphOf(below))
  for (const { key, value, note } of rest) {
    if (value.kind === 'scalar') found.push(paragraph(`${key}: ${value.text}`, value.line))
    else found.push(heading(key, own.length + 1, value.line))
    if (note !== undefined) found.push(paragraphOf([{ text: note, line: value.line }]))
    if (value.kind !== 'scalar') tell(value, [...own, key], found)
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

function nameOf(fields: readonly Field[]): string | undefined {
  for (const name of NAMES) {
    const found = fields.find(
      ({ key, value }) => key.toLowerCase() === name && value.kind === 'scalar',
    )?.value
    if (found?.kind === 'scalar' && found.text !== '' && words(found.text) < PROSE_WORDS) return found.text
  }
  // Kubernetes and others keep the name of a record in a part of it.
  const about = fields.find(({ key }) => /^meta(?:data)?$/iu.test(key))?.value
  return about?.kind === 'record' ? nameOf(about.fields) : undefined
}

/** A name stands among the first fields. */
const NAMES_AMONG = 50

/** The first field that every record of a list has, in words that differ from record to record ("model", "message"). */
function namingKey(items: readonly Value[]): string | undefined {
  const records = items.flatMap((item) => (item.kind === 'record' ? [item.fields] : []))
  if (records.length < 2) return undefined
  return records[0]?.slice(0, NAMES_AMONG).find(({ key }) => {
    const texts = records.map((fields) => textOf(fields, key) ?? '')
    return new Set(texts).size === records.length && texts.every((text) => isWording(key, text))
  })?.key
}

/** What somebody said is no name, but for a question with its answer. */
function isWording(key: string, text: string): boolean {
  if (isEnded(text) && !/^(?:q|questions?|prompt|frage)$/iu.test(key)) return false
  return /\p{L}{2}/u.test(text) && words(text) < PROSE_WORDS && !/^\p{N}{4}-\p{N}{2}/u.test(text)
}

function textOf(fields: readonly Field[], key: string | undefined): string | undefined {
  const value = fields.find((field) => field.key === key)?.value
  return value?.kind === 'scalar' ? value.text : undefined
}

function words(text: string): number {
  return text.trim().split(/\s+/u).length
}

function paragraph(value: string, line: number): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

function heading(value: string, depth: number, line: number): RootContent {
  const level = Math.min(6, depth + 1) as 2 | 3 | 4 | 5 | 6
  return { type: 'heading', depth: level, children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

interface Row {
  readonly key: string
  readonly text: string
  readonly line: number
  readonly note?: string
}

/** A record as a table: each row has its path, its key, its value, and what a comment says. */
function recordOf(path: readonly string[], rows: readonly Row[]): RootContent {
  const label = path.slice(-2).map(clip).join(' · ')
  const cell = (value: string, line: number): TableCell => ({
    type: 'tableCell',
    children: [{ type: 'text', value, ...at(line) }],
  })
  const children = rows.map(
    ({ key, text, line, note }): TableRow => ({
      type: 'tableRow',
      children: [label, key, text, note ?? ''].map((value) => cell(value, line)),
      ...at(line),
    }),
  )
  return { type: 'table', children, ...at(rows[0]?.line ?? 1), ...noteOf({ record: true }) }
}
