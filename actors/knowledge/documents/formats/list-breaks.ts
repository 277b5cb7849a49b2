import { indent } from '../../text/indent.ts'
import { STOP_WORDS } from '../../text/stop-words.ts'
import { isCutShort, WRAP_CHARS_LEAST } from '../../text/wrapping.ts'

const ITEM =
  /^\s*(?:[-*+•]|\p{N}{1,9}[.)]|\(?(?:\p{L}|[ivx]{2,5}|[IVX]{2,5}|\p{N}{1,2})\)|(?:\p{Ll}|[ivx]{2,5})\.)\s+\S/u
const LABEL_CHARS_MAX = 80
/** "Risks:". */
const COLON = /[:：]\s*$/u
/** "Tuesday": no mark ends it. */
const UNENDED = /[^.:?!;,\s]\s*$/u
/** What begins again, and what a wrapped line may begin with too. */
const CAPITAL = /^\s*["'“‘«(¿¡]*\p{Lu}/u
const FIGURE = /^\s*[("]*\p{N}/u
/** "v2.0 (2024-01-10)", "[1.9.0] - 3 May 2023": a version, and maybe its date. "v2.0 of the tool" goes on in a sentence. */
const VERSION = /^\s*(?:\[v?|v(?:er(?:sion)?)?\.? ?)\p{N}{1,4}\.[\p{L}\p{N}.+-]{1,20}\]?(?<rest>.{0,28})$/iu
const DATE = /^[\s–—:,([-]{1,4}(?:.{0,14}[\s./-])?(?:19|20)\p{N}{2}(?:[-./]\p{N}{1,2}){0,2}[)\]\s]*$/u
/** The next line goes on. */
const OPEN = /[,;(/&–—-]\s*$|\([^)]*$/u
const OPEN_CHARS_READ = 200

/**
 * The lines of a plain text that stand directly below an item, not indented, and don't go on in it: the label of the next items
 * ("Tuesday", "Risks:"), and what is said below the last item.
 */
export function listBreaks(lines: readonly string[]): Set<number> {
  const found = new Set<number>()
  for (let from = 0; from < lines.length; ) {
    let to = from
    while (to < lines.length && (lines[to] as string).trim() !== '') to += 1
    if (to > from) breaksOf(lines, from, to, found)
    from = to + 1
  }
  return found
}

/** Adds those of the lines between two blank ones. */
function breaksOf(lines: readonly string[], from: number, to: number, found: Set<number>): void {
  // What leads into items is none of the clauses above it.
  for (let i = from + 1; i < to; i += 1)
    if (isClauseLead(lines[i] as string) && /[.;]\s*$/u.test(lines[i - 1] as string)) found.add(i)
  let first = from
  while (first < to && !ITEM.test(lines[first] as string)) first += 1
  if (first === to) return
  const far = indent(lines[first] as string)
  const width = widthOf(lines, from, to)
  const labelled = isLabelled(lines, from, first)
  const more = itemsAhead(lines, first, to, far)
  let inItem = false
  let noted = false
  for (let i = first; i < to; i += 1) {
    const line = lines[i] as string
    if (ITEM.test(line)) inItem = true
    else if (line.startsWith('#')) inItem = false
    else if (inItem && indent(line) <= far && !goesOn(lines, i, width) && !isCut(lines, i, to, width)) {
      const above = isItem(lines, i + 1, to)
      const label =
        line.length <= LABEL_CHARS_MAX && (COLON.test(line) || (above && labelled && UNENDED.test(line)))
      // A note between two items belongs to the first of them; then so does the one below the last.
      if (!label && more[i - first] === true) noted = true
      if (!label && (noted || !CAPITAL.test(line))) continue
      found.add(i)
      inItem = false
      noted = false
    }
  }
}

/** "1.2 The kit has:". */
function isClauseLead(line: string): boolean {
  return (
    line.length <= LABEL_CHARS_MAX && COLON.test(line) && /^\s*\p{N}{1,3}(?:\.\p{N}{1,3})+\.?\s/u.test(line)
  )
}

function widthOf(lines: readonly string[], from: number, to: number): number {
  let width = 0
  for (let i = from; i < to; i += 1) width = Math.max(width, (lines[i] as string).trimEnd().length)
  return width
}

/** Whether the first item of a block has a label too. */
function isLabelled(lines: readonly string[], from: number, first: number): boolean {
  const above = first > from ? lines[first - 1] : lines[from - 2]
  return above !== undefined && above.trim() !== '' && !ITEM.test(above) && !/[.!?;,]\s*$/u.test(above)
}

/** For each line, whether items follow before the next label. */
function itemsAhead(lines: readonly string[], from: number, to: number, far: number): boolean[] {
  const found: boolean[] = []
  let ahead = false
  for (let i = to - 1; i >= from; i -= 1) {
    const line = lines[i] as string
    found.push(ahead)
    if (ITEM.test(line)) ahead = true
    else if (line.startsWith('#') || (indent(line) <= far && COLON.test(line))) ahead = false
  }
  return found.reverse()
}

function isItem(lines: readonly string[], at: number, to: number): boolean {
  return at < to && ITEM.test(lines[at] as string)
}

/** Whether the line above ends in a sentence that goes on. */
function isCut(lines: readonly string[], at: number, to: number, width: number): boolean {
  const [line = '', last = ''] = [lines[at - 1], lines[to - 1]]
  // What stands above the item is none of it.
  const before = ITEM.test(line) ? undefined : lines[at - 2]
  return isCutShort({ before, line, next: lines[at] as string, last, width })
}

function isVersion(line: string): boolean {
  if (line.length > LABEL_CHARS_MAX) return false
  const { rest } = VERSION.exec(line)?.groups ?? {}
  return rest !== undefined && (rest.trim() === '' || DATE.test(rest))
}

/** Whether a line goes on in the one above: with small letters, or where no place was left for its first word. */
function goesOn(lines: readonly string[], at: number, width: number): boolean {
  const line = lines[at] as string
  const above = (lines[at - 1] as string).trimEnd()
  const version = isVersion(line)
  if (!version && !CAPITAL.test(line) && !FIGURE.test(line) && !COLON.test(line)) return true
  if ((!version && /^\s*\p{Ll}/u.test(line)) || OPEN.test(above.slice(-OPEN_CHARS_READ))) return true
  const last = /(\p{L}+)$/u.exec(above.slice(-24))?.[1] ?? ''
  if (last !== last.toUpperCase() && STOP_WORDS.has(last.toLowerCase())) return true
  if (width < WRAP_CHARS_LEAST) return false
  const word = /^\s*(\S+)/u.exec(line)?.[1] ?? ''
  return !/[.!?:]["'”’)]*$/u.test(above) && above.length + 1 + word.length > width
}
