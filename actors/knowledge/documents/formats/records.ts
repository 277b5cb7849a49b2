import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Document } from '../../text/document.ts'
import { rowsBelowHead, rowsOfColumns } from './column-records.ts'
import { tellComments } from './json-comments.ts'
import { lineCounter } from './lines.ts'
import { told } from './telling.ts'
import type { Field, Value } from './values.ts'

/** Every record is preceded by the keys that lead to it: `toaster · weight: 1.2 kg`. @throws SyntaxError naming the line */
export function readJson(file: string, text: string): Document {
  try {
    return { file, tree: { type: 'root', children: told(jsonValues(text, 0)) } }
  } catch (error) {
    const lines = areValues(text) ? attempt(() => readJsonLines(file, text)) : undefined
    if (lines === undefined) throw error
    return lines
  }
}

/** Each line is an object or an array of its own, as in a file of JSON lines. */
function areValues(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length > 1 && lines.every((line) => /^\s*(?:\{.*\}|\[.*\])\s*$/u.test(line))
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** One JSON document per line. @throws SyntaxError naming the line */
export function readJsonLines(file: string, text: string): Document {
  const values = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : jsonValues(line, i)))
  return { file, tree: { type: 'root', children: told(values) } }
}

/** The value of a text, after what comments say about no part of it. */
function jsonValues(text: string, lineBefore: number): Value[] {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const lineAt = lineCounter(text)
  const [error] = errors
  if (error !== undefined || root === undefined) {
    const what = error === undefined ? 'value expected' : spaced(printParseErrorCode(error.error))
    throw malformed('JSON', `${what} on line ${lineBefore + lineAt(error?.offset ?? 0)}`)
  }
  const values = new Map<Node, Value>()
  const known = new Map<Node, Field>()
  const read = (node: Node): Value => {
    const value = own(node, lineBefore + lineAt(node.offset))
    values.set(node, value)
    return value
  }
  const own = (node: Node, line: number): Value => {
    if (node.type === 'array') {
      const items = (node.children ?? []).map(read)
      return { kind: 'list', items: rowsBelowHead(items) ?? items, line }
    }
    if (node.type !== 'object')
      return { kind: 'scalar', text: scalarText(node, text), quoted: node.type === 'string', line }
    const fields = (node.children ?? []).flatMap((property): Field[] => {
      const [key, value] = property.children ?? []
      if (key === undefined || value === undefined) return []
      const field = { key: String(key.value), value: read(value) }
      known.set(property, field)
      return [field]
    })
    return rowsOfColumns(fields, line) ?? { kind: 'record', fields, line }
  }
  const value = read(root)
  const others = tellComments({ root, text, values, fields: known, lineAt: (at) => lineBefore + lineAt(at) })
  return [...others, value]
}

/** A number as it is written: 615.0 stays 615.0. */
function scalarText({ type, value, offset, length }: Node, text: string): string {
  return type === 'number' ? text.slice(offset, offset + length) : String(value ?? '')
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
