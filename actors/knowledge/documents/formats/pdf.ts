import { getDocumentProxy } from 'unpdf'
import type { Document } from '../../text/document.ts'
import { joinedPages } from './pdf-breaks.ts'
import { inReadingOrder } from './pdf-columns.ts'
import { withoutContents } from './pdf-contents.ts'
import { withoutEdges } from './pdf-edges.ts'
import { withFields } from './pdf-fields.ts'
import { type Grid, gridsOf } from './pdf-grids.ts'
import { type Line, linesOf, type Page, usualSize } from './pdf-lines.ts'
import { rulesOf } from './pdf-rules.ts'
import { withSigns } from './pdf-signs.ts'
import { titlesOf } from './pdf-titles.ts'
import { treeOfPage } from './pdf-tree.ts'

/** A page, and the tables within its ruled lines. */
interface RuledPage extends Page {
  /** Its lines, with those of its tables. */
  readonly all: readonly Line[]
  readonly grids: readonly Grid[]
}

/** Later pages are not read. */
export const PDF_PAGES_MAX = 3_000

/** The text of a PDF: lines as paragraphs, larger ones as headings. Text that every page repeats at its edges is left out. */
export async function readPdf(file: string, bytes: Uint8Array): Promise<Document> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), {
    verbosity: 0,
    isEvalSupported: false,
    // No picture is looked at.
    maxImageSize: 1,
  })
  try {
    const pages: RuledPage[] = []
    for (let number = 1; number <= Math.min(pdf.numPages, PDF_PAGES_MAX); number += 1) {
      const page = await pdf.getPage(number)
      const { items, styles } = await page.getTextContent()
      const texts = items.filter((item) => 'str' in item)
      const written = linesOf(withSigns(texts, styles))
      const all = withFields(written, await page.getAnnotations())
      const { grids, lines } = mayHaveGrids(all)
        ? gridsOf(all, await rulesOf(page))
        : { grids: [], lines: all }
      pages.push({ number, height: page.view[3] ?? 0, all, lines, grids })
      page.cleanup()
    }
    const size = usualSize(pages.map(({ all }) => all))
    const told = withoutContents(withoutEdges(pages, size)).map((page) => ({
      ...page,
      lines: inReadingOrder(page.lines),
    }))
    const titles = titlesOf(
      told.map(({ lines }) => lines),
      size,
    )
    const trees = told.map((page) => {
      const lines = page.lines.map((line) => (titles.has(line) ? { ...line, title: true } : line))
      return treeOfPage({ ...page, lines }, size, page.grids)
    })
    return {
      file,
      folded: true,
      tree: { type: 'root', children: joinedPages(trees) },
    }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

/** A page whose lines all stand below each other has no table, whatever it draws. */
function mayHaveGrids(lines: readonly Line[]): boolean {
  return lines.some(({ pieces, y }, i) => pieces.length > 1 || y >= (lines[i - 1]?.y ?? Infinity) - 1)
}
