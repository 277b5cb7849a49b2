import type { Line, Page } from './pdf-lines.ts'
import { withoutItsPage, withoutNamed, withoutPage } from './pdf-page-names.ts'

/** Text at the edge of this many pages belongs to none of them. */
const EDGES_LEAST = 3
/** The edge of a page, as a share of its height. */
const EDGE = 0.09
/** "Page 2 of 9", "2 / 9", "- 2 -". */
const PAGE_NUMBER =
  /^\s*(?:[-–—|]\s*)?(page|seite|página|pagina|p\.)?\s*(\d{1,4})(\s*(?:\/|of|von|de|di|sur|van)\s*\d{1,4})?(?:\s*[-–—|])?\s*$/iu

/** "7 / 10" may be a rating, and "3/5" a date: without a word, only its place in the document tells that it is a page. */
const LETTER = /\p{L}/u

/** The pages without what they repeat at their edges. `usual`: the size of running text. */
export function withoutEdges<P extends Page>(pages: readonly P[], usual: number): P[] {
  const edges = edgesOf(pages, usual)
  const isRepeated = (page: P, line: Line) =>
    keysOf(page, line, usual).some((key) => (edges.get(key) ?? 0) >= EDGES_LEAST)
  const told = pages.map((page) => ({
    ...page,
    lines: page.lines.filter((line) => {
      if (isEdge(page, line, usual) && isRepeated(page, line)) return false
      return !isAtEdge(page, line) || !isPageNumber(line, page, { edges, pages: pages.length })
    }),
  }))
  return told.length === 2 ? toldOnce(told, usual) : told
}

/**
 * What both pages of a document have at one place is told once, without the number of the page: above the first page, or below the last,
 * wherever the file draws it.
 */
function toldOnce<P extends Page>([first, last]: readonly P[], usual: number): P[] {
  if (first === undefined || last === undefined) return []
  const texts = [first, last].map((page) => byText(page, usual))
  const shared = (page: P, lower: boolean) => {
    const [own, others] = page === first ? texts : [...texts].reverse()
    return page.lines.flatMap((line) => {
      const text = own?.textOf.get(line)
      if (text === undefined || line.y < page.height / 2 !== lower) return []
      const other = others?.lines.get(text)?.find((one) => isPlacedAs(line, one))
      return other === undefined ? [] : [{ line, other }]
    })
  }
  const heads = shared(first, false)
  const feet = shared(last, true)
  const own = new Set([...heads, ...shared(first, true)].map(({ line }) => line))
  const again = new Set([...feet, ...shared(last, false)].map(({ line }) => line))
  const told = (lines: readonly { line: Line; other: Line }[], page: P, order: number) =>
    lines.flatMap(
      ({ line, other }) => withoutItsPage({ ...line, order }, other, page, isSmall(line, usual)) ?? [],
    )
  const bottom = last.lines.reduce((most, { order }) => Math.max(most, order), 0)
  return [
    { ...first, lines: [...told(heads, first, 0), ...first.lines.filter((line) => !own.has(line))] },
    { ...last, lines: [...last.lines.filter((line) => !again.has(line)), ...told(feet, last, bottom)] },
  ]
}

function isAtEdge({ height }: Page, { y }: Line): boolean {
  return y < EDGE * height || y > (1 - EDGE) * height
}

/** Small letters at the top or bottom. */
function isEdge(page: Page, line: Line, usual: number): boolean {
  return line.size <= 1.15 * usual && isAtEdge(page, line)
}

/** The lines at the edges of one of two pages, by their text without the number of the page. */
function byText(page: Page, usual: number) {
  const textOf = new Map<Line, string>()
  const lines = new Map<string, Line[]>()
  for (const line of page.lines) {
    if (!isAtEdge(page, line)) continue
    const text = withoutPage(line.text, page, isSmall(line, usual)).trim()
    textOf.set(line, text)
    const same = lines.get(text)
    if (same === undefined) lines.set(text, [line])
    else same.push(line)
  }
  return { textOf, lines }
}

/** At the same place. A number may be wider than another, and what stands at the right moves by as much. */
function isPlacedAs({ left, right, y, size }: Line, other: Line): boolean {
  const [from, to] = [Math.abs(left - other.left), Math.abs(right - other.right)]
  const middle = Math.abs(left + right - other.left - other.right)
  return Math.abs(y - other.y) < 1 && Math.min(from, to, middle) < 1 && from < size
}

function isSmall({ size }: Line, usual: number): boolean {
  return size < SMALL * usual
}

const PAGE_AT_END =
  /(?:page|seite|página|pagina|p\.)\s*(\d{1,4})(?:\s*(?:\/|of|von|de|di|sur|van)\s*\d{1,4})?\s*$/iu

/** The number of its page, or, as "7 / 10" before "8 / 10", of the pages of a longer document. */
function isPageNumber(
  { text }: Line,
  page: Page,
  { edges, pages }: { edges: ReadonlyMap<string, number>; pages: number },
): boolean {
  const [, word, own, of] = numberIn(text) ?? []
  if (own === undefined || word !== undefined) return own !== undefined
  if (pages < 2 || Number(own) === page.number) return pages > 1
  return of !== undefined && (edges.get(placed(page, text, FIRST_NUMBER)) ?? 0) > 1
}

function numberIn(text: string): RegExpExecArray | undefined {
  return (text.length > 40 ? undefined : PAGE_NUMBER.exec(text)) ?? undefined
}

/** How many pages have this text at their edge. */
function edgesOf(pages: readonly Page[], size: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const page of pages) {
    const lines = page.lines.filter((line) => isEdge(page, line, size))
    const own = new Set(lines.flatMap((line) => keysOf(page, line, size)))
    for (const text of own) found.set(text, (found.get(text) ?? 0) + 1)
  }
  return found
}

/**
 * What texts at the edges of several pages share: a number alone, or all but the number of the page, which goes up from page to page.
 * "Payslip no. 56" has a number of its own.
 */
function keysOf(page: Page, line: Line, usual: number): string[] {
  const { text } = line
  if (ONE_NUMBER.test(text)) return [text.replace(/\d+/gu, '#').trim()]
  if (!LETTER.test(text) || numberIn(text))
    return [...new Set([text.trim(), placed(page, text, FIRST_NUMBER), placed(page, text, LAST_NUMBER)])]
  const numbers = [PAGE_BEFORE, PAGE_AFTER, ...(isSmall(line, usual) ? [FIRST_NUMBER, LAST_NUMBER] : [])]
  const called = text.replace(PAGE_AT_END, ' #').trim()
  const named = withoutNamed(text, page).trim()
  return [...new Set([text.trim(), called, named, ...numbers.map((one) => placed(page, text, one))])]
}

/** Letters of a foot are smaller than those of the text: a number there needs no sign that parts it from the words. */
const SMALL = 0.95
/** "3 | Owner's manual", "page 3: Owner's manual". */
const PAGE_BEFORE =
  /(?<=^\W{0,3}(?:\p{L}{1,8}\.?\s)?)\d{1,4}(?=\s*[|·•–—/:)\]]|\s-|\s{2}|\s(?:of|von|de|di|sur|van)\s\d)/u
/** "Owner's manual | 3", "Owner's manual (page 3 of 9)". */
const PAGE_AFTER =
  /(?<=[|·•–—/:([]\s?|-\s|\s{2}|(?:page|seite|blatt|página|pagina|pg\.?|\bp\.|\bs\.)\s?)\d{1,4}(?=(?:\s?(?:\/|of|von|de|di|sur|van)\s?\d{1,4})?\W{0,3}$)/iu
const ONE_NUMBER = /^[^\d\p{L}\p{Sc}%]*\d+[^\d\p{L}\p{Sc}%]*$/u
const FIRST_NUMBER = /\d+/u
const LAST_NUMBER = /\d+(?=\D*$)/u

/** A text with its number as it differs from that of the page. */
function placed({ number }: Page, text: string, which: RegExp): string {
  return text.replace(which, (own) => `#${Number(own) - number}`).trim()
}
