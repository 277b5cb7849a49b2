import { STOP_WORDS } from '../../text/stop-words.ts'

/** The lines of a text without those that its pages repeat, and the number in the file of each, from 1. */
export interface Unpaged {
  readonly lines: string[]
  readonly numbers: readonly number[]
}

const LINE_CHARS_MAX = 200
const PAGED = /\f|\[Page \p{N}{1,4}\]|^[ \t]*(?:Page|Seite|Página|Pagina) \p{N}{1,4}/mu
/** "Doe          Standards Track          [Page 1]", "Page 3 of 10", "- 3 -". */
const FOOT =
  /\[Page \p{N}{1,4}\]\s*$|^\s*(?:[-–—] ?)?(?:(?:Page|Seite|Página|Pagina) )?\p{N}{1,4}(?: ?(?:of|von|de|sur|\/) ?\p{N}{1,4})?(?: ?[-–—])?\s*$/u
const SURE_FOOT =
  /\[Page \p{N}{1,4}\]\s*$|^\s*(?:Page|Seite|Página|Pagina) \p{N}{1,4}(?: ?(?:of|von|de|sur|\/) ?\p{N}{1,4})\s*$/u
/** "RFC 9999          The Foo Protocol          March 2024". */
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
  const heads: number[] = []
  const feet: number[] = []
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    const breaks = line.includes('\f')
    if (breaks) {
      lines[i] = line.replace(/\f/gu, '')
      const above = filled(lines, i - 1, -1)
      if (above >= 0) feet.push(above)
    }
    const foot = line.length <= LINE_CHARS_MAX && SURE_FOOT.test(line)
    if (foot || (breaks && isBlank(lines[i]))) edges[i] = true
    if (!foot && !breaks) continue
    const below = foot || isBlank(lines[i]) ? filled(lines, i + 1, 1) : i
    if (below >= 0 && !(lines[below] as string).includes('\f')) heads.push(below)
    else if (below >= 0 && !isBlank((lines[below] as string).replace(/\f/gu, ''))) heads.push(below)
  }
  const told = new Set<string>()
  for (const all of [heads, feet]) {
    const counts = new Map<string, number>()
    for (const i of new Set(all)) counts.set(formOf(lines[i]), (counts.get(formOf(lines[i])) ?? 0) + 1)
    for (const i of all) {
      const line = (lines[i] as string).slice(0, LINE_CHARS_MAX)
      const alone = all === feet ? FOOT.test(line) : HEAD.test(line)
      const form = formOf(lines[i])
      // What returns is told once.
      if (alone || told.has(form)) edges[i] = true
      else if ((counts.get(form) ?? 0) > 1) told.add(form)
    }
  }
  return edges
}

const BLANKS_MAX = 12

/** The next line with something on it, or -1. */
function filled(lines: readonly string[], from: number, step: 1 | -1): number {
  for (let i = from; i >= 0 && i < lines.length && Math.abs(i - from) <= BLANKS_MAX; i += step)
    if (!/^[^\S\f]*$/u.test(lines[i] as string)) return i
  return -1
}

/** A line without its figures. */
function formOf(line: string | undefined): string {
  return (line ?? '')
    .slice(0, LINE_CHARS_MAX)
    .replace(/\p{N}+/gu, '#')
    .replace(/\s+/gu, ' ')
    .trim()
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

/** Blanks a table of contents, and says where its titles return (`titles`), above what they name. No line moves. */
export function withoutContents(lines: readonly string[]): {
  readonly lines: readonly string[]
  readonly titles: ReadonlySet<number>
} {
  const found = [...lines]
  const titles = new Set<number>()
  const heads = lines.flatMap((line, i) => (line.length <= LINE_CHARS_MAX && CONTENTS.test(line) ? [i] : []))
  if (heads.length === 0) return { lines, titles }
  const last = new Map<string, number>()
  for (const [i, line] of lines.entries())
    if (line.length <= LINE_CHARS_MAX && !isBlank(line)) last.set(titleOf(line), i)
  let done = 0
  for (const head of heads.slice(0, CONTENTS_MOST)) {
    if (head < done) continue
    const end = contentsEnd(lines, head + 1, last)
    for (let i = head; i < end; i += 1) {
      found[i] = ''
      const title = last.get(titleOf((lines[i] as string).slice(0, LINE_CHARS_MAX)))
      if (title !== undefined && title >= end) titles.add(title)
    }
    done = Math.max(done, end)
  }
  return { lines: found, titles }
}

/** Where the entries end, or 0: blocks of lines whose titles return, or of which most lead to pages. */
function contentsEnd(lines: readonly string[], from: number, last: ReadonlyMap<string, number>): number {
  let end = 0
  let count = 0
  let returned = 0
  for (let at = from; at < lines.length; ) {
    while (at < lines.length && (isBlank(lines[at]) || /^\s*[-=~_*]{3,80}\s*$/u.test(lines[at] as string)))
      at += 1
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
