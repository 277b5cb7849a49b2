import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { RootContent } from 'mdast'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from '../../text/document.ts'
import { lineCounter } from './lines.ts'
import { type Field, told, type Value } from './telling.ts'

/** A longer comment explains more than one field. */
const NOTE_CHARS_MAX = 120

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
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    logLevel: 'silent',
    strict: false,
    // The parser would compare each key with every other.
    uniqueKeys: false,
  })
  const anchors = new Map<string, unknown>()
  let left = ALIASED_MOST
  const open = new Set<unknown>()
  /** @param aliased below an alias */
  const read = (node: unknown, aliased: boolean): Value => {
    const meant = isAlias(node) && left > 0 ? anchors.get(node.source) : undefined
    if (meant !== undefined && !open.has(meant)) {
      open.add(meant)
      const value = read(meant, true)
      open.delete(meant)
      return value
    }
    // Aliases of aliases may stand for billions of values.
    if (aliased) left -= 1
    else if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
    const range = (node as { range?: readonly number[] } | null)?.range
    const line = lineBefore + counter.linePos(range?.[0] ?? 0).line
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => read(item, aliased)), line }
    if (isMap(node)) {
      const fields = node.items.map(({ key, value }, i): Field => {
        // The comment above the first field is that of the whole map.
        const note = noteOf(i === 0 ? (node.commentBefore ?? '') : '', key, value)
        return { key: scalarText(key), value: read(value, aliased), ...(note === '' ? {} : { note }) }
      })
      return { kind: 'record', fields: merged(fields), line }
    }
    return { kind: 'scalar', text: scalarText(node), quoted: false, line }
  }
  return ('empty' in documents ? [] : documents).map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw malformed('YAML', error.message.split('\n')[0] ?? '')
    anchors.clear()
    return read(document.contents, false)
  })
}

/** Values that are read once more in a file, through aliases. */
const ALIASED_MOST = 5_000

/** With the fields of the maps that `<<` brings in, where the map has none of its own. */
function merged(fields: readonly Field[]): readonly Field[] {
  const brought = fields.filter(({ key }) => key === '<<').map(({ value }) => value)
  if (brought.length === 0) return fields
  const own = fields.filter(({ key }) => key !== '<<')
  const known = new Set(own.map(({ key }) => key))
  const maps = brought.flatMap((value) => (value.kind === 'list' ? value.items : [value]))
  const more = maps.flatMap((value) => (value.kind === 'record' ? value.fields : []))
  return [...own, ...more.filter(({ key }) => !known.has(key) && known.add(key))]
}

/** The comment above a field, or else the one beside its value. */
function noteOf(before: string, key: unknown, value: unknown): string {
  const above = isScalar(key) ? (key.commentBefore ?? '') : ''
  const beside = isScalar(value) ? (value.comment ?? '') : ''
  return noteText(before || above || beside)
}

/** As written: `1.10` stays 1.10. An alias that leads nowhere means nothing. */
function scalarText(node: unknown): string {
  if (isAlias(node) || !isScalar(node) || node.value === null) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** A comment as one line; a long one, or one without words, says nothing about a single field. */
export function noteText(comment: string): string {
  const text = comment.replace(/[#;!\s]+/gu, ' ').trim()
  return text.length > NOTE_CHARS_MAX || !/\p{L}/u.test(text) || /[=:{]\s*\S+$/u.test(text) ? '' : text
}

export function malformed(format: string, what: string): SyntaxError {
  return refused(`is not valid ${format}: ${what}`)
}

/** Why a file is skipped. It never leaves this room as an error. */
export function refused(reason: string): SyntaxError {
  return new SyntaxError(reason)
}

function spaced(name: string): string {
  return name
    .replace(/([A-Z])/gu, ' $1')
    .trim()
    .toLowerCase()
}
