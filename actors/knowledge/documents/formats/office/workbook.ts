import type { RootContent } from 'mdast'
import type { Document } from '../../../text/document.ts'
import { malformed } from '../records.ts'
import { Archive } from './archive.ts'
import { elementsOf, first, isTrue, readElements, within } from './elements.ts'
import { NumberFormats } from './number-formats.ts'
import { partOf, partsOf } from './parts.ts'
import { CELLS_MAX, type Head, isUnnamed, type Row } from './sheet.ts'
import { cellKey } from './sheet-spans.ts'
import { sheetTree } from './sheet-tree.ts'
import { readWorksheet, type Shared, spanOf, unescapedText, type Worksheet } from './worksheet.ts'

const NOTE_CHARS_MAX = 120

/** A workbook of Excel: the tables of its sheets, as they are shown. A line is a row. @throws SyntaxError */
export async function readXlsx(file: string, bytes: Uint8Array): Promise<Document> {
  const archive = new Archive(bytes, 'Excel')
  const main = partOf(await partsOf(archive, ''), 'officeDocument') ?? 'xl/workbook.xml'
  const workbook = await elementsOf(archive, main)
  if (workbook === undefined) throw malformed('Excel', 'it has no workbook')
  const parts = await partsOf(archive, main)
  const from1904 = isTrue(first(workbook, 'workbookPr')?.attributes.date1904)
  const shared: Shared = {
    strings: await stringsOf(archive, partOf(parts, 'sharedStrings')),
    ...(await stylesOf(archive, partOf(parts, 'styles'), from1904)),
  }
  const sheets = within(first(workbook, 'sheets'), 'sheet').map(({ attributes }) => attributes)
  const isHidden = ({ state = '' }: { readonly state?: string }) => /hidden/iu.test(state)
  const asides = sheets.filter(isHidden).map(({ name = '' }) => `its hidden sheet "${name}" is not read`)
  const children: RootContent[] = []
  let left = CELLS_MAX
  for (const { name = '', part = '' } of sheets.filter((one) => !isHidden(one))) {
    const own = parts.get(part)
    if (own?.kind !== 'worksheet') continue
    const sheet = await readWorksheet(archive, own.name, shared, left)
    left -= sheet.rows.reduce((sum, { cells }) => sum + cells.length, 0)
    for (const aside of asidesOf(name, sheet)) asides.push(aside)
    const heads = [...sheet.heads, ...(await headsOfTables(archive, own.name, sheet.tables))]
    const title = sheets.length === 1 && isUnnamed(name) ? '' : name
    const rows = withNotes(sheet.rows, await notesOf(archive, own.name))
    if (sheet.rows.length > 0)
      for (const node of sheetTree({ ...sheet, rows, heads }, title)) children.push(node)
  }
  return { file, asides, tree: { type: 'root', children } }
}

/** What of a sheet is not read. */
function asidesOf(name: string, { cut, hidden, uncalculated }: Worksheet): string[] {
  const found: string[] = []
  if (cut !== undefined)
    found.push(`"${name}" is read down to row ${cut}, since the file has more than ${CELLS_MAX} cells`)
  if (hidden) found.push(`hidden rows and columns of "${name}" are not read`)
  if (uncalculated > 0)
    found.push(
      `"${name}" has formulas without values (${uncalculated}): no program has calculated and saved them`,
    )
  return found
}

/** The texts that cells refer to by their numbers, without how they are spoken. */
async function stringsOf(archive: Archive, part: string | undefined): Promise<string[]> {
  const found: string[] = []
  if (part === undefined) return found
  let text = ''
  let taken = false
  let spoken = false
  await readElements(archive, part, {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 'rPh') spoken = true
      else if (name === 't') taken = !spoken
    },
    text(value) {
      if (taken) text += value
    },
    close(name) {
      if (name === 'si') found.push(unescapedText(text))
      else if (name === 'rPh') spoken = false
      else if (name === 't') taken = false
    },
  })
  return found
}

async function stylesOf(
  archive: Archive,
  part: string | undefined,
  from1904: boolean,
): Promise<Pick<Shared, 'formats' | 'styles'>> {
  const top = part === undefined ? undefined : await elementsOf(archive, part)
  const patterns = within(first(top, 'numFmts'), 'numFmt').map(
    ({ attributes: { numFmtId, formatCode = '' } }): [number, string] => [Number(numFmtId), formatCode],
  )
  const strong = within(first(top, 'fonts'), 'font').map((font) => {
    const bold = first(font, 'b')
    return bold !== undefined && bold.attributes.val !== '0' && bold.attributes.val !== 'false'
  })
  const styles = within(first(top, 'cellXfs'), 'xf').map(({ attributes: { numFmtId, fontId } }) => ({
    format: Number(numFmtId ?? 0),
    strong: strong[Number(fontId ?? 0)] === true,
  }))
  return { formats: new NumberFormats(new Map(patterns), from1904), styles }
}

/** What people have noted at the cells of a sheet, by their places. Talks have a copy for older programs, which explains itself instead. */
async function notesOf(archive: Archive, sheet: string): Promise<ReadonlyMap<number, string>> {
  const parts = await partsOf(archive, sheet)
  const found = new Map<number, string>()
  for (const [kind, name] of [
    ['comments', 'comment'],
    ['threadedComment', 'threadedComment'],
  ] as const) {
    const top = await elementsOf(archive, partOf(parts, kind) ?? '')
    const told = new Map<number, string[]>()
    for (const note of within(top, name)) {
      const { line, column } = spanOf(note.attributes.ref ?? '')
      const key = cellKey(line, column)
      const texts = within(note, kind === 'comments' ? 't' : 'text').flatMap(({ children }) => children)
      const text = texts.filter((own) => typeof own === 'string').join('')
      told.set(key, [...(told.get(key) ?? []), text.replace(/\s+/gu, ' ').trim()])
    }
    for (const [key, texts] of told) found.set(key, texts.join('; '))
  }
  return found
}

/** "6 (Estimate)". A long note is a text of its own, which nobody asks a cell for. */
function withNotes(rows: readonly Row[], notes: ReadonlyMap<number, string>): readonly Row[] {
  if (notes.size === 0) return rows
  return rows.map(({ line, cells }) => ({
    line,
    cells: cells.map((cell) => {
      const note = notes.get(cellKey(line, cell.column)) ?? ''
      return note === '' || note.length > NOTE_CHARS_MAX ? cell : { ...cell, text: `${cell.text} (${note})` }
    }),
  }))
}

/** The heads of what people have marked as tables. */
async function headsOfTables(archive: Archive, sheet: string, ids: readonly string[]): Promise<Head[]> {
  if (ids.length === 0) return []
  const parts = await partsOf(archive, sheet)
  const found: Head[] = []
  for (const id of ids) {
    const table = await elementsOf(archive, parts.get(id)?.name ?? '')
    if (table === undefined) continue
    const { ref = '', headerRowCount = '1' } = table.attributes
    const { line, column, columns } = spanOf(ref)
    if (headerRowCount !== '0')
      found.push({ line: line + Number(headerRowCount) - 1, left: column, right: column + columns - 1 })
  }
  return found
}
