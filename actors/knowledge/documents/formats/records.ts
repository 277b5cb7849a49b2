import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { RootContent } from 'mdast'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from '../../text/document.ts'
import { noteText } from './comments.ts'
import { lineCounter } from './lines.ts'
import { type Field, told, type Value } from './telling.ts'

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
      const above: string[] = []
      const fields = node.items.map(({ key, value }, i): Field => {
        // The comment above a map is that of its first field, and what stands above a blank line is about more than the field below.
        const before = i === 0 ? (node.commentBefore ?? '') : ''
        const parts = (before || commentOf(key)).split(/\n[ \t]*\n/u)
        const note = noteOf(parts.pop() ?? '', value)
        for (const part of parts) above.push(part)
        return { key: scalarText(key), value: read(value, aliased), ...(note === '' ? {} : { note }) }
      })
      const note = noteText(above.join('\n'))
      return { kind: 'record', fields: merged(fields), line, ...(note === '' ? {} : { note }) }
    }
    return { kind: 'scalar', text: scalarText(node), quoted: false, line }
  }
  return ('empty' in documents ? [] : documents).map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw malformed('YAML', error.message.split('\n')[0] ?? '')
    anchors.clear()
    const value = read(document.contents, false)
    const note = noteText(document.commentBefore ?? '')
    return note !== '' && value.kind === 'record'
      ? { ...value, note: value.note === undefined ? note : `${note} ${value.note}` }
      : value
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
function noteOf(above: string, value: unknown): string {
  return noteText(above || (isScalar(value) ? (value.comment ?? '') : ''))
}

function commentOf(key: unknown): string {
  return isScalar(key) ? (key.commentBefore ?? '') : ''
}

/** As written: `1.10` stays 1.10. An alias that leads nowhere means nothing. */
function scalarText(node: unknown): string {
  if (isAlias(node) || !isScalar(node) || node.value === null) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** Why a file of a format is skipped. */
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
