import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { RootContent, TableCell, TableRow } from 'mdast'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from '../../text/document.ts'
import { lineCounter } from './lines.ts'

/** A value of JSON or YAML with its place in the file. */
type Value =
  | { readonly kind: 'scalar'; readonly text: string; readonly quoted: boolean; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  | { readonly kind: 'record'; readonly fields: readonly Field[]; readonly line: number }

interface Field {
  readonly key: string
  readonly value: Value
}

/** A string with this many words makes sense alone; a shorter value is one of the fields of its record. */
const PROSE_WORDS = 12

/** A longer list of short values is split into parts. */
const LIST_CHARS_MAX = 300

/** Fields that identify a record, best first. */
const NAMES = ['name', 'title', 'label', 'id', 'key', 'code', 'slug']

/** Every record is preceded by the keys that lead to it: `toaster · weight: 1.2 kg`. @throws SyntaxError naming the line */
export function readJson(file: string, text: string): Document {
  return { file, tree: { type: 'root', children: told([jsonValue(text, 0)]) } }
}

/** One JSON document per line. @throws SyntaxError naming the line */
export function readJsonLines(file: string, text: string): Document {
  const values = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [jsonValue(line, i)]))
  return { file, tree: { type: 'root', children: told(values) } }
}

/** @throws SyntaxError naming the line */
export function readYaml(file: string, text: string): Document {
  return { file, tree: { type: 'root', children: told(yamlValues(text, 0)) } }
}

/** Front matter: its title, and its other fields as a record. Anything that is not YAML is left out. */
export function recordsOfYaml(text: string, line: number): { title?: string; children: RootContent[] } {
  let values: Value[]
  try {
    values = yamlValues(text, line)
  } catch {
    return { children: [] }
  }
  const [value] = values
  if (value?.kind !== 'record') return { children: [] }
  const title = value.fields.find(({ key }) => key.toLowerCase() === 'title')?.value
  const fields = value.fields.filter(({ value: own }) => own !== title)
  return {
    ...(title?.kind === 'scalar' && title.text !== '' ? { title: title.text } : {}),
    children: told([{ ...value, fields }]),
  }
}

function told(values: readonly Value[]): RootContent[] {
  const found: RootContent[] = []
  for (const value of values) tell(value, [], found)
  return found
}

function tell(value: Value, path: readonly string[], found: RootContent[]): void {
  if (value.kind === 'scalar') found.push(paragraph(value.text, value.line))
  else if (value.kind === 'list') tellList(value.items, path, found)
  else tellRecord(value.fields, path, found)
}

function tellList(items: readonly Value[], path: readonly string[], found: RootContent[]): void {
  let texts: string[] = []
  let chars = 0
  let line = 0
  const close = () => {
    if (texts.length > 0) found.push(row(path.slice(0, -1), path.at(-1) ?? '', texts.join(', '), line))
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
  for (const item of items) if (item.kind !== 'scalar') tell(item, path, found)
}

function tellRecord(fields: readonly Field[], path: readonly string[], found: RootContent[]): void {
  const named = nameOf(fields)
  const own = named === undefined || path.at(-1) === named ? path : [...path, named]
  const short: { key: string; text: string; line: number }[] = []
  const rest: Field[] = []
  for (const { key, value } of fields) {
    const text = shortText(value)
    if (text === undefined) rest.push({ key, value })
    else if (text !== '') short.push({ key, text, line: value.line })
  }
  if (own.length > 0) found.push(heading(own.at(-1) as string, own.length, fields[0]?.value.line ?? 1))
  for (const { key, text, line } of short) {
    if (text !== named || fields.length === 1) found.push(row(own, key, text, line))
  }
  for (const { key, value } of rest) {
    if (value.kind === 'scalar') found.push(paragraph(`${key}: ${value.text}`, value.line))
    else {
      found.push(heading(key, own.length + 1, value.line))
      tell(value, [...own, key], found)
    }
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

function nameOf(fields: readonly Field[]): string | undefined {
  for (const name of NAMES) {
    const found = fields.find(
      ({ key, value }) => key.toLowerCase() === name && value.kind === 'scalar',
    )?.value
    if (found?.kind === 'scalar' && found.text !== '' && words(found.text) < PROSE_WORDS) return found.text
  }
  return undefined
}

function words(text: string): number {
  return text.trim().split(/\s+/u).length
}

function at(line: number) {
  return { position: { start: { line, column: 1 }, end: { line, column: 1 } } }
}

function paragraph(value: string, line: number): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

function heading(value: string, depth: number, line: number): RootContent {
  const level = Math.min(6, depth + 1) as 2 | 3 | 4 | 5 | 6
  return { type: 'heading', depth: level, children: [{ type: 'text', value, ...at(line) }], ...at(line) }
}

/** A table of one row, named by the record's path. */
function row(path: readonly string[], key: string, text: string, line: number): RootContent {
  const cell = (value: string): TableCell => ({
    type: 'tableCell',
    children: [{ type: 'text', value, ...at(line) }],
  })
  const named = path.length === 0 ? [] : [path.slice(-2).join(' · ')]
  const cells = (own: readonly string[]): TableRow => ({
    type: 'tableRow',
    children: own.map(cell),
    ...at(line),
  })
  return {
    type: 'table',
    children: [cells([...named.map(() => ''), key]), cells([...named, text])],
    ...at(line),
  }
}

function jsonValue(text: string, lineBefore: number): Value {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const lineAt = lineCounter(text)
  const [error] = errors
  if (error !== undefined || root === undefined) {
    const what = error === undefined ? 'value expected' : spaced(printParseErrorCode(error.error))
    throw malformed('JSON', `${what} on line ${lineBefore + lineAt(error?.offset ?? 0)}`)
  }
  const read = (node: Node): Value => {
    const line = lineBefore + lineAt(node.offset)
    if (node.type === 'array') return { kind: 'list', items: (node.children ?? []).map(read), line }
    if (node.type !== 'object')
      return { kind: 'scalar', text: String(node.value ?? ''), quoted: node.type === 'string', line }
    const fields = (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
      key === undefined || value === undefined ? [] : [{ key: String(key.value), value: read(value) }],
    )
    return { kind: 'record', fields, line }
  }
  return read(root)
}

function yamlValues(text: string, lineBefore: number): Value[] {
  const counter = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: counter, logLevel: 'silent', strict: false })
  const read = (node: unknown): Value => {
    const range = (node as { range?: readonly number[] } | null)?.range
    const line = lineBefore + counter.linePos(range?.[0] ?? 0).line
    if (isSeq(node)) return { kind: 'list', items: node.items.map(read), line }
    if (isMap(node)) {
      const fields = node.items.map(({ key, value }) => ({ key: scalarText(key), value: read(value) }))
      return { kind: 'record', fields, line }
    }
    return { kind: 'scalar', text: scalarText(node), quoted: false, line }
  }
  return ('empty' in documents ? [] : documents).map(({ contents, errors: [error] }) => {
    if (error !== undefined) throw malformed('YAML', error.message.split('\n')[0] ?? '')
    return read(contents)
  })
}

/** As written: `1.10` stays 1.10. An alias alone means nothing. */
function scalarText(node: unknown): string {
  if (isAlias(node) || !isScalar(node) || node.value === null) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** Why a file is skipped. It never leaves this room as an error. */
function malformed(format: string, what: string): SyntaxError {
  return new SyntaxError(`is not valid ${format}: ${what}`)
}

function spaced(name: string): string {
  return name
    .replace(/([A-Z])/gu, ' $1')
    .trim()
    .toLowerCase()
}
