import type { Table } from 'mdast'
import { at, note } from '../../text/document.ts'
import { nameOf } from './record-names.ts'
import { rowAt } from './row-at.ts'
import { PROSE_WORDS, type Value, words } from './values.ts'

type ListRecord = Value & { readonly kind: 'record' }

/** Of more columns, or longer rows, nobody sees at once what a row says. */
const COLUMNS_MAX = 10
const ROW_CHARS_MAX = 240

/**
 * Records without a name, of short values only, are the rows of a table: a field of one of them says little without the others
 * (`min: 50 · max: 249 · price: 3.10`). Undefined for other records.
 * @param about what all of them belong to, if it has a name
 */
export function rowsOf(records: readonly ListRecord[], about: string): Table | undefined {
  if (records.length < 2 || !records.every(isFlat)) return undefined
  const keys = [...new Set(records.flatMap(({ fields }) => fields.map(({ key }) => key)))]
  if (keys.length < 2 || keys.length > COLUMNS_MAX) return undefined
  const first = records[0]?.line ?? 1
  const head = rowAt(keys, first)
  const rows = records.map(({ fields, line }) => {
    const texts = new Map(fields.map(({ key, value }) => [key, value.kind === 'scalar' ? value.text : '']))
    const start = fields[0]?.value.line ?? line
    return rowAt(
      keys.map((key) => texts.get(key) ?? ''),
      start,
    )
  })
  return { type: 'table', children: [head, ...rows], ...at(first), ...note({ values: true, about }) }
}

function isFlat({ fields, nameless, heads, notes = [] }: ListRecord): boolean {
  if (
    nameless === true ||
    notes.length > 0 ||
    heads !== undefined ||
    fields.length < 2 ||
    nameOf(fields) !== undefined
  )
    return false
  let chars = 0
  for (const { key, value, note, off } of fields) {
    if (value.kind !== 'scalar' || note !== undefined || off === true || words(value.text) >= PROSE_WORDS)
      return false
    chars += key.length + value.text.length + 5
  }
  return chars <= ROW_CHARS_MAX
}
