import { getDocumentProxy } from 'unpdf'
import type { Document } from '../../text/document.ts'
import { EDGES_LEAST, edgesOf, isEdge, linesOf, type Page, plain, usualSize } from './pdf-lines.ts'
import { treeOfPage } from './pdf-tree.ts'

/** Later pages are not read. */
export const PDF_PAGES_MAX = 3_000

/** The text of a PDF: lines as paragraphs, larger ones as headings. Text that every page repeats at its edges is left out. */
export async function readPdf(file: string, bytes: Uint8Array): Promise<Document> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false })
  try {
    const pages: Page[] = []
    for (let number = 1; number <= Math.min(pdf.numPages, PDF_PAGES_MAX); number += 1) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      pages.push({ number, height: page.view[3] ?? 0, lines: linesOf(items.filter((item) => 'str' in item)) })
      page.cleanup()
    }
    const size = usualSize(pages)
    const edges = edgesOf(pages, size)
    const told = pages.map((page) => ({
      ...page,
      lines: page.lines.filter(
        (line) => !isEdge(page, line, size) || (edges.get(plain(line.text)) ?? 0) < EDGES_LEAST,
      ),
    }))
    return {
      file,
      folded: true,
      tree: { type: 'root', children: told.flatMap((page) => treeOfPage(page, size)) },
    }
  } finally {
    await pdf.loadingTask.destroy()
  }
}
