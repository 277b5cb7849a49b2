import type { Archive } from './archive.ts'
import { type Attributes, type Reader, readElements } from './elements.ts'
import type { Cell, Head, Row, Span } from './sheet.ts'

/** A sheet of an OpenDocument file, and what of it is not read. */
export interface OpenSheet {
  readonly name: string
  readonly style: string
  readonly rows: Row[]
  readonly spans: Span[]
  readonly heads: Head[]
  hidden: boolean
  /** The row after which nothing was read. */
  cut?: number
}

/** What a style says. */
export interface Style {
  readonly strong: boolean
  readonly shown: boolean
}

export interface OpenSheets {
  readonly sheets: readonly OpenSheet[]
  readonly styles: ReadonlyMap<string, Style>
}

const COLUMNS_MAX = 16_384
const NUMBERS = /^(?:float|percentage|currency|date|time)$/u

/** The sheets of a spreadsheet. @param most cells are read. @throws SyntaxError */
export async function readOpenSheets(archive: Archive, most: number): Promise<OpenSheets> {
  const reader = new OpenSheetReader(most)
  await readElements(archive, 'content.xml', reader)
  return { sheets: reader.sheets, styles: reader.styles }
}

class OpenSheetReader implements Reader {
  readonly sheets: OpenSheet[] = []
  readonly styles = new Map<string, Style>()
  #left: number
  #style = ''
  #sheet: OpenSheet | undefined
  #depth = 0
  #line = 0
  #rowTimes = 1
  #hiddenRow = false
  #cells: Cell[] = []
  #column = 0
  #hiddenColumns = new Set<number>()
  #columns = 0
  #cell: Attributes | undefined
  /** Inside a comment, or a drawing over the cells. */
  #aside = 0
  #paragraphs = 0
  #text = ''
  #taken = false

  constructor(most: number) {
    this.#left = most
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'annotation' || name === 'shapes' || name === 'frame') this.#aside += 1
    else if (this.#aside > 0) return
    else if (name === 'style') this.#style = attributes.name ?? ''
    else if (name === 'text-properties') this.#put({ strong: attributes['font-weight'] === 'bold' })
    else if (name === 'table-properties') this.#put({ shown: attributes.display !== 'false' })
    else if (name === 'table') this.#openTable(attributes)
    else if (this.#sheet === undefined) return
    else if (name === 'table-column') this.#openColumn(attributes)
    else if (name === 'table-row') this.#openRow(attributes)
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#openCell(attributes)
    else if (this.#cell !== undefined) this.#openText(name, attributes)
  }

  text(value: string): void {
    if (this.#taken && this.#aside === 0) this.#text += value
  }

  close(name: string): void {
    if (name === 'annotation' || name === 'shapes' || name === 'frame') this.#aside -= 1
    else if (this.#aside > 0) return
    else if (name === 'style') this.#style = ''
    else if (name === 'p') this.#taken = false
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#closeCell()
    else if (name === 'table-row') this.#closeRow()
    else if (name === 'table-header-rows')
      this.#sheet?.heads.push({ line: this.#line, left: 1, right: COLUMNS_MAX })
    else if (name === 'table') {
      this.#depth -= 1
      if (this.#depth === 0) this.#sheet = undefined
    }
  }

  get done(): boolean {
    return this.#left <= 0 && this.#sheet === undefined
  }

  #put(own: Partial<Style>): void {
    if (this.#style === '') return
    const known = this.styles.get(this.#style) ?? { strong: false, shown: true }
    this.styles.set(this.#style, { ...known, ...own })
  }

  #openTable({ name = '', 'style-name': style = '' }: Attributes): void {
    this.#depth += 1
    if (this.#depth > 1) return
    this.#sheet = { name, style, rows: [], spans: [], heads: [], hidden: false }
    this.sheets.push(this.#sheet)
    this.#line = 0
    this.#columns = 0
    this.#hiddenColumns = new Set()
  }

  #openColumn({ visibility, 'number-columns-repeated': times }: Attributes): void {
    const last = Math.min(this.#columns + timesOf(times), COLUMNS_MAX)
    if (visibility === 'collapse')
      for (let column = this.#columns + 1; column <= last; column += 1) this.#hiddenColumns.add(column)
    this.#columns = last
  }

  #openRow({ visibility, 'number-rows-repeated': times }: Attributes): void {
    this.#line += 1
    this.#rowTimes = timesOf(times)
    this.#hiddenRow = visibility === 'collapse'
    this.#cells = []
    this.#column = 0
  }

  #openCell(attributes: Attributes): void {
    this.#cell = attributes
    this.#text = ''
    this.#paragraphs = 0
  }

  #openText(name: string, { c }: Attributes): void {
    if (name === 'p') {
      if (this.#paragraphs > 0) this.#text += '\n'
      this.#paragraphs += 1
      this.#taken = true
    } else if (name === 's') this.#text += ' '.repeat(Math.min(timesOf(c), 100))
    else if (name === 'tab' || name === 'line-break') this.#text += ' '
  }

  #closeCell(): void {
    const attributes = this.#cell ?? {}
    this.#cell = undefined
    const first = this.#column + 1
    const times = timesOf(attributes['number-columns-repeated'])
    this.#column += times
    const text = this.#text.trim()
    // "#N/A" answers nothing.
    if (text === '' || /^(?:#[A-Z/0]+[!?]?|Err:\d+)$/u.test(text)) return
    this.#span(first, attributes)
    const strong = this.styles.get(attributes['style-name'] ?? '')?.strong === true
    const number = NUMBERS.test(attributes['value-type'] ?? '')
    for (let column = first; column <= Math.min(this.#column, COLUMNS_MAX) && this.#left > 0; column += 1) {
      this.#left -= 1
      if (this.#hiddenColumns.has(column)) this.#hide()
      else this.#cells.push({ column, text, number, strong })
    }
  }

  #span(column: number, attributes: Attributes): void {
    const columns = timesOf(attributes['number-columns-spanned'])
    const rows = timesOf(attributes['number-rows-spanned'])
    if (columns > 1 || rows > 1) this.#sheet?.spans.push({ line: this.#line, column, rows, columns })
  }

  #closeRow(): void {
    const sheet = this.#sheet
    if (sheet === undefined) return
    if (this.#cells.length > 0 && this.#hiddenRow) this.#hide()
    else if (this.#cells.length > 0) {
      for (let i = 0; i < this.#rowTimes && (i === 0 || this.#left > 0); i += 1) {
        sheet.rows.push({ line: this.#line + i, cells: this.#cells })
        if (i > 0) this.#left -= this.#cells.length
      }
    }
    this.#line += this.#rowTimes - 1
    if (this.#left <= 0 && sheet.cut === undefined) sheet.cut = this.#line
  }

  #hide(): void {
    if (this.#sheet !== undefined) this.#sheet.hidden = true
  }
}

function timesOf(value: string | undefined): number {
  return Math.max(1, Number.parseInt(value ?? '1', 10) || 1)
}
