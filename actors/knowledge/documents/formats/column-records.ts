import type { Field, Value } from './values.ts'

/** Lists and records that stand for a table: as the list of its rows, each a record. Undefined for all others. */
export function rowsOfColumns(fields: readonly Field[], line: number): Value | undefined {
  return besideEachOther(fields, line) ?? withHead(fields, line) ?? byNumber(fields, line)
}

/** Lists of numbers and words beside each other, equally long, are the columns of a table: `{"town": ["A", "B"], "km": [3, 8]}`. */
function besideEachOther(fields: readonly Field[], line: number): Value | undefined {
  const columns = fields.map(({ value }) => (value.kind === 'list' ? value.items : []))
  const count = columns[0]?.length ?? 0
  // Two pairs are ranges or positions.
  if (
    columns.length < 2 ||
    count < 2 ||
    columns.length + count < 5 ||
    columns.some((own) => own.length !== count)
  )
    return undefined
  if (columns.some((own) => own.some(({ kind }) => kind !== 'scalar'))) return undefined
  const texts = columns.map((own) => own.map((one) => (one.kind === 'scalar' ? one.text : '')))
  const isNames = (own: readonly string[]) =>
    new Set(own).size === count && own.every((one) => /\p{L}/u.test(one))
  if (!texts.some(isNames) || !texts.some((own) => own.every((one) => /^-?\p{N}/u.test(one))))
    return undefined
  const items = (columns[0] as readonly Value[]).map(
    (first, i): Value => ({
      kind: 'record',
      fields: fields.map(({ key }, at) => ({ key, value: columns[at]?.[i] as Value })),
      line: first.line,
    }),
  )
  return { kind: 'list', items, line }
}

const HEAD = /^(?:columns|headers?|fields)$/iu
const BODY = /^(?:data|rows|values|records)$/iu
const INDEX = /^(?:index|index_names|column_names|dtypes)$/iu

/** `{"columns": ["town", "km"], "index": [0, 1], "data": [["A", 3], ["B", 8]]}`. What else stands there stays. */
function withHead(fields: readonly Field[], line: number): Value | undefined {
  const head = fields.find(({ key }) => HEAD.test(key))
  const body = fields.find(({ key, value }) => BODY.test(key) && value.kind === 'list')
  if (head?.value.kind !== 'list' || body?.value.kind !== 'list') return undefined
  const names = head.value.items.map(nameIn)
  const rows = body.value.items
  if (
    names.length < 2 ||
    names.includes('') ||
    rows.length === 0 ||
    !rows.every((row) => isRow(row, names.length))
  )
    return undefined
  const index = fields.find(({ key, value }) => INDEX.test(key) && value.kind === 'list')?.value
  const labels = index?.kind === 'list' && index.items.length === rows.length ? index.items : []
  const isNumbered = labels.every((own, i) => own.kind === 'scalar' && own.text === String(i))
  const items = rows.map((row, i) => {
    const label = isNumbered ? undefined : labels[i]
    return recordOf(names, row, label === undefined ? [] : [{ key: 'index', value: label }])
  })
  const list: Value = { kind: 'list', items, line: body.value.line }
  const others = fields.filter((field) => field !== head && !INDEX.test(field.key))
  return others.length === 1
    ? list
    : {
        kind: 'record',
        fields: others.map((field) => (field === body ? { ...field, value: list } : field)),
        line,
      }
}

/** `{"town": {"0": "A", "1": "B"}, "km": {"0": 3, "1": 8}}`. */
function byNumber(fields: readonly Field[], line: number): Value | undefined {
  const columns = fields.map(({ value }) => (value.kind === 'record' ? value.fields : []))
  const [first] = columns
  if (fields.length < 2 || first === undefined || first.length === 0) return undefined
  const isColumn = (own: readonly Field[]) =>
    own.length === first.length &&
    own.every(({ key, value }, i) => key === String(i) && value.kind === 'scalar')
  if (!columns.every(isColumn)) return undefined
  const items = first.map(
    (_, i): Value => ({
      kind: 'record',
      fields: fields.map(({ key }, at) => ({ key, value: columns[at]?.[i]?.value as Value })),
      line: first[i]?.value.line ?? line,
    }),
  )
  return { kind: 'list', items, line }
}

/** `[["town", "km"], ["A", 3], ["B", 8]]`: rows below their head, which has words above numbers. Undefined for other lists. */
export function rowsBelowHead(rows: readonly Value[]): Value[] | undefined {
  const [head, ...below] = rows
  if (head?.kind !== 'list' || below.length === 0) return undefined
  const names = head.items.map((one) => (isWord(one) ? nameIn(one) : ''))
  const count = names.length
  if (count < 2 || names.includes('') || new Set(names).size < count) return undefined
  if (!below.every((row) => isRow(row, count))) return undefined
  const isFigures = (_: string, at: number) =>
    below.every((row) => {
      const one = row.kind === 'list' ? row.items[at] : undefined
      return one?.kind === 'scalar' && (!one.quoted || /^[-+]?\p{N}/u.test(one.text))
    })
  return names.some(isFigures) ? below.map((row) => recordOf(names, row, [])) : undefined
}

function isWord(value: Value): boolean {
  return (
    value.kind === 'scalar' && value.quoted && /\p{L}/u.test(value.text) && !/^[-+]?\p{N}/u.test(value.text)
  )
}

function isRow(row: Value, count: number): boolean {
  return row.kind === 'list' && row.items.length === count && row.items.every(({ kind }) => kind === 'scalar')
}

function recordOf(names: readonly string[], row: Value, before: readonly Field[]): Value {
  const items = row.kind === 'list' ? row.items : []
  const fields = names.map((key, at): Field => ({ key, value: items[at] as Value }))
  return { kind: 'record', fields: [...before, ...fields], line: row.line }
}

/** "town", or `{"name": "town", "type": "text"}`. */
function nameIn(value: Value): string {
  if (value.kind === 'scalar') return value.text
  if (value.kind === 'list') return ''
  const name = value.fields.find(({ key }) => key === 'name')?.value
  return name?.kind === 'scalar' ? name.text : ''
}
