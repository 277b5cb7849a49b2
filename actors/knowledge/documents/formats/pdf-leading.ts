import { goesOn } from './pdf-columns.ts'
import { usualGap } from './pdf-gaps.ts'
import type { Line } from './pdf-lines.ts'

/** Lines closer than this, in letters, are lines of one paragraph. */
const GAP = 1.6
/** Lines of a paragraph are never further apart, in letters: double spacing has 2.4. */
const GAP_MOST = 2.6
/** A line that a sentence fills has this many characters at least. */
const FULL_CHARS = 40
/** A line that ends in the last part of the width is full: the next word had no room. */
const FULL_SHARE = 0.85
/** Lines of a column are short, and end where a long word has no room. */
const COLUMN_SHARE = 0.7
/** Of the lines of running text at least as many begin within a sentence. */
const RUNNING_SHARE = 0.25

/** How a page spaces the lines of its paragraphs. */
export class Leading {
  /** The distance of most lines to the next, in points. */
  readonly #usual: number
  readonly #running: boolean
  readonly #left: number
  readonly #right: number

  constructor(lines: readonly Line[], size: number) {
    const own = lines.filter((line) => Math.abs(line.size - size) < 0.1 * size)
    this.#usual = usualGap([own], GAP_MOST * size) ?? 0
    this.#running = own.filter(({ text }) => /^\s*\p{Ll}/u.test(text)).length >= RUNNING_SHARE * own.length
    this.#left = Math.min(...own.map(({ left }) => left))
    this.#right = Math.max(...own.map(({ right }) => right))
  }

  /** True if there is more between two lines than between lines of a paragraph. On a widely spaced page a sentence has to go on. */
  parts(before: Line, line: Line): boolean {
    const gap = before.y - line.y
    if (gap <= GAP * Math.max(before.size, line.size)) return false
    if (gap > 1.1 * this.#usual || before.size !== line.size) return true
    return (
      !goesOn(before.text, line.text) &&
      !((this.#isFull(before) && this.#mayGoOn(line)) || goesOnInColumn(before, line))
    )
  }

  /** "2026 ends", and in running text also "Lyon has". */
  #mayGoOn({ text }: Line): boolean {
    return this.#running || !/^\s*\p{Lu}/u.test(text)
  }

  #isFull({ text, right }: Line): boolean {
    return text.length >= FULL_CHARS && right - this.#left >= FULL_SHARE * (this.#right - this.#left)
  }
}

/** "… opens at", "11:30 instead of noon." */
function goesOnInColumn({ text, right, column }: Line, next: Line): boolean {
  if (column === undefined || next.column !== column || !/^\s*\p{N}/u.test(next.text)) return false
  if (/[.:;!?][)\]"'”’»]*\s*$/u.test(text)) return false
  return right - column.left >= COLUMN_SHARE * (column.right - column.left)
}
