import type { Line, Page } from './pdf-lines.ts'

/** Text at the edge of this many pages belongs to none of them. */
const EDGES_LEAST = 3
/** The edge of a page, as a share of its height. */
const EDGE = 0.09
/** "Page 2 of 9", "2 / 9", "- 2 -". */
const PAGE_NUMBER =
  /^\s*(?:[-–—|]\s*)?(page|seite|página|pagina|p\.)?\s*(\d{1,4})(\s*(?:\/|of|von|de|di|sur|van)\s*\d{1,4})?(?:\s*[-–—|])?\s*$/iu

/** The pages without what they repeat at their edges. `usual`: the size of running text. */
export function withoutEdges<P extends Page>(pages: readonly P[], usual: number): P[] {
  const edges = edgesOf(pages, usual)
  const [first] = pages
  return pages.map((page) => ({
    ...page,
    lines: page.lines.filter((line) => {
      if (isEdge(page, line, usual) && (edges.get(plain(line.text)) ?? 0) >= EDGES_LEAST) return false
      if (!isAtEdge(page, line)) return true
      if (isPageNumber(line, page.number, pages.length)) return false
      // What both pages of a document have at one place is told once.
      return pages.length !== 2 || page === first || !first?.lines.some((one) => isSame(one, line))
    }),
  }))
}

function isAtEdge({ height }: Page, { y }: Line): boolean {
  return y < EDGE * height || y > (1 - EDGE) * height
}

/** Small letters at the top or bottom. */
function isEdge(page: Page, line: Line, usual: number): boolean {
  return line.size <= 1.15 * usual && isAtEdge(page, line)
}

function isSame(one: Line, other: Line): boolean {
  return one.text === other.text && Math.abs(one.y - other.y) < 1 && Math.abs(one.left - other.left) < 1
}

function isPageNumber({ text }: Line, number: number, pages: number): boolean {
  if (text.length > 40) return false
  const [, word, own, of] = PAGE_NUMBER.exec(text) ?? []
  return (
    own !== undefined && (word !== undefined || (pages > 1 && (of !== undefined || Number(own) === number)))
  )
}

/** How many pages have this text at their edge. */
function edgesOf(pages: readonly Page[], size: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const page of pages) {
    const own = new Set(page.lines.filter((line) => isEdge(page, line, size)).map(({ text }) => plain(text)))
    for (const text of own) found.set(text, (found.get(text) ?? 0) + 1)
  }
  return found
}

/** Page numbers differ from page to page. */
function plain(text: string): string {
  return text.replace(/\d+/gu, '#').trim()
}
