import { hasCells, type Mention } from './note-marks.ts'

/** A line that begins as a note does. */
export interface Begun {
  readonly mark: string
  readonly line: number
}

/** "1)", "(a)": what begins the items of lists and the paragraphs of laws. */
const BRACKET = /\)$/u
/** "*", "+": what begins the items of lists. */
const BULLET_MARK = /^[*+#]$/u
const WORDS_READ = 60
/** "Notes", "Key to symbols:", "Allergens and additives". */
const LABEL =
  /^(?:(?:important|additional|general|further|wichtige|weitere) )?(?:(?:foot|end)?notes?|legend|key(?: to [\p{L} ]{1,30})?|allergens?|additives|remarks?|explanations?|(?:fuß|end)noten?|anmerkung(?:en)?|legende|zeichenerklärung|allergene?|zusatzstoffe|hinweise?|erläuterung(?:en)?|remarques?|légende|allergènes|notas?|leyenda|alérgenos|legenda|allergeni)(?: (?:and|und|et|y|e|to|on|for|zu|zum|zur|about|of)\s.{1,40})?\s*:?$/iu
const LEADS = /[:?]$/u
/** A heading has no figure at its end, as a price has, and no end of a sentence. */
const HEADING = /^\p{Lu}[^.!;]*[^\p{N}€$£%.!;,*]$/u
/** What may stand between a row and the notes below it. */
const BETWEEN_MAX = 40

/**
 * Whether lines that begin alike stand where notes do: not where a heading or a question above leads to them as to a list, and those with
 * brackets only directly below a table or a word like "Notes".
 */
export function isPlaceOfNotes(
  lines: readonly string[],
  group: readonly Begun[],
  mentions: readonly Mention[],
): boolean {
  const [first] = group
  if (first === undefined) return false
  const brackets = BRACKET.test(first.mark)
  if (!brackets && !BULLET_MARK.test(first.mark)) return true
  const above = filledAbove(lines, first.line)
  const text = (lines[above] ?? '').trim()
  if (text.length <= WORDS_READ && LABEL.test(text)) return !brackets || isInOrder(mentions)
  const marked = new Set(mentions.map(({ line }) => line))
  if (brackets) return isBelowRows(lines, above, marked) && isInOrder(mentions)
  return marked.has(above) || !isLead(lines, above, marked)
}

/** The last line above one that is not blank, or -1. */
function filledAbove(lines: readonly string[], from: number): number {
  let i = from - 1
  while (i >= 0 && i > from - BETWEEN_MAX && (lines[i] as string).trim() === '') i -= 1
  return i
}

/** A heading that stands alone, or what ends with a colon or a question mark. */
function isLead(lines: readonly string[], i: number, marked: ReadonlySet<number>): boolean {
  const line = lines[i] ?? ''
  const text = line.trim()
  if (hasCells(line)) return false
  if (LEADS.test(text)) return true
  if (text.length > WORDS_READ || !HEADING.test(text)) return false
  const before = lines[i - 1] ?? ''
  return before.trim() === '' || (hasCells(before) && !(marked.has(i - 1) && isFurtherIn(line, before)))
}

/** A row may go on further in. */
function isFurtherIn(line: string, before: string): boolean {
  return line.search(/\S/u) > before.search(/\S/u)
}

/** Whether a line is a row, and one with a mark stands above it or is it, with rows and their headings between. */
function isBelowRows(lines: readonly string[], from: number, marked: ReadonlySet<number>): boolean {
  for (let i = from; i >= 0 && i > from - BETWEEN_MAX; i -= 1) {
    const line = lines[i] as string
    const text = line.trim()
    if (marked.has(i)) return i !== from || hasCells(line)
    if (text === '' || hasCells(line)) continue
    const heads = i < from && text.length <= WORDS_READ && !/[.!?:;]$/u.test(text)
    if (!heads || !hasCells(lines[i + 1] ?? '')) return false
  }
  return false
}

/** Marks that are cells, as points and answers are, refer to notes only if they rise. */
function isInOrder(mentions: readonly Mention[]): boolean {
  const cells = mentions.filter(({ alone }) => alone)
  return cells.every(({ line }, i) => i === 0 || line >= (cells[i - 1] as Mention).line)
}
