import { usualGap } from './pdf-gaps.ts'
import type { Line } from './pdf-lines.ts'

/** "Noise", "Opening hours of the hall": a few words that end as no sentence does, and no greeting. */
const TITLE =
  /^(?!(?:dear|hello|hi|sehr|liebe[rs]?|hallo|guten)\s)(?:\p{N}{1,2}(?:\.\p{N}{1,2})*\.?\s)?\p{Lu}[\p{L}’'&/-]*(?: [\p{L}\p{N}&(][\p{L}\p{N}’'&()/-]*){0,7}\??$/iu
const TITLE_CHARS_MAX = 70
const CAPITAL = /^(?:\p{N}[\p{N}.]*\s)?\p{Lu}/u
/** A line of running text is longer. */
const RUNNING_CHARS_LEAST = 25
/** A single one may be anything. */
const TITLES_LEAST = 2
/** So much more than between lines of a paragraph, and so many letters at most below a heading. */
const APART = 1.25
const BELOW_MOST = 5
/** Lines of a paragraph are never further apart, in letters: one and a half spacing has 1.7. */
const GAP_MOST = 1.7
/** Lines of a column that are known to be running text may be this far apart. */
const COLUMN_GAP_MOST = 2.6

/**
 * The lines in letters of the usual size that stand as headings above running text: apart from it and from what is above, or in bold
 * where a sentence ends above.
 * Short lines below each other, and labels of a form, are none.
 */
export function titlesOf(pages: readonly (readonly Line[])[], size: number): ReadonlySet<Line> {
  const own = pages.map((lines) => lines.filter((line) => Math.abs(line.size - size) < 0.15 * size))
  const usual = usualGap(own, GAP_MOST * size) ?? 1.2 * size
  const font = usualFont(own)
  const found = new Set<Line>()
  for (const lines of own)
    lines.forEach((line, i) => {
      const [before, next, third] = [lines[i - 1], lines[i + 1], lines[i + 2]]
      if (next !== undefined && isTitle(line, before, next, { usual, font }) && isRunning(next, third, usual))
        found.add(line)
    })
  return found.size < TITLES_LEAST ? new Set() : found
}

interface Usual {
  readonly usual: number
  readonly font: string
}

function isTitle(line: Line, before: Line | undefined, next: Line, { usual, font }: Usual): boolean {
  const text = line.text.trim()
  if (line.pieces.length > 1 || line.hang !== undefined || line.alone === true) return false
  if (text.length > TITLE_CHARS_MAX || !TITLE.test(text) || !CAPITAL.test(text)) return false
  const below = line.y - next.y
  const apart = usual * APART
  const wide = line.column === undefined ? apart : Math.max(apart, COLUMN_GAP_MOST * line.size)
  // Text of another column, or far to the right as a date.
  if (below <= 0 || below > BELOW_MOST * line.size || Math.abs(line.left - next.left) > 3 * line.size)
    return false
  const bold = isIn(line, (one) => one !== font) && isIn(next, (one) => one === font)
  const close = before !== undefined && before.y - line.y <= apart && before.y >= line.y
  // Directly below a text, bold words may be of its sentence.
  if (close && !(bold && isIn(before, (one) => one === font) && /[.!?]["'”’)\]]*\s*$/u.test(before.text)))
    return false
  // Widely spaced lines of a column are all apart.
  return below > wide || bold
}

function isIn({ runs }: Line, test: (font: string) => boolean): boolean {
  return runs.every((run) => test(run.font))
}

/** A text that begins a sentence and ends it, or goes on directly below. */
function isRunning({ text, y, pieces, column, size }: Line, next: Line | undefined, usual: number): boolean {
  if (text.length < RUNNING_CHARS_LEAST || pieces.length > 1 || !/^\s*["'“‘«(]?[\p{Lu}\p{N}]/u.test(text))
    return false
  if (!/\s\p{Ll}+\s/u.test(text)) return false
  const most = column === undefined || next?.column !== column ? usual * APART : COLUMN_GAP_MOST * size
  const goesOn = next !== undefined && y > next.y && y - next.y <= most
  return goesOn || /[.!?]["'”’)\]]*\s*$/u.test(text)
}

/** The font of most letters. */
function usualFont(pages: readonly (readonly Line[])[]): string {
  const letters = new Map<string, number>()
  for (const { runs } of pages.flat())
    for (const { font, text } of runs) letters.set(font, (letters.get(font) ?? 0) + text.length)
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}
