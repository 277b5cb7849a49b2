import type { Document } from '../../text/document.ts'
import { joined } from './comments.ts'
import { SaidRows } from './said-rows.ts'
import { COPY, type Piece, type Pieces, piecesOf, type SqlStatement, sqlParts } from './sql-statements.ts'

const TABLE =
  /^create\s+(?:or\s+replace\s+)?(?:(?:global|local|temp(?:orary)?|unlogged|virtual|external)\s+){0,2}table\s+(?:if\s+not\s+exists\s+)?([^\s(]+)\s*\(/iu
const INSERT =
  /^(?:insert|replace)\s+(?:(?:or\s+)?(?:ignore|replace)\s+)?into\s+([^\s(]+)\s*(?:\(([^()]*)\)\s*)?values\s*\(/iu
/** What a line of a table is about that is no column. */
const RULE = /^(?:constraint|primary|foreign|unique|check|key|index|exclude|like|fulltext|period)\b/iu

/** Each statement of a script with the comments above and in it; of a table each column, and each row that is put into one. */
export function readSql(file: string, text: string): Document {
  const rows = new SaidRows()
  const tables: Tables = new Map()
  let copy = ''
  for (const one of sqlParts(text)) {
    if ('blank' in one) rows.blank()
    else if ('comment' in one) rows.comment(one.comment, one.line)
    else if ('copied' in one) tellCopied(copy, one, rows, tables)
    else if (COPY.test(one.text)) {
      copy = one.text
      for (const { at, text: said } of one.remarks) rows.comment(said, one.lineAt(at))
      // They are about all rows, and not about the first.
      if (one.remarks.length > 0) rows.blank()
    } else tell(one, rows, tables)
  }
  return { file, tree: { type: 'root', children: rows.done() } }
}

/** The columns of the tables that a script makes, by their names without the schema. */
type Tables = Map<string, readonly string[]>

function tableKey(name: string): string {
  return name.toLowerCase().split('.').at(-1) ?? ''
}

/** The names of columns as a statement gives them, else as its table was made. */
function headsOf(columns: string, name: string, tables: Tables): readonly string[] {
  if (columns === '') return tables.get(tableKey(name)) ?? []
  return columns.split(',').map((head) => nameOf(head.trim()))
}

function tell(one: SqlStatement, rows: SaidRows, tables: Tables): void {
  const [start = '', table = ''] = TABLE.exec(one.text) ?? []
  const [into = '', target = '', columns = ''] = start === '' ? (INSERT.exec(one.text) ?? []) : []
  if (start !== '') tellTable(one, start.length, nameOf(table), rows, tables)
  else if (into !== '') {
    const name = nameOf(target)
    tellValues(one, into.length, name, headsOf(columns, name, tables), rows)
  } else {
    const beside = joined(one.remarks.map(({ text }) => text))
    const text = one.text.replace(/\s+/gu, ' ')
    rows.add({ under: [], key: '', text, beside, line: one.lineAt(one.from) })
  }
}

function tellTable(one: SqlStatement, from: number, name: string, rows: SaidRows, tables: Tables): void {
  const { pieces, end, next } = piecesOf(one, from)
  const after = one.text.slice(end).trim().replace(/\s+/gu, ' ')
  rows.add({
    under: [],
    key: '',
    text: `table ${name}${after === '' ? '' : ` ${after}`}`,
    beside: joined(one.remarks.slice(next).map((remark) => remark.text)),
    line: one.lineAt(one.from),
  })
  const columns: string[] = []
  for (const { text, line, beside } of pieces) {
    const [, column = '', type = ''] = /^(\S+)\s+(.*)$/u.exec(text) ?? []
    const own = column === '' || RULE.test(text) ? { key: '', text } : { key: nameOf(column), text: type }
    if (own.key !== '') columns.push(own.key)
    rows.add({ under: [name], ...own, beside, line })
  }
  tables.set(tableKey(name), columns)
}

/** The lines that are copied into a table, with a tab between values: "rooms · id: 1 · name: Fjord". */
function tellCopied(
  copy: string,
  { copied, line }: { readonly copied: readonly string[]; readonly line: number },
  rows: SaidRows,
  tables: Tables,
): void {
  const [, target = '', columns = ''] = COPY.exec(copy) ?? []
  const name = nameOf(target)
  const heads = headsOf(columns, name, tables)
  copied.forEach((values, i) => {
    if (values.trim() === '') return
    const own = values.split('\t')
    const told = own.flatMap((value, column) => {
      // Nothing is known.
      if (value === '\\N' || value === '') return []
      const text = value.replace(/\\(.)/gu, (_, letter: string) => (/[bfnrtv]/u.test(letter) ? ' ' : letter))
      return [own.length === heads.length ? `${heads[column]}: ${text}` : text]
    })
    rows.add({ under: [name], key: '', text: told.join(' · '), beside: '', line: line + i })
  })
  // A comment above no rows is not about the next statement.
  rows.blank()
}

function tellValues(
  one: SqlStatement,
  start: number,
  name: string,
  heads: readonly string[],
  rows: SaidRows,
): void {
  let found: Pieces | undefined
  for (let from = start; from > 0; ) {
    found = piecesOf(one, from, found)
    const { pieces, end } = found
    const beside = joined(pieces.map((piece) => piece.beside))
    const line = pieces[0]?.line ?? one.lineAt(one.from)
    rows.add({ under: [name], key: '', text: rowOf(heads, pieces), beside, line })
    const gap = /\s*,\s*\(/uy
    gap.lastIndex = end
    from = gap.test(one.text) ? gap.lastIndex : 0
  }
  if (found !== undefined) tellRest(one, found, name, rows)
}

/** What follows the last row: "RETURNING id". */
function tellRest(one: SqlStatement, { end, next }: Pieces, name: string, rows: SaidRows): void {
  const rest = one.text.slice(end)
  const text = rest.trim().replace(/\s+/gu, ' ')
  if (text === '') return
  const beside = joined(one.remarks.slice(next).map((remark) => remark.text))
  const line = one.lineAt(one.from + end + rest.length - rest.trimStart().length)
  rows.add({ under: [name], key: '', text, beside, line })
}

/** "berth: 4 · boat: Otter". */
function rowOf(heads: readonly string[], pieces: readonly Piece[]): string {
  const known = heads.length === pieces.length
  return pieces
    .map(({ text }, i) => {
      const value = /^n?'[\s\S]*'$/iu.test(text)
        ? text.replace(/^n?'|'$/giu, '').replace(/''|\\'/gu, "'")
        : text
      return known && heads[i] !== '' ? `${heads[i]}: ${value}` : value
    })
    .join(' · ')
}

/** Without quotes and schema marks. */
function nameOf(name: string): string {
  return name.replace(/["`[\]]/gu, '')
}
