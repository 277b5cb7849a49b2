import type { Line, Page } from './pdf-lines.ts'

const CONTENTS =
  /^\s*(?:(?:table\s+of\s+)?contents|inhalt(?:sverzeichnis|sübersicht)?|sommaire|table\s+des\s+matières|índice|indice|sommario|contenido|sumário|inhoud(?:sopgave)?)\s*:?\s*$/iu
/** "Breaks ........ 3", and what is left of it where the number stands apart. */
const LEADERS = /\s?(?:[.·…_]\s?){3,}$/u
const PAGE_NUMBER = /^(?:\d{1,4}|[ivxl]{1,7})$/iu
const ENTRY = /^(.*\S)(?:\s{2,}|\s?(?:[.·…_]\s?){3,})(\d{1,4}|[ivxl]{1,7})$/u
/** "2.1", "IV.", "A". */
const NUMBERED =
  /^(?:\d{1,3}(?:\.\d{1,3})*\.?|[IVX]{1,5}\.|[A-Z]\.?|(?:chapter|section|part|kapitel|teil)\s+\S+)\s+/iu
const ENTRY_CHARS_MAX = 200
const ENTRIES_LEAST = 2
/** Entries without a heading above them, which are a table as well. */
const BARE_LEAST = 3
/** Lines that a long title takes besides that with its page. */
const WRAPPED_MAX = 2

interface Entry {
  readonly size: number
  readonly title: string
  readonly page: string
  readonly leaders: boolean
}

/** The pages of a document without its table of contents, which says nothing that the headings don't. */
export function withoutContents<P extends Page>(pages: readonly P[]): P[] {
  const texts = new Map<string, number>()
  for (const { lines } of pages) {
    for (const { text, size } of lines) {
      if (text.length > ENTRY_CHARS_MAX) continue
      for (const key of keysOf(text)) texts.set(key, Math.max(texts.get(key) ?? 0, size))
    }
  }
  const document = { texts, pages: pages.length }
  // It may go on on the next page.
  let open = false
  return pages.map((page) => {
    const lines: Line[] = []
    let i = 0
    while (i < page.lines.length) {
      const headed = isHeading(page.lines[i] as Line) || (open && i === 0)
      const from = isHeading(page.lines[i] as Line) ? i + 1 : i
      const to = headed || entryOf(page.lines[i] as Line)?.leaders === true ? endOf(page.lines, from) : from
      if (isContents(page.lines.slice(from, to), headed, document)) {
        i = to
        open = to === page.lines.length
      } else {
        lines.push(...page.lines.slice(i, Math.max(to, i + 1)))
        i = Math.max(to, i + 1)
        open = false
      }
    }
    return { ...page, lines }
  })
}

function isHeading({ text }: Line): boolean {
  return text.length < 40 && CONTENTS.test(text)
}

/** Where the entries end that begin here. */
function endOf(lines: readonly Line[], from: number): number {
  let end = from
  for (let i = from; i < lines.length && i - end <= WRAPPED_MAX; i += 1) {
    if (entryOf(lines[i] as Line) !== undefined) end = i + 1
  }
  return end
}

function entryOf({ text, pieces, size }: Line): Entry | undefined {
  if (text.length > ENTRY_CHARS_MAX) return undefined
  const last = pieces.at(-1)?.text.trim() ?? ''
  if (pieces.length > 1 && PAGE_NUMBER.test(last)) {
    const title = pieces
      .slice(0, -1)
      .map((piece) => piece.text.trim())
      .join(' ')
    return { size, title: title.replace(LEADERS, ''), page: last, leaders: LEADERS.test(title) }
  }
  const [, title, page] = ENTRY.exec(text.trim()) ?? []
  return title === undefined || page === undefined
    ? undefined
    : { size, title: title.replace(LEADERS, ''), page, leaders: true }
}

/** What a table of contents tells of: the lines of the document with the size of their letters, and how many pages it has. */
interface Told {
  readonly texts: ReadonlyMap<string, number>
  readonly pages: number
}

/**
 * Titles of the document with pages that don't fall. The parts of a kit, and how many there are of each, are none: numbers alone tell
 * nothing. Of part of a document, whose pages are fewer than told, the titles stand elsewhere in larger letters.
 */
function isContents(lines: readonly Line[], headed: boolean, { texts, pages: count }: Told): boolean {
  const entries = lines.flatMap((line) => entryOf(line) ?? [])
  if (entries.length < (headed ? ENTRIES_LEAST : BARE_LEAST)) return false
  const pages = entries.map(({ page }) => Number(page)).filter((page) => !Number.isNaN(page))
  if (pages.some((page, i) => i > 0 && page < (pages[i - 1] as number))) return false
  const larger = pages.some((page) => page > count) ? 1.15 : 0
  const told = entries.filter(({ title, size }) =>
    keysOf(title).some((key) => (texts.get(key) ?? 0) > larger * size),
  ).length
  const numbered = entries.filter(({ title }) => NUMBERED.test(title)).length
  if (headed) return 3 * told >= entries.length || (told > 0 && 2 * numbered >= entries.length)
  return 2 * told >= entries.length
}

/** What tells that a line has this title, with its number or without. */
function keysOf(text: string): string[] {
  const key = (own: string) =>
    own
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  return [...new Set([key(text), key(text.trim().replace(NUMBERED, ''))])].filter((own) => own !== '')
}
