import { isOneOfSeveral } from './indented-lines.ts'
import { listBreaks } from './list-breaks.ts'
import { numberedHeads } from './numbered-heads.ts'
import { programmeDays } from './programmes.ts'

/** "TERMS OF SALE". */
const CAPITALS = /^(?=(?:.*\p{Lu}){4})[\p{Lu}\p{N}][\p{Lu}\p{N} &'’/,:()-]{3,59}(?<![:,])$/u
/** "3. How to take it", "Article 2. Members", "§ 4 Notice". */
const NUMBERED =
  /^(?=.{4,60}$)(?:(?:\p{Lu}\p{L}+|§) ?)?\p{N}{1,3}(?:\.\p{N}{1,3})*[.:)]? +\p{Lu}.*[^.!?:;,\s]$/u
/** "TAR(1)    User Commands    TAR(1)", the first line of a manual page. */
const MANUAL = /^\S+\(\p{N}\p{L}*\)\s.*\s\S+\(\p{N}\p{L}*\)\s*$/u
/** "Opening hours of the hall": a few words alone on a line, that end as no sentence does. */
const TITLE = /^\p{Lu}[\p{L}’'&/-]*(?: [\p{L}\p{N}&(][\p{L}\p{N}’'&()/-]*){0,5}$/u
/** "v2.14 (12 Feb 2025)", above a list. */
const ABOVE_ITEMS = /^[\p{L}\p{N}[(][^:?!]*[^.:?!;,\s]$/u
const BULLET = /^\s*[-*+•]\s+\S/u
const NUMBER = /^\s*\p{N}{1,3}[.)]\s/u
/** "500 ML MILK", or "2 Care" if none stands below. */
const AMOUNT = /^\p{N}{1,4} +\S/u
/** "Power: 750 W", "Power ........ 750 W". */
const NAMED_VALUE = /^\s*\p{L}[^:.]{0,40}(?::\s|[ \t]*(?:\.[ \t]?){5,})[ \t]*\S/u
const NAME = /^\p{Lu}(?:[\p{L}\p{N}'’/-]|[ ](?=\S)){2,39}$/u

/**
 * Marks the lines of a plain text that stand as headings: in capitals above an empty line or an indented text, numbered above their
 * text, or a name above fields. No line moves.
 *
 * @param titles the lines that a table of contents names.
 */
export function withHeadings(text: string, titles: ReadonlySet<number> = new Set()): string {
  const lines = text.split(/\r\n|\n|\r/u)
  const breaks = listBreaks(lines)
  const numbered = numberedHeads(lines, titles)
  const days = programmeDays(lines)
  let first = true
  let labelled = false
  return lines
    .map((line, i) => {
      const below = lines.slice(i + 1, i + 4)
      const before = lines[i - 1] ?? ''
      if (line.trim() === '') labelled = false
      // Below the first label of a recipe the others stand below sentences.
      const isLabel = breaks.has(i) || (labelled && /[.!?]$/u.test(before))
      const found = days.has(i) ? LABEL : isLabel ? labelLevel(line, below) : levelOf(line, before, below)
      if (isLabel && found > 0) labelled = true
      const head = numbered.get(i)
      if (head !== undefined) {
        first = false
        return `${'#'.repeat(head.level)} ${head.text}`
      }
      // The title of a chapter below its number is told with it.
      if (numbered.get(i - 1)?.lines === 2) return ''
      // A few words between two headings are all that the first one says.
      const value = found === TITLE_LEVEL && numbered.has(i - 2) && numbered.has(i + 2)
      if (value) return line
      if ((found === LABEL || found === 2) && isOneOfSeveral(lines, i)) return line
      const level = found === LABEL && NUMBER.test(line) && isResumed(lines, i + 1) ? 0 : found
      const mark = level === 1 && !first ? 2 : level
      if (line.trim() !== '') first = false
      return level === 0 ? line : `${'#'.repeat(mark)} ${line}`
    })
    .join('\n')
}

/** A numbered line stands directly below the bullets: both are items of one list. */
function isResumed(lines: readonly string[], from: number): boolean {
  let i = from
  while (BULLET.test(lines[i] ?? '')) i += 1
  return NUMBER.test(lines[i] ?? '')
}

/** A word and what stands in the next column: "NAME    PLACE". */
const CELLS = /\p{L}\S*(?: {2,}|\t)\S/u
/** Neither headings nor fields are told by more of a line. */
const HEAD_CHARS_MAX = 60
const MANUAL_CHARS_MAX = 120
const FIELD_CHARS_READ = 120

const TITLE_LEVEL = 3
/** The level of a name above items, fields or a few lines. */
const LABEL = 6

function levelOf(
  line: string,
  before: string,
  [next = '', second = '', third = '']: readonly string[],
): number {
  if (before === '' && line.length <= MANUAL_CHARS_MAX && MANUAL.test(line)) return 1
  if (line === '' || line.length > HEAD_CHARS_MAX || before.trim() !== '' || CELLS.test(line)) return 0
  if ((/^[ \t]+\S/u.test(next) || CELLS.test(next)) && CAPITALS.test(line)) return 2
  if (next.trim() === '')
    return second.trim() === '' ? 0 : CAPITALS.test(line) ? 1 : isTitle(line, second, third) ? TITLE_LEVEL : 0
  if (isAboveItems(line, next, second)) return LABEL
  const amounts = AMOUNT.test(line) && AMOUNT.test(next)
  if (NUMBERED.test(line) && /^[\p{Lu}\p{N}(]/u.test(next) && !NUMBER.test(next) && !amounts) return 3
  return NAME.test(line) && isField(next) && isField(second) ? LABEL : 0
}

function isAboveItems(line: string, next: string, second: string): boolean {
  if (BULLET.test(next)) return ABOVE_ITEMS.test(line)
  return TITLE.test(line) && /^\s*1[.)]\s/u.test(next) && /^\s*2[.)]\s/u.test(second)
}

/** Of a line directly below an item. */
function labelLevel(line: string, [next = '', second = '']: readonly string[]): number {
  if (line.length > HEAD_CHARS_MAX) return 0
  if (isAboveItems(line, next, second)) return LABEL
  return TITLE.test(line) && /^\p{Lu}/u.test(next) && !TITLE.test(next) ? LABEL : 0
}

/** Of several such lines below each other each is what somebody noted. */
function isTitle(line: string, next: string, below: string): boolean {
  return TITLE.test(line) && !(TITLE.test(next) && below.trim() === '')
}

function isField(line: string): boolean {
  return NAMED_VALUE.test(line.slice(0, FIELD_CHARS_READ))
}

/** "[09:04] ", "2024-06-11T02:14:07Z ". */
const TIME =
  /^\s*[[(]?(?:\p{N}{1,4}[-./]\p{N}{1,2}[-./]\p{N}{1,4},?[T ]+)?\p{N}{1,2}:\p{N}{2}(?::\p{N}{2})?\S*\s+\S/u
const TIMED_LEAST = 3

/** True if every line begins with a time. */
export function isTimed(text: string): boolean {
  const lines = text.split(/\r\n|\n|\r/u).filter((line) => line.trim() !== '')
  return lines.length >= TIMED_LEAST && lines.every((line) => TIME.test(line))
}
