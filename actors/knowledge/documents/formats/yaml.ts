import type { RootContent } from 'mdast'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseAllDocuments } from 'yaml'
import type { Document } from '../../text/document.ts'
import { malformed } from './records.ts'
import { told } from './telling.ts'
import type { Field, Value } from './values.ts'
import { YamlSubjects, yamlComments } from './yaml-comments.ts'
import { isTemplate, templateOf } from './yaml-templates.ts'

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

/** As it is; else without the instructions of a program that fills it in. */
function yamlValues(text: string, lineBefore: number): Value[] {
  const template = isTemplate(text)
  try {
    const found = valuesOf(text, lineBefore, (own) => own)
    if (!template || !HALF_READ.test(text)) return found
  } catch (error) {
    if (!template) throw error
  }
  const whole = templateOf(text, true)
  try {
    return valuesOf(whole.text, lineBefore, whole.filled)
  } catch {
    // An instruction is further in than the block of text that begins with it.
    const { text: plain, filled } = templateOf(text, false)
    return valuesOf(plain, lineBefore, filled)
  }
}

/** To YAML such an expression is a map without values. */
const HALF_READ = /^[ \t]*(?:- +)?[\w.-]{1,80}:[ \t]+\{\{/mu

/** @param filled what a text stands for */
function valuesOf(text: string, lineBefore: number, filled: (text: string) => string): Value[] {
  const counter = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    logLevel: 'silent',
    strict: false,
    // The parser would compare each key with every other.
    uniqueKeys: false,
  })
  const lineAt = (offset: number) => lineBefore + counter.linePos(offset).line
  const values = new Map<unknown, Value>()
  const fields = new Map<Pair, Field>()
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
    const value = own(node, aliased)
    if (!aliased) values.set(node, value)
    return value
  }
  const own = (node: unknown, aliased: boolean): Value => {
    const line = lineAt((node as { range?: readonly number[] } | null)?.range?.[0] ?? 0)
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => read(item, aliased)), line }
    if (!isMap(node)) return { kind: 'scalar', text: filled(scalarText(node)), quoted: false, line }
    const found = node.items.map((pair): Field => {
      const field = { key: filled(scalarText(pair.key)), value: read(pair.value, aliased) }
      if (!aliased) fields.set(pair, field)
      return field
    })
    return { kind: 'record', fields: merged(found), line }
  }
  const all = 'empty' in documents ? [] : documents
  const found = all.map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw malformed('YAML', error.message.split('\n')[0] ?? '')
    anchors.clear()
    return read(document.contents, false)
  })
  if (!text.includes('#')) return found
  const subjects = new YamlSubjects({
    values,
    fields,
    lineAt,
    columnAt: (offset) => counter.linePos(offset).col - 1,
  })
  for (const { contents, range } of all)
    subjects.addDocument(contents, text.startsWith('---', range[0]) ? range[0] : 0)
  const comments = yamlComments(text, lineBefore)
  return [...subjects.tell(comments.map((one) => ({ ...one, text: filled(one.text) }))), ...found]
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

/** As written: `1.10` stays 1.10. An alias that leads nowhere means nothing. */
function scalarText(node: unknown): string {
  if (isAlias(node) || !isScalar(node) || node.value === null) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
