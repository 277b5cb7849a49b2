import { STOP_WORDS } from '../../text/stop-words.ts'

/** The lines of a text without those that its pages repeat, and the number in the file of each, from 1. */
export interface Unpaged {
  readonly lines: string[]
  readonly numbers: readonly number[]
}

const LINE_CHARS_MAX = 200
const PAGED = /\f|\[Page \p{N}{1,4}\]|^[ \t]*(?:Page|Seite|Página|Pagina) \p{N}{1,4}/mu
/** "Page 3", "- 3 -", directly above a page break. */
const FOOT = /^\s*(?:(?:Page|Seite|Página|Pagina) \p{N}{1,4}|[-–—] ?\p{N}{1,4} ?[-–—])\s*$/u
/** "Doe          Standards Track          [Page 1]", "Page 3 of 10". */
const SURE_FOOT =
  /\[Page \p{N}{1,4}\]\s*$|^\s*(?:Page|Seite|Página|Pagina) \p{N}{1,4}(?: ?(?:of|von|de|sur|\/) ?\p{N}{1,4})\s*$/u
/** "[Page 1]", as the Internet's standards are printed. */
const STANDARD_FOOT = /\[Page \p{N}{1,4}\]\s*$/u
/** "RFC 9999          The Foo Protocol          March 2024", below such a foot. */
const HEAD = /^\S.{0,60}\S\s{2,40}\S.{0,80}\S\s{2,60}\S.{0,20}\p{N}{4}\s*$/u

/**
 * Takes out what stands at the ends of printed pages: their numbers, and lines above and below that return. What goes on from one page to
 * the next is one text again.
 */
export function withoutPages(text: string): Unpaged {
  const lines = text.split('\n')
  const numbers = lines.map((_, i) => i + 1)
  if (!PAGED.test(text)) return { lines, numbers }
  const edges = edgesOf(lines)
  const found: string[] = []
  const kept: number[] = []
  for (let i = 0; i < lines.length; i += 1) {
    if (edges[i] !== true) {
      found.push(lines[i] as string)
      kept.push(i + 1)
      continue
    }
    let to = i
    while (to < lines.length && (edges[to] === true || isBlank(lines[to]))) to += 1
    while (found.length > 0 && isBlank(found.at(-1))) {
      found.pop()
      kept.pop()
    }
    if (!goesOn(found.at(-1) ?? '', lines[to] ?? '')) {
      found.push('')
      kept.push(i + 1)
    }
    i = to - 1
  }
  return { lines: found, numbers: kept }
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}

/** Whether each line is a page break, or what a page has above or below its text. */
function edgesOf(lines: string[]): boolean[] {
  const edges: boolean[] = lines.map(() => false)
  const heads = new Set<number>()
  const feet = new Set<number>()
  // Nothing but blank lines since "[Page 1]".
  let standard = false
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    const breaks = line.includes('\f')
    if (breaks) {
      lines[i] = line.replace(/\f/gu, '')
      const above = filled(lines, i - 1, -1)
      if (above >= 0) feet.add(above)
      if (above >= 0 && isShort(lines[above]) && FOOT.test(lines[above] as string)) edges[above] = true
    }
    const foot = isShort(line) && SURE_FOOT.test(line)
    const filledNow = !isBlank(lines[i])
    if (foot || (breaks && !filledNow)) edges[i] = true
    if (!foot && standard && isShort(line) && HEAD.test(lines[i] as string)) edges[i] = true
    if (filledNow) standard = foot && STANDARD_FOOT.test(line)
    if (!foot && !breaks) continue
    const below = foot || !filledNow ? filled(lines, i + 1, 1) : i
    // One with a page break is seen when its turn comes.
    if (below >= 0 && !(lines[below] as string).includes('\f')) heads.add(below)
  }
  markReturning(lines, [...heads], 1, edges)
  markReturning(lines, [...feet], -1, edges)
  return edges
}

function isShort(line: string | undefined): boolean {
  return (line ?? '').length <= LINE_CHARS_MAX
}

/** "Total: 80 EUR" and "- milk" are said anew on each page. */
const SAID_ANEW = /^\s*(?:[^:]{1,40}:\s+\S|[-*+•]\s)/u

/** Marks the lines of pages' edges that are on most pages word for word, but for the first; and those that count the pages. */
function markReturning(
  lines: readonly string[],
  all: readonly number[],
  toText: 1 | -1,
  edges: boolean[],
): void {
  const counts = new Map<string, number>()
  for (const i of all) counts.set(formOf(lines[i]), (counts.get(formOf(lines[i])) ?? 0) + 1)
  const told = new Set<string>()
  for (const i of all) {
    const form = formOf(lines[i])
    const count = counts.get(form) ?? 0
    if (count < 2 || 2 * count <= all.length || !isShort(lines[i]) || SAID_ANEW.test(form)) continue
    if (told.has(form)) edges[i] = true
    told.add(form)
  }
  for (let from = 0; from < all.length; ) {
    let to = from + 1
    const first = pageOf(lines[all[from] as number])
    const counting = (at: number) => {
      const page = pageOf(lines[all[at] as number])
      return page?.form === first?.form && page?.number === (first?.number ?? 0) + at - from
    }
    while (first !== undefined && to < all.length && counting(to)) to += 1
    const bare = first?.form === '#'
    const apart = (i: number) => !bare || isBlank(lines[i + toText])
    // What stands beside the numbers is told once.
    if (to - from > 1) for (const i of all.slice(bare ? from : from + 1, to)) if (apart(i)) edges[i] = true
    from = to
  }
}

/** "Page 3", "Pump guide | 3", "3". */
const PAGE_FIGURE =
  /(?:^|[\s|([–—-])(?:page|seite|página|pagina|p\.) ?(?<named>\p{N}{1,4})(?=$|[\s|)\]–—-])|^[^|]{1,120}\| ?(?<last>\p{N}{1,4})$|^(?<bare>\p{N}{1,3})$/iu

/** The number of a page in a line at its edge, and the line without it. */
function pageOf(line: string | undefined): { readonly form: string; readonly number: number } | undefined {
  const text = (line ?? '').slice(0, LINE_CHARS_MAX + 1).trim()
  const found = isShort(text) ? PAGE_FIGURE.exec(text) : null
  if (found === null) return undefined
  const digits = found.groups?.named ?? found.groups?.last ?? found.groups?.bare ?? ''
  const at = found.index + found[0].lastIndexOf(digits)
  return { form: formOf(`${text.slice(0, at)}#${text.slice(at + digits.length)}`), number: Number(digits) }
}

const BLANKS_MAX = 12

/** The next line with something on it, or -1. */
function filled(lines: readonly string[], from: number, step: 1 | -1): number {
  for (let i = from; i >= 0 && i < lines.length && Math.abs(i - from) <= BLANKS_MAX; i += step)
    if (!/^[^\S\f]*$/u.test(lines[i] as string)) return i
  return -1
}

/** A line, however it is spaced. */
function formOf(line: string | undefined): string {
  return (line ?? '').slice(0, LINE_CHARS_MAX).replace(/\s+/gu, ' ').trim()
}

/** Whether a sentence goes on from one page to the next. */
function goesOn(above: string, below: string): boolean {
  if (isBlank(above) || isBlank(below) || /[.!?:;]["'”’)]*\s*$/u.test(above)) return false
  if (/^\s*["'“(]*\p{Ll}/u.test(below) && !/^\s*\p{Ll}[.)]\s/u.test(below)) return true
  const last = /(\p{L}+)\s*$/u.exec(above.slice(-24))?.[1] ?? ''
  return /,\s*$/u.test(above) || (/^\p{Ll}+$/u.test(last) && STOP_WORDS.has(last))
}

const CONTENTS =
  /^\s*(?:#{1,6} )?(?:table of contents|contents|inhalt|inhaltsverzeichnis|table des matières|sommaire|índice|indice|目录|目錄|目次)\s*:?\s*$/iu
/** "1. Introduction ....... 2", "Security     3". */
const LEADS = /(?:\. ?){3,200}\s*\p{N}{1,4}\s*$|\S\s{3,100}\p{N}{1,4}\s*$/u
const ENTRIES_LEAST = 2
/** Each may be looked at to the end of the text. */
const CONTENTS_MOST = 8

/**
 * Blanks the entries of tables of contents that return or lead to a page, and says where they return (`titles`), above what they name.
 * No line moves.
 */
export function withoutContents(lines: readonly string[]): {
  readonly lines: readonly string[]
  readonly titles: ReadonlySet<number>
} {
  const found = [...lines]
  const titles = new Set<number>()
  const heads = lines.flatMap((line, i) => (line.length <= LINE_CHARS_MAX && CONTENTS.test(line) ? [i] : []))
  if (heads.length === 0) return { lines, titles }
  const last = lastOf(lines)
  let done = 0
  for (const head of heads.slice(0, CONTENTS_MOST)) {
    if (head < done) continue
    const end = contentsEnd(lines, head + 1, last)
    for (let i = head; i < end; i += 1) {
      const line = (lines[i] as string).slice(0, LINE_CHARS_MAX)
      const title = last.get(titleOf(line)) ?? 0
      if (title >= end) titles.add(title)
      if (i === head || title >= end || LEADS.test(line) || isDrawnRule(line)) found[i] = ''
    }
    done = Math.max(done, end)
  }
  return { lines: found, titles }
}

/** Where each title stands last. An item, or the last line, has nothing below that it would be the heading of. */
function lastOf(lines: readonly string[]): Map<string, number> {
  const last = new Map<string, number>()
  let filledBelow = false
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i] as string
    if (isBlank(line)) continue
    if (filledBelow && isShort(line) && !/^\s*[-*+•]\s/u.test(line)) {
      const title = titleOf(line)
      if (!last.has(title)) last.set(title, i)
    }
    filledBelow = true
  }
  return last
}

function isDrawnRule(line: string): boolean {
  return /^\s*[-=~_*]{3,80}\s*$/u.test(line)
}

/** Where the entries end, or 0: blocks of lines whose titles return, or of which most lead to pages. */
function contentsEnd(lines: readonly string[], from: number, last: ReadonlyMap<string, number>): number {
  let end = 0
  let count = 0
  let returned = 0
  for (let at = from; at < lines.length; ) {
    while (at < lines.length && (isBlank(lines[at]) || isDrawnRule(lines[at] as string))) at += 1
    let to = at
    let [entries, returning] = [0, 0]
    while (to < lines.length && !isBlank(lines[to])) {
      const line = (lines[to] as string).slice(0, LINE_CHARS_MAX)
      const returns = (last.get(titleOf(line)) ?? 0) > to
      if (returns) returning += 1
      if (returns || LEADS.test(line)) entries += 1
      to += 1
    }
    if (to === at || entries === 0 || 2 * entries < to - at) break
    count += entries
    returned += returning
    end = to
    at = to
  }
  return count >= ENTRIES_LEAST && 2 * returned >= count ? end : 0
}

/** What an entry and the heading that it leads to have in common. */
function titleOf(line: string): string {
  return line
    .trim()
    .replace(/(?:\. ?){3,200}\s*\p{N}{0,4}$|\s{3,100}\p{N}{1,4}$/u, '')
    .replace(/^(?:#{1,6}|[-*•]|(?:\p{N}{1,3}\.){0,4}\p{N}{1,3}[.)]?|[IVXL]{1,6}\.)\s+/u, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase()
}
