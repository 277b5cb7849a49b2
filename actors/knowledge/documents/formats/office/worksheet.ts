import type { Archive } from './archive.ts'
import { type Attributes, isTrue, type Reader, readElements } from './elements.ts'
import type { NumberFormats } from './number-formats.ts'
import type { Cell, Head, Row, Span } from './sheet.ts'

/** What a workbook has for all of its sheets. */
export interface Shared {
  readonly strings: readonly string[]
  readonly formats: NumberFormats
  /** By style: the number of its format, and whether it is bold. */
  readonly styles: readonly { readonly format: number; readonly strong: boolean }[]
}

/** What a worksheet shows, and what of it is not read. */
export interface Worksheet {
  readonly rows: readonly Row[]
  readonly spans: readonly Span[]
  readonly heads: readonly Head[]
  readonly narrow: ReadonlySet<number>
  /** Ids of the parts of its tables. */
  readonly tables: readonly string[]
  /** Rows and columns that are hidden, and neither filtered nor folded away. */
  readonly hidden: boolean
  /** Formulas that no program has calculated yet. */
  readonly uncalculated: number
  /** The row after which nothing was read, since there is too much. */
  readonly cut?: number
}

/** A column of a third of a character's width holds nothing. */
const NARROW_WIDTH = 3
const COLUMNS_MAX = 16_384

/** @param most cells are read. @throws SyntaxError */
export async function readWorksheet(
  archive: Archive,
  part: string,
  shared: Shared,
  most: number,
): Promise<Worksheet> {
  const reader = new SheetReader(shared, most)
  await readElements(archive, part, reader)
  return reader.sheet()
}

interface OpenRow {
  readonly line: number
  readonly hidden: boolean
  readonly cells: Cell[]
}

class SheetReader implements Reader {
  readonly #shared: Shared
  readonly #rows: OpenRow[] = []
  readonly #spans: Span[] = []
  readonly #heads: Head[] = []
  readonly #narrow = new Set<number>()
  readonly #hidden = new Set<number>()
  readonly #tables: string[] = []
  #left: number
  #filtered = false
  #lastColumn = 0
  #uncalculated = 0
  #row: OpenRow = { line: 0, hidden: false, cells: [] }
  #column = 0
  #cell: Attributes | undefined
  #formula = false
  /** The element whose text is the cell's. */
  #taken: string | undefined
  #spoken = false
  #text = ''
  done = false

  constructor(shared: Shared, most: number) {
    this.#shared = shared
    this.#left = most
  }

  open(name: string, attributes: Attributes): void {
    if (this.done) return
    if (name === 'c') this.#openCell(attributes)
    else if (name === 'v' || name === 't')
      this.#taken = this.#cell === undefined || this.#spoken ? undefined : name
    else if (name === 'f') this.#formula = true
    else if (name === 'rPh') this.#spoken = true
    else if (name === 'row') this.#openRow(attributes)
    else this.#about(name, attributes)
  }

  text(value: string): void {
    if (this.#taken !== undefined) this.#text += value
  }

  close(name: string): void {
    if (name === this.#taken) this.#taken = undefined
    else if (name === 'c') this.#closeCell()
    else if (name === 'rPh') this.#spoken = false
    else if (name === 'row' && this.#left <= 0) this.done = true
  }

  sheet(): Worksheet {
    // What a filter leaves out, and what is folded, is still part of the table.
    const isShown = ({ hidden }: OpenRow) => !hidden || this.#filtered
    const rows = this.#rows.filter(({ cells }) => cells.length > 0).sort((a, b) => a.line - b.line)
    for (const { cells } of rows) cells.sort((a, b) => a.column - b.column)
    const shown = rows.filter(isShown).flatMap(({ line, cells }) => {
      const own = cells.filter(({ column }) => !this.#hidden.has(column))
      return own.length === 0 ? [] : [{ line, cells: own }]
    })
    const cells = (all: readonly { readonly cells: readonly Cell[] }[]) =>
      all.reduce((sum, row) => sum + row.cells.length, 0)
    return {
      rows: shown,
      spans: this.#spans,
      heads: this.#heads,
      narrow: this.#narrow,
      tables: this.#tables,
      hidden: cells(shown) < cells(rows),
      uncalculated: this.#uncalculated,
      ...(this.done ? { cut: this.#row.line } : {}),
    }
  }

  #openRow({ r, hidden, outlineLevel = '0' }: Attributes): void {
    this.#row = {
      line: Number.parseInt(r ?? '', 10) || this.#row.line + 1,
      hidden: isTrue(hidden) && outlineLevel === '0',
      cells: [],
    }
    this.#rows.push(this.#row)
    this.#column = 0
  }

  #openCell(attributes: Attributes): void {
    this.#cell = attributes
    this.#column = attributes.r === undefined ? this.#column + 1 : placeOf(attributes.r).column
    this.#formula = false
    this.#text = ''
  }

  #closeCell(): void {
    if (this.#cell === undefined) return
    const { t: kind = 'n', s = '0' } = this.#cell
    this.#cell = undefined
    this.#left -= 1
    const style = this.#shared.styles[Number(s)] ?? { format: 0, strong: false }
    const number = kind === 'n' && /\d/u.test(this.#text) && Number.isFinite(Number(this.#text))
    const text = number
      ? this.#shared.formats.shown(Number(this.#text), style.format)
      : shownText(kind, this.#text, this.#shared.strings)
    if (this.#formula && this.#text === '' && kind !== 'str') this.#uncalculated += 1
    if (text.trim() === '' || this.#column < 1 || this.#column > COLUMNS_MAX) return
    this.#row.cells.push({ column: this.#column, text: text.trim(), number, strong: style.strong })
  }

  #about(name: string, attributes: Attributes): void {
    if (name === 'mergeCell') this.#spans.push(spanOf(attributes.ref ?? ''))
    else if (name === 'autoFilter') this.#head(spanOf(attributes.ref ?? ''))
    else if (name === 'tablePart') this.#table(attributes.part)
    else if (name === 'col') this.#columns(attributes)
    // The rows above the split stay while one scrolls.
    else if (
      name === 'pane' &&
      attributes.state?.startsWith('frozen') === true &&
      attributes.ySplit !== undefined
    )
      this.#heads.push({ line: Number(attributes.ySplit), left: 1, right: COLUMNS_MAX })
  }

  #head({ line, column, columns }: Span): void {
    this.#filtered = true
    this.#heads.push({ line, left: column, right: column + columns - 1 })
  }

  #table(part: string | undefined): void {
    this.#filtered = true
    if (part !== undefined) this.#tables.push(part)
  }

  #columns({ min, max, width, hidden, outlineLevel = '0' }: Attributes): void {
    const set =
      isTrue(hidden) && outlineLevel === '0'
        ? this.#hidden
        : Number(width ?? NARROW_WIDTH) < NARROW_WIDTH
          ? this.#narrow
          : undefined
    const last = Math.min(Number(max), COLUMNS_MAX)
    // Each column has one element; a file may claim more.
    for (let i = Math.max(Number(min), this.#lastColumn + 1); i <= last; i += 1) set?.add(i)
    this.#lastColumn = Math.max(this.#lastColumn, last || 0)
  }
}

function shownText(kind: string, value: string, strings: readonly string[]): string {
  if (kind === 's') return strings[Number(value)] ?? ''
  if (kind === 'b' && value !== '') return isTrue(value) ? 'TRUE' : 'FALSE'
  // "#N/A" answers nothing.
  if (kind === 'e') return ''
  return kind === 'd' ? value.replace(/T00:00:00(?:\.0+)?Z?$/u, '').replace('T', ' ') : unescapedText(value)
}

/** Characters that XML can't have are written as "_x000D_". */
export function unescapedText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9a-fA-F]{4})_/gu, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text
}

/** "B3", or "$B$3". */
function placeOf(reference: string): { readonly line: number; readonly column: number } {
  let column = 0
  let line = 0
  for (let i = 0; i < reference.length; i += 1) {
    const code = reference.charCodeAt(i) & ~32
    if (code >= 65 && code <= 90) column = column * 26 + code - 64
    else if (reference[i] !== '$') line = line * 10 + Number(reference[i])
  }
  return { line, column }
}

/** "B3:D4". */
export function spanOf(reference: string): Span {
  const [from = '', to = from] = reference.split(':')
  const first = placeOf(from)
  const last = placeOf(to)
  return { ...first, rows: last.line - first.line + 1, columns: last.column - first.column + 1 }
}
