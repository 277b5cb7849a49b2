import { CodeLines } from './code-lines.ts'

/** A paragraph with more of one kind of mark has none: the parser compares each with all before it. */
const MARKS_MAX = 1_000

/** A blank line, and a line that begins a block of its own: an item, a row, a heading, a quotation. */
const BEGINS = /^\s*$|^\s*(?:[-+*>#|=]|\d+[.)])/u
/** Nobody nests quotations and lists deeper. Each level is looked at again on each line. */
const TOO_DEEP =
  /^((?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){50})(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/gmu
const CLOSING = /\]/gu
const EMPHASIS = /[*_~]+/gu

/**
 * Markdown in which the marks of a paragraph with thousands of them stand for themselves, as `\]`. Text for people has no such
 * paragraph; a line of 100,000 closing brackets takes the parser minutes. Lists and quotations in fifty others are cut to that. No line
 * moves.
 */
export function withoutManyMarks(written: string): string {
  const text = written.replace(TOO_DEEP, '$1')
  if (count(text, CLOSING) <= MARKS_MAX && count(text, EMPHASIS) <= MARKS_MAX) return text
  const lines = text.split('\n')
  const found: string[] = []
  let open: string[] = []
  const code = new CodeLines({ strict: true })
  const close = () => {
    for (const line of tamed(open)) found.push(line)
    open = []
  }
  for (const line of lines) {
    const fenced = code.next(line) === 'fenced'
    if (fenced || BEGINS.test(line)) close()
    if (fenced) found.push(line)
    else open.push(line)
  }
  close()
  return found.join('\n')
}

function tamed(lines: readonly string[]): readonly string[] {
  const sum = (marks: RegExp) => lines.reduce((all, line) => all + count(line, marks), 0)
  const marks = [CLOSING, EMPHASIS].filter((one) => sum(one) > MARKS_MAX)
  if (marks.length === 0) return lines
  return lines.map((line) => marks.reduce((text, one) => text.replace(one, escaped), line))
}

function count(text: string, marks: RegExp): number {
  let found = 0
  for (const _ of text.matchAll(marks)) found += 1
  return found
}

function escaped(marks: string): string {
  return marks.replace(/./gu, '\\$&')
}
