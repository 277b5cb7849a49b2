import type { Nodes } from 'mdast'
import { indent } from '../../text/indent.ts'
import { WRAP_CHARS_LEAST } from '../../text/wrapping.ts'

/** No text has this character: Unicode keeps it for programs. It keeps a number from being the mark of an item. */
export const HELD = '\ufdd0'
const NUMBER = /^(\s*)(\p{N}{1,9})([.)])(?=[ \t]+(\S))/u
/** A year, and no item of a list. */
const YEAR_DIGITS = 4
const BELOW_MAX = 40
const INDENT_MAX = 3
const BULLET = /^\s*[-*+]\s/u

/** Holds numbers at the start of lines that count nothing: years, and figures of a sentence that goes on. No line moves. */
export function withHeldNumbers(lines: readonly string[]): string[] {
  let last: number | undefined
  return lines.map((line, i) => {
    const found = NUMBER.exec(line)
    if (found === null) return line
    const [mark, space = '', digits = '', , first = ''] = found
    const number = Number(digits)
    const follows = last !== undefined && number === last + 1
    const counts = follows || hasNext(lines, i, number)
    const held =
      (digits.length >= YEAR_DIGITS && !follows) ||
      (!counts && isInSentence(lines[i - 1] ?? '', first, number))
    if (!held) {
      last = number
      return line
    }
    return `${space}${digits}${HELD}${line.slice(mark.length - 1)}`
  })
}

/** Below a line that was wrapped in a sentence, or before words that go on in small letters. */
function isInSentence(above: string, first: string, number: number): boolean {
  const before = above.trim()
  if (before === '' || before.length < WRAP_CHARS_LEAST)
    return number > 1 && /\p{Ll}/u.test(first) && before === ''
  return !/[.!?:;]["'”’)]*$/u.test(before)
}

function hasNext(lines: readonly string[], at: number, number: number): boolean {
  for (let i = at + 1; i < lines.length && i <= at + BELOW_MAX; i += 1) {
    const found = NUMBER.exec(lines[i] as string)
    if (found !== null && Number(found[2]) === number + 1) return true
  }
  return false
}

/** Gives the held numbers of nodes back as they were written. */
export function released<T extends Nodes>(nodes: readonly T[]): readonly T[] {
  for (const node of nodes) {
    if ('value' in node && node.value.includes(HELD)) node.value = node.value.replaceAll(HELD, '')
    if ('children' in node) released(node.children as Nodes[])
  }
  return nodes
}

/** Adds the lines whose number is not the next one of its list: they begin another list, which has the number as written. */
export function addNumberBreaks(lines: readonly string[], found: Set<number>): void {
  let last: { readonly far: number; readonly mark: string; readonly number: number } | undefined
  // How far in the bullets are that numbers may stand in.
  let outer: number | undefined
  lines.forEach((line, i) => {
    const far = indent(line)
    const [, , digits = '', mark = ''] = NUMBER.exec(line) ?? []
    if (line.startsWith('#')) [last, outer] = [undefined, undefined]
    else if (BULLET.test(line) && far < (last?.far ?? INDENT_MAX)) [last, outer] = [undefined, far]
    else if (far === 0 && digits === '' && (lines[i - 1] ?? '').trim() === '' && line !== '')
      outer = undefined
    if (digits === '' || far > Math.min(INDENT_MAX, outer ?? INDENT_MAX)) return
    const number = Number(digits)
    const inner = last !== undefined && far > last.far
    if (inner) return
    const follows = last === undefined || last.far !== far || last.mark !== mark
    if (!follows && number !== (last?.number ?? 0) + 1 && number !== last?.number) found.add(i)
    last = { far, mark, number }
  })
}
