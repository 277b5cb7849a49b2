import type { RootContent, TableCell, TableRow } from 'mdast'
import { at, type Drawn, type Noted, note } from '../../text/document.ts'
import { goesOn } from './pdf-columns.ts'
import type { Grid } from './pdf-grids.ts'
import { type Headed, headed } from './pdf-heads.ts'
import { Leading } from './pdf-leading.ts'
import { COLUMNS, type Line, type Page } from './pdf-lines.ts'
import { PdfLists } from './pdf-lists.ts'
import { hasTicks, MARK, withMarks } from './pdf-marks.ts'
import type { PdfCell, PdfRow, Place } from './pdf-rows.ts'
import { withoutSums } from './pdf-sums.ts'
import { joined, type PdfTable, pdfTableAt } from './pdf-tables.ts'

/** Lines of a page that are tried as rows of a table. A page that people print has a hundred lines. */
const LOOKS_MAX = 20_000

/** The headings, paragraphs, tables and list items of a page, whose lines stand in reading order. `size` is the size of running text. */
export function treeOfPage(page: Page, size: number, grids: readonly Grid[] = []): RootContent[] {
  const lines = withMarks(page.lines)
  const reader = new PageReader({ ...page, lines }, size)
  const tables = tablesOf(lines)
  // A grid comes before the first line below it.
  const open = [...grids]
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as Line
    while (open[0] !== undefined && open[0].order <= line.order) {
      const { rows, place } = open.shift() as Grid
      reader.table(rows, place)
    }
    const table = tables.get(i)
    if (table === undefined) reader.read(line)
    else {
      reader.table(table.rows, table.place)
      i = table.to - 1
    }
  }
  for (const { rows, place } of open) reader.table(rows, place)
  return reader.done()
}

/** The tables of a page by their first line. */
function tablesOf(lines: readonly Line[]): ReadonlyMap<number, PdfTable> {
  const found = new Map<number, PdfTable>()
  const looks = { left: LOOKS_MAX }
  let after = 0
  for (let i = 0; i < lines.length; i += 1) {
    const table = pdfTableAt(lines, i, { looks, after })
    if (table === undefined) continue
    found.set(table.from, table)
    after = table.to
    i = table.to - 1
  }
  return found
}

/** A table that is cut by the end of a page reaches this near to it, as a share of its height. */
const MARGIN = 0.2

const LEADERS = /(?:[.·…_]\s?){4,}\S{1,12}(?:\s\p{L}{1,4}|\s[€$£])?\s*$/u

class PageReader {
  readonly #page: Page
  readonly #size: number
  readonly #found: RootContent[] = []
  readonly #lists = new PdfLists()
  readonly #leading: Leading
  #open: Line[] = []

  constructor(page: Page, size: number) {
    this.#page = page
    this.#size = size
    this.#leading = new Leading(page.lines, size)
  }

  read(line: Line): void {
    const before = this.#open.at(-1)
    if (before !== undefined && this.#parts(before, line)) this.#close()
    if (line.title === true) this.#title(line)
    else if (line.size > 1.15 * this.#size && line.text.length < 160) this.#heading(line)
    else this.#open.push(line)
  }

  table(all: readonly PdfRow[], place?: Place): void {
    this.#close()
    const { items, sums } = withoutSums(all)
    this.#tableOf(headed(items), place)
    if (sums.length > 0) this.#tableOf({ rows: sums, heads: 0 })
  }

  #tableOf({ rows, heads, marked = false }: Headed, place?: Place): void {
    // Notes on the cells say which are heads where these are several rows.
    const children = rows.map(({ cells, line }, i) =>
      this.#row(cells, line, heads > 1 ? i < heads : undefined),
    )
    this.#push(
      { type: 'table', children },
      {
        ...(heads === 0 ? { headless: true } : {}),
        ...(hasTicks(rows) ? { values: true } : {}),
        ...(place === undefined ? {} : { drawn: this.#drawn(place, marked) }),
      },
    )
  }

  #drawn({ columns, top, bottom }: Place, marked: boolean): Drawn {
    const { height } = this.#page
    return { columns, high: top > (1 - MARGIN) * height, low: bottom < MARGIN * height, marked }
  }

  done(): RootContent[] {
    this.#close()
    return this.#found
  }

  #parts(before: Line, line: Line): boolean {
    if (before.alone === true || line.alone === true) return true
    const gap = before.y - line.y
    // A sentence may go on at the top of the next column.
    if (gap < 0) return line.left < before.left + 5 * line.size || !goesOn(before.text, line.text)
    if (this.#leading.parts(before, line) || beginsItem(before, line)) return true
    // "Tomato soup ........ 4" is a line of its own.
    if (LEADERS.test(before.text.slice(-60))) return true
    // What follows an item stands below its mark.
    const { hang } = this.#open[0] ?? line
    if (hang !== undefined && line.left < hang - line.size / 2 && !/^\s*\p{Ll}/u.test(line.text)) return true
    return columnsOf(before).length !== columnsOf(line).length
  }

  #title(line: Line): void {
    this.#close()
    this.#push({ type: 'heading', depth: 3, children: [this.#text(line.text.trim(), line)] })
  }

  #heading(line: Line): void {
    const depth = line.size > 1.6 * this.#size ? 1 : 2
    const last = this.#found.at(-1)
    const goesOn = this.#open.length === 0 && last?.type === 'heading' && last.depth === depth
    this.#close()
    if (goesOn) last.children.push(this.#text(` ${line.text.trim()}`, line))
    else this.#push({ type: 'heading', depth, children: [this.#text(line.text.trim(), line)] })
  }

  #close(): void {
    const lines = this.#open
    this.#open = []
    const [first] = lines
    if (first === undefined) return
    if (lines.length > 1 && columnsOf(first).length > 1)
      this.table(lines.map((line) => ({ cells: columnsOf(line).map((text) => ({ text })), line })))
    else {
      const text = joined(lines.map((line) => line.text))
      const child = this.#text(text.replace(MARK, ''), first)
      if (MARK.test(first.text))
        this.#lists.add(this.#found, { text, child, left: first.left }, { page: this.#page.number })
      else this.#push({ type: 'paragraph', children: [child] })
    }
  }

  #row(cells: readonly PdfCell[], line: Line, head?: boolean): TableRow {
    const children = cells.map(({ text, columns, rows }): TableCell => {
      const noted = {
        ...(columns === undefined ? {} : { columns }),
        ...(rows === undefined ? {} : { rows }),
        ...(head === undefined ? {} : { head }),
      }
      return { type: 'tableCell', children: text === '' ? [] : [this.#text(text, line)], ...note(noted) }
    })
    return { type: 'tableRow', children, ...this.#at(line) }
  }

  #push(node: RootContent, noted: Noted = {}): void {
    this.#found.push({ ...node, ...note({ page: this.#page.number, ...noted }) })
  }

  #text(value: string, line: Line) {
    return { type: 'text' as const, value, ...this.#at(line) }
  }

  #at(own: Line) {
    return at(own.order + 1)
  }
}

/** "(b)" may also stand at the beginning of a line within a sentence. */
function beginsItem(before: Line, { text }: Line): boolean {
  if (!MARK.test(text)) return false
  return (
    !/^\s*\(?\p{L}/u.test(text) || /(?:[.:;,!?]|\s(?:and|or|und|oder|et|ou|y|o|e))\s*$/u.test(before.text)
  )
}

function columnsOf({ text }: Line): string[] {
  return text.split(COLUMNS).map((one) => one.trim())
}
