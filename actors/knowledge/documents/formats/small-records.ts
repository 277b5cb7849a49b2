import { labelOf, type Path } from './record-paths.ts'
import { rowText } from './short-values.ts'
import type { Value } from './values.ts'

/** One value in a record, with what leads to it. */
export interface Leaf {
  readonly path: Path
  readonly key: string
  readonly text: string
  readonly line: number
}

/** More values, or longer ones with what leads to them, are easier to find in parts of their own. */
const LEAVES_MAX = 12
const CHARS_MAX = 700
/** Deeper ones have long keys. */
const DEPTH_MAX = 6

/**
 * The values of a record with other records in it that is still small, as an event of a log: each says little without the others. Undefined for a
 * larger record, and for one with comments, with long texts, or with lists of records.
 */
export function leavesOf(record: Value & { readonly kind: 'record' }, path: Path): Leaf[] | undefined {
  if (record.nameless === true || !record.fields.some(({ value }) => value.kind === 'record'))
    return undefined
  const found: Leaf[] = []
  const labels = new Set<string>()
  let chars = 0
  const add = (own: Value & { readonly kind: 'record' }, inner: Path): boolean => {
    if (own.notes !== undefined || own.heads !== undefined || inner.length > path.length + DEPTH_MAX)
      return false
    for (const { key, value, note, off } of own.fields) {
      if (note !== undefined || off === true) return false
      if (value.kind === 'record') {
        if (!add(value, [...inner, { text: key }])) return false
        continue
      }
      const text = rowText(key, value)
      if (text === undefined) return false
      if (text === '') continue
      const row = `${labelOf(inner)} · ${key}`
      chars += row.length + text.length
      // Two values under one label are told apart by headings alone.
      if (found.length === LEAVES_MAX || chars > CHARS_MAX || labels.has(row)) return false
      labels.add(row)
      found.push({ path: inner, key, text, line: value.line })
    }
    return true
  }
  return add(record, path) ? found : undefined
}
