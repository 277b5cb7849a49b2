import type { RootContent } from 'mdast'
import { at, type Document, note } from '../../text/document.ts'

/** A date with a time: "2026-03-01 02:04:12", "[01/Mar/2026:02:04:12", "Mar  1 02:04:12", "3/1/26, 09:14". */
const STAMP =
  /(?<![\p{L}\p{N}])(?:\p{N}{1,4}[-./]\p{L}{0,3}\p{N}{0,2}[-./]\p{N}{2,4}|\p{L}{3}\.? {1,2}\p{N}{1,2})(?:,? {1,2}|[T:_])\p{N}{1,2}:\p{N}{2}/u
/** "09:14:03", "E0301 02:04:12", "[   12.345678]", "1772330652.310": a time at the beginning. */
const TIME = /^[[(]?(?:\p{Lu}\p{N}{4} )?(?:\p{N}{1,2}:\p{N}{2}(?::\p{N}{2})?\b| *\p{N}{1,10}\.\p{N}{3,6}\])/u
/** Where a line has its stamp: behind a level or an address. */
const STAMP_CHARS = 64
/** What a program prints about an error, below the entry that tells it. */
const TRACE =
  /^(?:(?:[\p{L}_$][\p{L}\p{N}_$]*[.:]{1,2}){0,12}\p{Lu}[\p{L}\p{N}_$]*(?:Exception|Error|Throwable|Warning)\b|Caused by\b|Suppressed:|Traceback \(|During handling of |The above exception |at \S|\.\.\. \p{N}+ (?:more|common)|goroutine \p{N}|panic: )/u
/** Where in the code it was: it says nothing about the cause, and there may be hundreds. */
const FRAME = /^\s*(?:at \S|\.\.\. \p{N}+ |File "|#\p{N}+ )/u
/** So many lines belong to an entry besides frames, and so many with them. */
const LINES_MOST = 20
const ALL_LINES_MOST = 400
/** A wrapped line of prose is longer. */
const PROSE_CHARS_LEAST = 60
const STAMPED_LEAST = 3

/** A log: each line by itself, and those below an entry with it: what it prints about an error, or other lines without a time. */
export function readLog(file: string, text: string): Document {
  const lines = text.split(/\r\n|\n|\r/u)
  return { file, tree: { type: 'root', children: entries(lines, isMostlyStamped(lines)) } }
}

/**
 * Whether a plain text is a log or a chat: entries that begin with a date and a time, with other lines below some of them that are neither
 * prose nor apart.
 */
export function isLog(text: string): boolean {
  const lines = text.split(/\r\n|\n|\r/u)
  const first = lines.find((line) => line.trim() !== '')
  if (first === undefined || !isStamped(first)) return false
  let stamped = 0
  let others = 0
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    if (isStamped(line)) stamped += 1
    else if (!TRACE.test(line) && !FRAME.test(line)) {
      const before = lines[i - 1] ?? ''
      const wrapped = before.length >= PROSE_CHARS_LEAST && /^\s*\p{Ll}/u.test(line)
      if (before.trim() === '' || wrapped) return false
      others += 1
    }
  }
  return stamped >= STAMPED_LEAST && others <= stamped
}

function isStamped(line: string): boolean {
  if (/^\s/u.test(line)) return false
  const found = STAMP.exec(line.slice(0, STAMP_CHARS))
  // What stands before it has no sentence: "127.0.0.1 - - [", "ERROR ".
  return found !== null && !/\p{Ll}+ \p{Ll}+ /u.test(line.slice(0, found.index))
}

function isBegun(line: string): boolean {
  return isStamped(line) || TIME.test(line)
}

/** Lines without a time belong to those above only where most have one. */
function isMostlyStamped(lines: readonly string[]): boolean {
  const own = lines.filter((line) => line.trim() !== '' && !/^\s/u.test(line) && !TRACE.test(line))
  return own.length > 0 && 2 * own.filter(isBegun).length >= own.length
}

/** The lines in their order; those that belong to an entry are a part of their own below it. */
function entries(lines: readonly string[], stamped: boolean): RootContent[] {
  const found: RootContent[] = []
  let from = 0
  while (from < lines.length) {
    let to = from
    while (to < lines.length && innerEnd(lines, to, stamped) === to + 1) to += 1
    const head = Math.min(to + 1, lines.length)
    found.push(part(lines, from, head))
    const end = head === lines.length ? head : innerEnd(lines, to, stamped)
    if (end > head) found.push(part(lines, head, end, lines[to]))
    from = end
  }
  return found
}

function part(lines: readonly string[], from: number, to: number, entry?: string): RootContent {
  const value = lines.slice(from, to).join('\n')
  return { type: 'code', value, ...at(from + 1), ...note({ entry: entry?.trim() ?? '' }) }
}

/** Where the lines end that belong to the entry on a line; the next line if there are none. */
function innerEnd(lines: readonly string[], at: number, stamped: boolean): number {
  const entry = lines[at] as string
  let end = at + 1
  if (entry.trim() === '' || /^\s/u.test(entry)) return end
  let told = 0
  for (; end < lines.length && end - at <= ALL_LINES_MOST; end += 1) {
    const line = lines[end] as string
    if (line.trim() === '' || isBegun(line)) break
    const inner = /^\s/u.test(line) || TRACE.test(line) || stamped
    if (!inner) break
    if (FRAME.test(line)) continue
    told += 1
    if (told > LINES_MOST) break
  }
  return end
}
