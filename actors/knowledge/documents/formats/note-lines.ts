import { indent } from '../../text/indent.ts'
import { SMALL, WRAP_CHARS_LEAST } from '../../text/wrapping.ts'
import { hasCells } from './note-marks.ts'

/** The lines of a note, from 0, and its words. */
export interface NoteLines {
  readonly text: string
  readonly from: number
  readonly to: number
}

const LINE_CHARS_MAX = 400
const LINES_MAX = 16
/** Of a line, where a rule reads its beginning or its end. */
const CHARS_READ = 80
/** How far from the column of a note's text the lines stand that it goes on in. */
const COLUMNS_OFF = 2
const ITEM = /^\s*(?:[-*+•·–▪◦‣]|\(?\p{N}{1,3}[.)]|\(?\p{L}\))\s/u
/** "31. Dezember" begins no item. */
const DATE = /^\s*\p{N}{1,2}\. (?:Jan|Feb|M[aä]rz|Apr|Mai|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])/u
const SENTENCE_END = /[.!?]["'”’»)]*\s*$/u
const HEADING_CHARS_MAX = 40

/**
 * A note with the lines that it goes on in. Nothing where its end is not known: in a text of many lines, and where it leads to items of its own.
 *
 * @param column where its text begins.
 * @param begins the lines that begin as notes do.
 */
export function linesOfNote(
  lines: readonly string[],
  { text, line, column }: { readonly text: string; readonly line: number; readonly column: number },
  begins: ReadonlySet<number>,
): NoteLines | undefined {
  const words = [text]
  let to = line + 1
  while (to < lines.length && !begins.has(to) && goesOn(lines, line, to, column)) {
    if (to - line >= LINES_MAX) return undefined
    words.push((lines[to] as string).trim())
    to += 1
  }
  if (leadsToItems(lines, line, to)) return undefined
  return { text: words.join(' '), from: line, to }
}

/** "* Valid only for" above "  - adults". */
function leadsToItems(lines: readonly string[], from: number, to: number): boolean {
  const next = lines[to] ?? ''
  const last = (lines[to - 1] as string).slice(-CHARS_READ)
  return ITEM.test(next) && indent(next) > indent(lines[from] as string) && !SENTENCE_END.test(last)
}

function goesOn(lines: readonly string[], from: number, at: number, column: number): boolean {
  const next = lines[at] as string
  if (next.trim() === '' || next.length > LINE_CHARS_MAX) return false
  if ((ITEM.test(next) && !DATE.test(next)) || hasCells(next.trim())) return false
  const own = lines[at - 1] as string
  const far = indent(next)
  const hangs = far > indent(lines[from] as string)
  const ended = SENTENCE_END.test(own.slice(-CHARS_READ))
  if (hangs && Math.abs(far - column) <= COLUMNS_OFF) return !ended || !isHeading(next)
  // A second line tells where the others stand.
  if (hangs && at > from + 1 && far === indent(own)) return !isHeading(next)
  if (ended) return false
  if (hangs) return /^\s*\p{Ll}/u.test(next) || isCut(lines, at)
  return far === indent(lines[from] as string) && isCut(lines, at)
}

/** Whether a line ends inside a sentence: with a word or a comma that ends none, or where no place was left for the next word. */
function isCut(lines: readonly string[], at: number): boolean {
  const own = (lines[at - 1] as string).trimEnd()
  const next = lines[at] as string
  if (SMALL.test(own.slice(-CHARS_READ))) return true
  const small = /^\s*\p{Ll}/u.test(next)
  if (own.endsWith(',') && small) return true
  const word = /^\s*(\S+)/u.exec(next)?.[1] ?? ''
  const full = own.length + 1 + word.length > Math.max(next.trimEnd().length, WRAP_CHARS_LEAST)
  return full && (small || !isHeading(next))
}

/** "Spring programme". */
function isHeading(line: string): boolean {
  const text = line.trim()
  return /^\p{Lu}/u.test(text) && text.length <= HEADING_CHARS_MAX && !SENTENCE_END.test(text)
}
