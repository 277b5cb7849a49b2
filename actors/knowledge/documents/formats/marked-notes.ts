import type { FootnoteReference, Paragraph, RootContent } from 'mdast'
import { clip } from '../../text/clip.ts'
import { at, note } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { linesOfNote, type NoteLines } from './note-lines.ts'
import { type Mention, mentionsOf, NOTE_MARK, nameAt } from './note-marks.ts'
import { isPlaceOfNotes } from './note-places.ts'

/** A note below a text, and what its mark stands at above it. */
export interface MarkedNote extends NoteLines {
  readonly mark: string
  /** The line of its first mark above, from 0. */
  readonly above: number
  /** What its marks stand at. */
  readonly names: readonly string[]
}

/** A line that begins as a note does. */
interface Candidate {
  readonly mark: string
  readonly text: string
  readonly line: number
  /** Where its text begins. */
  readonly column: number
}

const LINE = new RegExp(`^[ \\t]{0,60}(${NOTE_MARK})([ \\t]*)(?:[:=–-][ \\t]+)?(["'“(\\p{L}\\p{N}].*)$`, 'u')
/** Several notes on one line. */
const BESIDE = new RegExp(`[ \\t]{2,}(?=(?:${NOTE_MARK})[ \\t]*[:=–-]?[ \\t]*\\p{L})`, 'u')
const LINE_CHARS_MAX = 400
/** "+49 30", "#Tag" and "°C" are no notes. */
const NEEDS_GAP = /^[+#°]$/u
/** What begins list items and paragraphs of laws too. */
const COMMON = /^(?:[+#]|\(?[\p{N}a-h]+\))$/u
/** "# Prices" is a heading. */
const TITLE = /^\p{Lu}[^.]*$/u
const GOES_ON_MAX = 6
const NEAR = 12
const NAMES_MAX = 6

/** The notes of a plain text whose marks stand at the end of words or cells above them. A list has items without. */
export function markedNotes(lines: readonly string[]): MarkedNote[] {
  const all = lines.flatMap((_, i) => candidatesIn(lines, i))
  if (all.length === 0) return []
  const known = mentionsAbove(lines, all)
  const kinds = new Map<string, Candidate[]>()
  for (const one of all) {
    const kind = one.mark.replace(/\p{N}+/u, '1').replace(/[a-h]/u, 'a')
    const own = kinds.get(kind) ?? []
    if (own.length === 0) kinds.set(kind, own)
    own.push(one)
  }
  const sure = new Set<Candidate>()
  for (const own of kinds.values()) addSure(lines, own, known, sure)
  return notesOf(lines, all, known, sure)
}

/** The sure ones with their lines, and what stands beside them. */
function notesOf(
  lines: readonly string[],
  all: readonly Candidate[],
  known: ReadonlyMap<Candidate, readonly Mention[]>,
  sure: ReadonlySet<Candidate>,
): MarkedNote[] {
  const begins = new Set(all.map(({ line }) => line))
  const shown = new Set([...sure].map(({ line }) => line))
  // The last one of a line goes on below it.
  const lasts = new Map(all.map((one) => [one.line, one]))
  const read = new Map<number, NoteLines>()
  for (const [line, last] of lasts) {
    const own = shown.has(line) ? linesOfNote(lines, last, begins) : undefined
    if (own !== undefined) read.set(line, own)
  }
  return all.flatMap((one): MarkedNote[] => {
    const { mark, line } = one
    const whole = read.get(line)
    if (whole === undefined) return []
    const own = lasts.get(line) === one ? whole : { text: one.text, from: line, to: line + 1 }
    const mentions = known.get(one) ?? []
    if (sure.has(one))
      return [{ mark, ...own, above: mentions[0]?.line ?? line, names: namesOf(lines, mentions) }]
    // It stands beside a note: its mark is read with it.
    return [{ mark, ...own, text: `${mark} ${own.text}`, above: line, names: [] }]
  })
}

function namesOf(lines: readonly string[], mentions: readonly Mention[]): string[] {
  const names = new Set<string>()
  for (const mention of mentions) {
    const name = nameAt(lines, mention)
    if (name !== '') names.add(name)
    if (names.size === NAMES_MAX) break
  }
  return [...names]
}

function candidatesIn(lines: readonly string[], i: number): Candidate[] {
  const line = lines[i] as string
  if (line.length > LINE_CHARS_MAX || !LINE.test(line)) return []
  const found: Candidate[] = []
  for (const part of line.trim().split(BESIDE)) {
    const [, mark = '', gap = '', text = ''] = LINE.exec(part) ?? []
    // "**Prices**", "*** Prices ***".
    if (mark === '' || (!COMMON.test(mark) && text.includes(mark))) return []
    if (gap === '' && (NEEDS_GAP.test(mark) || isClosed(lines, i, mark))) return []
    if (mark.startsWith('§') && /^\p{N}/u.test(text)) return []
    if (mark.startsWith('#') && TITLE.test(text)) return []
    found.push({ mark, text: text.trim(), line: i, column: line.indexOf(part) + part.length - text.length })
  }
  return found
}

/** "**Never" above "do this.**". */
function isClosed(lines: readonly string[], from: number, mark: string): boolean {
  for (let i = from + 1; i < lines.length && i <= from + GOES_ON_MAX; i += 1) {
    const line = (lines[i] as string).trim()
    if (line === '' || line.startsWith(mark.charAt(0))) return false
    if (line.slice(0, LINE_CHARS_MAX).includes(mark)) return true
  }
  return false
}

/** Where the mark of each stands between it and what begins with the same mark above. */
function mentionsAbove(
  lines: readonly string[],
  all: readonly Candidate[],
): Map<Candidate, readonly Mention[]> {
  const begins = new Set(all.map(({ line, mark }) => `${line} ${mark}`))
  const where = mentionsOf(lines, new Set(all.map(({ mark }) => mark)))
  const read = new Map<string, number>()
  const found = new Map<Candidate, readonly Mention[]>()
  const items = new Set<string>()
  for (const one of all) {
    const own = where.get(one.mark) ?? []
    const from = read.get(one.mark) ?? 0
    let to = from
    while (to < own.length && (own[to] as Mention).line < one.line) to += 1
    read.set(one.mark, to)
    const above = own.slice(from, to).filter(({ line }) => !begins.has(`${line} ${one.mark}`))
    found.set(one, !COMMON.test(one.mark) || above.some(({ inRow }) => inRow) ? above : [])
    if (above.length === 0) items.add(one.mark)
  }
  // What begins items too is a mark only at the end of a cell or a clause.
  for (const [one, above] of found)
    if (items.has(one.mark) && !above.some(({ ends }) => ends)) found.set(one, [])
  return found
}

/** Adds those of one kind that stand together where notes do and whose marks all stand above. */
function addSure(
  lines: readonly string[],
  all: readonly Candidate[],
  known: ReadonlyMap<Candidate, readonly Mention[]>,
  sure: Set<Candidate>,
): void {
  let group: Candidate[] = []
  const close = () => {
    const first = group.flatMap((one) => known.get(one)?.[0] ?? [])
    if (first.length === group.length && isPlaceOfNotes(lines, group, first))
      for (const one of group) sure.add(one)
    group = []
  }
  for (const one of all) {
    const last = group.at(-1)
    const between = (known.get(one) ?? []).some(({ line }) => line > (last?.line ?? 0))
    if (last !== undefined && (between || isApart(lines, last.line, one.line))) close()
    group.push(one)
  }
  close()
}

/** Whether another text stands between two lines, below a blank line. */
function isApart(lines: readonly string[], from: number, to: number): boolean {
  if (to - from > NEAR) return true
  const far = indent(lines[from] as string)
  for (let i = from + 1; i < to - 1; i += 1)
    if ((lines[i] as string).trim() === '' && isOuter(lines[i + 1] as string, far)) return true
  return false
}

function isOuter(line: string, far: number): boolean {
  return line.trim() !== '' && indent(line) <= far
}

/** The lines without those of the notes. No line moves. */
export function withoutNotes(lines: readonly string[], notes: readonly MarkedNote[]): string[] {
  const found = [...lines]
  for (const { from, to } of notes) found.fill('', from, to)
  return found
}

/**
 * Nodes with the notes below them, each with what it is a note of: in its place, or below what has its mark first if a heading stands between.
 *
 * @param numbers the numbers in the file of the lines.
 */
export function withNotes(
  nodes: readonly RootContent[],
  notes: readonly MarkedNote[],
  numbers: readonly number[],
): RootContent[] {
  const starts: number[] = []
  for (const node of nodes) starts.push(Math.max(starts.at(-1) ?? 0, node.position?.start.line ?? 0))
  const headings = nodes.flatMap(({ type }, i) => (type === 'heading' ? [i] : []))
  const below = new Map<number, RootContent[]>()
  for (const own of notes) {
    const numberOf = (line: number) => numbers[line] ?? line + 1
    const here = lastAt(starts, numberOf(own.from))
    let place = lastAt(starts, numberOf(own.above))
    if (lastAt(headings, here) === lastAt(headings, place)) place = here
    // A line above a list or a table may be what leads to it.
    else if (
      nodes[place]?.type === 'paragraph' &&
      /^(?:list|table|code)$/u.test(nodes[place + 1]?.type ?? '')
    )
      place += 1
    const there = below.get(place) ?? []
    if (there.length === 0) below.set(place, there)
    there.push(nodeOf(own, numberOf(own.from)))
  }
  const found = [...(below.get(-1) ?? [])]
  nodes.forEach((node, i) => {
    found.push(node)
    for (const own of below.get(i) ?? []) found.push(own)
  })
  return found
}

/** The last of these numbers, which rise, that is not above a limit: its place, or -1. */
function lastAt(all: readonly number[], limit: number): number {
  let [from, to] = [0, all.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((all[middle] as number) <= limit) from = middle + 1
    else to = middle
  }
  return from - 1
}

function nodeOf({ mark, text, names }: MarkedNote, line: number): Paragraph {
  const about = clip(names.join(', '))
  const written: FootnoteReference = { type: 'footnoteReference', identifier: `mark ${mark}`, label: mark }
  return {
    type: 'paragraph',
    children: [written, { type: 'text', value: text, ...at(line) }],
    ...at(line),
    ...note({ about }),
  }
}
