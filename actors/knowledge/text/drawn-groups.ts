import type { DrawnRow } from './drawn-rows.ts'
import { indent } from './indent.ts'
import { STOP_WORDS } from './stop-words.ts'

/** A line of a text, and its number. */
export interface Line {
  readonly text: string
  readonly line: number
}

const GAP = /\S(?: {2,}|\t+)\S/u
const NAME = /^[\p{L}\p{N}][^.!?;,]*[^.!?;,\s]$/u
const NAME_CHARS_MAX = 40
const NAME_WORDS_MAX = 6
/** "Week 2", "MAINS", "Mains:". */
const COUNTED = /^\p{Lu}\p{L}+ \p{N}{1,2}$/u
const CAPITALS = /^(?=.*\p{Lu}.*\p{Lu})[^\p{Ll}]+$/u
const COLON = /:$/u
const ROWS_LEAST = 2

/**
 * Where the names of groups stand among the rows of a table: above rows, in one cell, where one stands above the first row too. None goes on
 * on the lines `on`.
 */
export function groupLines(
  lines: readonly Line[],
  above: string | undefined,
  on: ReadonlySet<number>,
): Line[] {
  const found = lines.filter((one, i) => {
    const next = lines[i + 1]
    return (
      i > 0 && next !== undefined && !on.has(next.line) && isName(one.text) && isBelow(one.text, next.text)
    )
  })
  if (found.length === 0) return []
  const names = found.map(({ text }) => text.trim())
  // "Salmon with" is no group, but a name that goes on below.
  if (names.every((name) => COUNTED.test(name) || COLON.test(name))) return found
  const rows = lines.filter(({ text }) => GAP.test(text.trim()))
  const capitals = rows.filter(({ text }) => CAPITALS.test(text)).length
  if (names.every((name) => CAPITALS.test(name)) && 2 * capitals < rows.length) return found
  // A longer name may have been wrapped, and a single row below may go on in it.
  const width = rows.reduce((most, { text }) => Math.max(most, text.search(GAP) + 1), 0)
  const starts = [lines[0], ...found].map((one) => one?.line ?? 0)
  const end = (lines.at(-1)?.line ?? 0) + 1
  const full = starts.every((at, i) => (starts[i + 1] ?? end) - at >= ROWS_LEAST + (i === 0 ? 0 : 1))
  const same = above !== undefined && isName(above) && indent(above) === indent(found[0]?.text ?? '')
  return same && full && found.every(({ text }) => text.trimEnd().length <= width) ? found : []
}

/** The name above the first row of a table that has names of groups among its rows. */
export function groupAbove(above: string | undefined, rows: readonly DrawnRow[]): string | undefined {
  if (above === undefined || !rows.some(({ group }) => group === true)) return undefined
  const name = above.replace(/^#{1,6} /u, '')
  return isName(name) ? name.trim() : undefined
}

/** Rows with the names of groups among them. */
export function withGroups(rows: readonly DrawnRow[], groups: readonly Line[]): DrawnRow[] {
  const names = groups.map(({ text, line }): DrawnRow => ({ cells: [text.trim()], line, group: true }))
  return [...rows, ...names].sort((a, b) => a.line - b.line)
}

function isName(line: string): boolean {
  const text = line.trim()
  if (text.length > NAME_CHARS_MAX || GAP.test(text) || !NAME.test(text) || !/\p{L}/u.test(text)) return false
  const words = text.split(/\s+/u)
  const last = (words.at(-1) ?? '').toLowerCase()
  return words.length <= NAME_WORDS_MAX && !/^\p{Ll}/u.test(text) && !STOP_WORDS.has(last)
}

/** A row that begins again stands below, no less far in. */
function isBelow(name: string, next: string): boolean {
  return GAP.test(next.trim()) && indent(next) >= indent(name)
}
