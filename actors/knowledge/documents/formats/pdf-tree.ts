import type { RootContent, TableCell, TableRow } from 'mdast'
import { at, note } from '../../text/document.ts'
import { COLUMNS, type Line, type Page } from './pdf-lines.ts'
import { PdfLists } from './pdf-lists.ts'
import { MARK, withMarks } from './pdf-marks.ts'
import { joined, type PdfTable, pdfTableAt } from './pdf-tables.ts'

/** Lines of a page that are tried as rows of a table. A page that people print has a hundred lines. */
const LOOKS_MAX = 20_000

/** The headings, paragraphs, tables and list items of a page. `size` is the size of running text. */
export function treeOfPage(page: Page, size: number): RootContent[] {
  const lines = withMarks(page.lines)
  const reader = new PageReader({ ...page, lines }, size)
  const looks = { left: LOOKS_MAX }
  for (let i = 0; i < lines.length; i += 1) {
    const table = pdfTableAt(lines, i, looks)
    if (table === undefined) reader.read(lines[i] as Line)
    else {
      reader.table(table)
      i += table.lines - 1
    }
  }
  return reader.done()
}

class PageReader {
  readonly #page: Page
  readonly #size: number
  readonly #found: RootContent[] = []
  readonly #numbers: ReadonlyMap<Line, number>
  readonly #lists = new PdfLists()
  #open: Line[] = []

  constructor(page: Page, size: number) {
    this.#page = page
    this.#size = size
    this.#numbers = new Map(page.lines.map((line, i) => [line, i + 1]))
  }

  read(line: Line): void {
    const before = this.#open.at(-1)
    if (before !== undefined && this.#parts(before, line)) this.#close()
    if (line.size > 1.15 * this.#size && line.text.length < 160) this.#heading(line)
    else this.#open.push(line)
  }

  table({ rows }: PdfTable): void {
    this.#close()
    this.#push({ type: 'table', children: rows.map(({ cells, line }) => this.#row(cells, line)) })
  }

  done(): RootContent[] {
    this.#close()
    return this.#found
  }

  #parts(before: Line, line: Line): boolean {
    const gap = before.y - line.y
    if (gap < 0 || gap > 1.6 * Math.max(before.size, line.size) || beginsItem(before, line)) return true
    // What follows an item stands below its mark.
    const { hang } = this.#open[0] ?? line
    if (hang !== undefined && line.left < hang - line.size / 2 && !/^\s*\p{Ll}/u.test(line.text)) return true
    return columnsOf(before).length !== columnsOf(line).length
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
      this.#push({ type: 'table', children: lines.map((line) => this.#row(columnsOf(line), line)) })
    else {
      const text = joined(lines.map((line) => line.text))
      const child = this.#text(text.replace(MARK, ''), first)
      if (MARK.test(first.text))
        this.#lists.add(this.#found, { text, child, left: first.left }, { page: this.#page.number })
      else this.#push({ type: 'paragraph', children: [child] })
    }
  }

  #row(cells: readonly string[], line: Line): TableRow {
    const children = cells.map(
      (text): TableCell => ({ type: 'tableCell', children: text === '' ? [] : [this.#text(text, line)] }),
    )
    return { type: 'tableRow', children, ...this.#at(line) }
  }

  #push(node: RootContent): void {
    this.#found.push({ ...node, ...note({ page: this.#page.number }) })
  }

  #text(value: string, line: Line) {
    return { type: 'text' as const, value, ...this.#at(line) }
  }

  #at(own: Line) {
    return at(this.#numbers.get(own) ?? 1)
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
