import { isBar } from '../../text/drawn-grids.ts'

/** "-----", "=====", "~~~~~", "- - - -". */
const RULE = /^\s*([-=~_*#+^])(?:[ \t]?\1){2,}\s*$/u
const TITLE_CHARS_MAX = 80
const LINE_CHARS_MAX = 200
/** What ends a sentence or goes on. */
const SAID = /[.!?;,]["'”’)]*\s*$/u
const FIELD = /^\s*[^:]{1,40}:\s+\S/u
/** The columns of a table. */
const COLUMNS = /\S(?:\t| {3,})\S|\S {2,}\S.*\S {2,}\S/u
/** A title and its rule are about equally long. */
const FIT = 2
/** "*** Prices ***", "=== Contact ===", "-------- Opening hours --------", ">>> Parking <<<", "[Contact]". */
const DECORATED =
  /^\s{0,8}(?:(?<mark>[-=~_*#+])(?:\k<mark>{1,79} |\k<mark>{2,79})(?<words>[^\s\-=~_*#+].{0,80}?) ?\k<mark>{2,80}|>{2,9} (?<pointed>[^<>]{1,80}) <{2,9}|\[(?<boxed>\p{Lu}\p{L}+(?: [\p{L}&-]+){0,4})\])\s*$/u

/** A rule alone on a line says nothing. */
export function isRule(line: string): boolean {
  return line.length <= LINE_CHARS_MAX && RULE.test(line)
}

/**
 * Marks titles above a rule, between two, or between marks as headings. A rule below several lines, or below a sentence or a record,
 * parts what stands above it from what stands below. No line moves.
 */
export function withRuledHeads(text: string): string {
  const lines = text.split('\n')
  const nested = lines.filter((line) => /^={2,80} ?[^=\s]/u.test(line) && DECORATED.test(line)).length > 1
  const boxed = boxedHeads(lines)
  let parting = -1
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string
    if (line.length > LINE_CHARS_MAX) continue
    if (RULE.test(line)) {
      const end = boxEnd(lines, i)
      if (end > i) {
        writeBox(lines, i, end)
        i = end
      } else if (isUnderline(lines, i, parting === i - 2)) {
        lines[i - 1] = `${'#'.repeat(levelOf(line))} ${(lines[i - 1] as string).trim()}`
        lines[i] = ''
      } else if (!isDrawn(lines, i)) {
        lines[i] = ''
        parting = i
      }
    } else {
      const head = decorated(line, boxed.has(i))
      if (head !== undefined) lines[i] = `${'#'.repeat(nested && /^\s*=/u.test(line) ? 2 : 3)} ${head}`
    }
  }
  return lines.join('\n')
}

/** As in Markdown; small marks stand below both of its levels. */
function levelOf(rule: string): number {
  const mark = rule.trim().charAt(0)
  return mark === '=' ? 1 : /[-*#]/u.test(mark) ? 2 : 3
}

/** Whether the line above is a title, alone above its rule, and none of several entries with rules between them (`among`). */
function isUnderline(lines: readonly string[], at: number, among: boolean): boolean {
  const title = lines[at - 1] ?? ''
  const rule = (lines[at] as string).trim()
  const words = title.trim()
  if (!isTitle(title)) return false
  const fits = Math.abs(words.length - rule.length) <= FIT
  if (FIELD.test(words) && !fits) return false
  const above = lines[at - 2] ?? ''
  if (above.trim() === '' || above.startsWith('#')) return fits || !(among || isParting(lines, at))
  // Below a text, without a blank line.
  return fits && !FIELD.test(words) && /[.!?:]\s*$/u.test(above)
}

function isTitle(line: string): boolean {
  const words = line.trim()
  return (
    /[\p{L}\p{N}]/u.test(words) &&
    words.length <= TITLE_CHARS_MAX &&
    !SAID.test(words) &&
    !/^\s*(?:[-*+•#]|\p{N}{1,3}\))\s/u.test(line) &&
    !/^\s*(?:\p{N}{4}-\p{N}{2}-\p{N}{2}|\p{N}{1,2}[./]\p{N}{1,2}[./]\p{N}{2,4})\s+\S/u.test(line) &&
    !COLUMNS.test(words) &&
    !isBar(words)
  )
}

/** One line between two rules, which stand between others in the same way, is one of several entries. */
function isParting(lines: readonly string[], at: number): boolean {
  const rule = (lines[at] as string).trim()
  const next = lines[at + 1] ?? ''
  return next.trim() !== '' && !RULE.test(next) && (lines[at + 2] ?? '').trim() === rule
}

/** A rule of a table stays. */
function isDrawn(lines: readonly string[], at: number): boolean {
  return [lines[at - 1] ?? '', lines[at + 1] ?? ''].some(
    (line) => COLUMNS.test(line.slice(0, LINE_CHARS_MAX)) || isBar(line.slice(0, LINE_CHARS_MAX)),
  )
}

const BOX_LINES_MAX = 6

/** Where the box that begins with a rule ends, if a title stands in it: below a blank line, with the same rule below. */
function boxEnd(lines: readonly string[], at: number): number {
  const rule = (lines[at] as string).trim()
  const before = lines[at - 1] ?? ''
  if (before.trim() !== '' && !before.startsWith('#')) return 0
  let end = at + 1
  while (end <= at + BOX_LINES_MAX && (lines[end] ?? '').trim() !== '' && !RULE.test(lines[end] as string))
    end += 1
  if ((lines[end] ?? '').trim() !== rule || end === at + 1) return 0
  // Of several entries between rules none is a title.
  if (end === at + 2 && !isTitle(unboxed(lines[at + 1] as string, rule))) return 0
  if (end === at + 2 && isParting(lines, end)) return 0
  const walled = lines.slice(at + 1, end).every((line) => line.trim().startsWith(rule.charAt(0)))
  return end === at + 2 || walled ? end : 0
}

function writeBox(lines: string[], from: number, to: number): void {
  const rule = (lines[from] as string).trim()
  lines[from] = ''
  lines[to] = ''
  for (let i = from + 1, first = true; i < to; i += 1) {
    const words = unboxed(lines[i] as string, rule)
    lines[i] = first && words !== '' ? `${'#'.repeat(levelOf(rule))} ${words}` : words
    if (words !== '') first = false
  }
}

/** "* Dogs   *". */
function unboxed(line: string, rule: string): string {
  const mark = rule.charAt(0)
  let words = line.trim()
  if (words.startsWith(mark)) words = words.slice(1).trim()
  if (words.endsWith(mark)) words = words.slice(0, -1).trim()
  return words
}

/** What stands between marks; between brackets only what is a heading by what stands below (`isHead`). */
function decorated(line: string, isHead: boolean): string | undefined {
  const groups = DECORATED.exec(line)?.groups
  if (groups === undefined) return undefined
  const { words, pointed, boxed } = groups
  if (boxed !== undefined) return isHead ? boxed : undefined
  const head = (words ?? pointed ?? '').trim()
  // "-----BEGIN CERTIFICATE-----" is for programs.
  return /\p{L}/u.test(head) && !SAID.test(head) && !/^(?:BEGIN|END) \p{Lu}/u.test(head) ? head : undefined
}

/** "Adults: 5 EUR", "adults = 5"; not "Host: Welcome back." */
const VALUE = /^\s*[^:=]{1,40}(?::\s+|\s?=\s?)\S(?:.*[^.!?\s])?\s*$/u

/**
 * The lines between brackets that are headings: two or more, each above fields or several paragraphs, or one above two fields. "[Music]" and
 * "[Signature]" are none.
 */
function boxedHeads(lines: readonly string[]): ReadonlySet<number> {
  const found = lines.flatMap((line, i) =>
    line.length <= LINE_CHARS_MAX && DECORATED.exec(line)?.groups?.boxed !== undefined ? [i] : [],
  )
  const isValue = (at: number) => VALUE.test((lines[at] ?? '').slice(0, LINE_CHARS_MAX))
  const heads = found.every((at, i) => {
    const before = lines[at - 1] ?? ''
    if ((before.trim() !== '' && !RULE.test(before)) || (lines[at + 1] ?? '').trim() === '') return false
    if (isValue(at + 1) && (found.length > 1 || isValue(at + 2))) return true
    return found.length > 1 && hasParagraphs(lines, at + 1, found[i + 1] ?? lines.length)
  })
  return new Set(heads ? found : [])
}

/** Whether a blank line parts the text between two lines. */
function hasParagraphs(lines: readonly string[], from: number, to: number): boolean {
  let last = to - 1
  while (last > from && (lines[last] as string).trim() === '') last -= 1
  for (let i = from; i < last; i += 1) if ((lines[i] as string).trim() === '') return true
  return false
}
