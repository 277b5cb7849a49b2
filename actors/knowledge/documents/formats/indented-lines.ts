import { indent } from '../../text/indent.ts'
import { STOP_WORDS } from '../../text/stop-words.ts'

/** Longer lines are prose. */
const NAME_CHARS_MAX = 48
const LINE_CHARS_MAX = 80
/** A name before words that go on in small letters has no more words. */
const WORDS_BEFORE_SMALL = 4
const DEEPER_LEAST = 2
const MARKED = /^\s*(?:[-*+#>•–—|]|\p{N}{1,3}[.)]\s)/u
const ENDED = /[.!?;,。！？]$/u
/** A letter, figure or closing mark. */
const NAME = /^[\p{L}\p{N}"'“‘«(/].*[\p{L}\p{N})\]>"'”’»%]$/u

/**
 * Writes what plain text shows by indentation as lists: a term and what it means below, and lines below the line that they belong
 * to. No line moves.
 */
export function withIndented(text: string): string {
  const lines = text.split('\n')
  const found = [...lines]
  for (let i = 0; i < lines.length; ) {
    const end = innerEnd(lines, i)
    if (end === i + 1 || !opens(lines, i)) i += 1
    else if (isOutline(lines, i, end)) {
      for (let at = i; at < end; at += 1) found[at] = listed(lines[at] as string)
      i = end
    } else {
      if (isTerm(lines, i, end)) found[i] = `- ${(lines[i] as string).trim()}:`
      i += 1
    }
  }
  return found.join('\n')
}

/**
 * Whether a name above indented lines is one of several in its block, or what stands below those belongs to none: "Router" above
 * indented lines, "Printer" above others, and "Landlord: Mr. Ott".
 */
export function isOneOfSeveral(lines: readonly string[], at: number): boolean {
  let outer = 0
  for (let i = at; i < lines.length && i - at <= LINES_MOST; i += 1) {
    const line = lines[i] as string
    if (line.trim() === '') break
    const inner = /^(?:\t| {2,})/u.test(line)
    if (!inner && (!FLUSH.test(line) || line.length > NAME_CHARS_MAX || ENDED.test(line))) return false
    if (
      inner &&
      (i === at || MARKED.test(line) || line.length > LINE_CHARS_MAX || /\S(?:\t| {2,})\S/u.test(line))
    )
      return false
    if (!inner && i > at) outer += 1
    if (i === at + 1 && !inner) return false
  }
  return outer > 0
}

const FLUSH = /^[\p{Lu}\p{N}]/u

/** Where the lines end that are further in than a line, up to the next blank one. */
function innerEnd(lines: readonly string[], at: number): number {
  const own = lines[at] as string
  let end = at + 1
  if (own.trim() === '' || own.length > LINE_CHARS_MAX) return end
  const least = indent(own) + (/^\s*\t/u.test(lines[end] ?? '') ? 1 : DEEPER_LEAST)
  while (end < lines.length && end - at <= LINES_MOST && isInner(lines[end] as string, least)) end += 1
  return end
}

/** More lines below a name are a text, and each of them would be looked at for each line above. */
const LINES_MOST = 200

function isInner(line: string, least: number): boolean {
  return line.trim() !== '' && indent(line) >= least
}

/** Whether nothing else goes on in a line: it stands below a blank line, a heading, or the inner lines of another one. */
function opens(lines: readonly string[], at: number): boolean {
  const own = lines[at] as string
  const before = lines[at - 1] ?? ''
  if (MARKED.test(own)) return false
  return before.trim() === '' || before.startsWith('#') || indent(before) > indent(own)
}

/** Short lines below each other, several of them or below several. */
function isOutline(lines: readonly string[], at: number, end: number): boolean {
  const own = lines.slice(at, end)
  const named = /[:：]\s+\S/u.test(own[0] as string)
  if (own.length < 3 && !named) return false
  return own.every((line, i) => {
    const words = line.trim()
    return words.length <= NAME_CHARS_MAX && !ENDED.test(words) && (i === 0 || !MARKED.test(line))
  })
}

function isTerm(lines: readonly string[], at: number, end: number): boolean {
  const name = (lines[at] as string).trim()
  const next = (lines[at + 1] as string).trim()
  if (name.length > NAME_CHARS_MAX || !NAME.test(name) || MARKED.test(next)) return false
  // "Server: a program that" goes on below.
  if (/[:：]\s+\S/u.test(name) || STOP_WORDS.has(/\p{Ll}+$/u.exec(name)?.[0] ?? '')) return false
  // What goes on below a name is one text: none of its lines is further in.
  if (lines.slice(at + 1, end).some((line, _, all) => indent(line) !== indent(all[0] as string))) return false
  return !/^\p{Ll}/u.test(next) || name.split(/\s+/u).length <= WORDS_BEFORE_SMALL
}

function listed(line: string): string {
  const space = line.slice(0, indent(line))
  return `${space}- ${line.trim()}`
}
