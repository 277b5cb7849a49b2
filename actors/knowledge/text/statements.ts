import type { Block } from './blocks.ts'
import { type Line, lines } from './blocks.ts'
import { type Stretch, sentences } from './sentences.ts'

/** The smallest thing that can be an answer: a sentence, a list item, a table row, a line of code. */
export type StatementKind = 'sentence' | 'item' | 'row' | 'code'

export interface Statement extends Stretch {
  readonly kind: StatementKind
}

/** A statement longer than this is cut at a clause or a space: no one reads it as one answer, no model as one input. */
const STATEMENT_CHARS_MAX = 1_200

/** Nobody wraps prose narrower than this: lines that are all shorter were meant as lines. */
const WRAP_CHARS_LEAST = 40

/** The statements of one block (headings have none), in order. */
export function statements(text: string, block: Block): Statement[] {
  switch (block.kind) {
    case 'heading':
      return []
    case 'paragraph':
      return paragraph(text, block)
    case 'item':
      return cut(text, sentencesOrWhole(text, block), 'item')
    case 'table':
      return rows(text, block)
    case 'code':
      return cut(text, trimmedLines(text, block), 'code')
  }
}

/** An item of one sentence stays whole with its mark; a long item gives its sentences. */
function sentencesOrWhole(text: string, block: Stretch): Stretch[] {
  return sentences(text, block.start, block.end)
}

function paragraph(text: string, block: Stretch): Statement[] {
  const found: Stretch[] = []
  for (const part of deliberateParts(text, block)) found.push(...sentences(text, part.start, part.end))
  return cut(text, found, 'sentence')
}

/**
 * Lines of a paragraph that was wrapped by an editor run on; a line that stopped although the next word would have
 * fitted was stopped on purpose ("Monday: 9 to 5"), and so was one that ends in a full stop or a colon.
 */
function deliberateParts(text: string, block: Stretch): Stretch[] {
  const own = lines(text.slice(block.start, block.end))
  const width = own.reduce((most, line) => Math.max(most, line.text.trimEnd().length), 0)
  const parts: Stretch[] = []
  let start = block.start
  own.forEach((line, i) => {
    const next = own[i + 1]
    if (next !== undefined && !endsOnPurpose(line, next, width)) return
    parts.push({ start, end: block.start + line.end })
    start = block.start + (next?.start ?? line.end)
  })
  return parts
}

function endsOnPurpose(line: Line, next: Line, width: number): boolean {
  const here = line.text.trimEnd()
  if (/[.!?:;。！？]["'”’)\]]*$/u.test(here)) return !/^\s*\p{Ll}/u.test(next.text)
  if (/^\s*\p{Ll}/u.test(next.text)) return false
  if (width < WRAP_CHARS_LEAST) return true
  const word = /^\s*(\S+)/.exec(next.text)?.[1] ?? ''
  return here.length + 1 + word.length <= width
}

function rows(text: string, block: Stretch): Statement[] {
  const all = trimmedLines(text, block).filter((line) => !isRuler(text.slice(line.start, line.end)))
  return cut(text, all, 'row')
}

/** `|---|:--:|`, the line under a table's head. */
function isRuler(line: string): boolean {
  return /^\|?[\s:|-]+\|?$/.test(line) && line.includes('-')
}

function trimmedLines(text: string, block: Stretch): Stretch[] {
  const found: Stretch[] = []
  for (const line of lines(text.slice(block.start, block.end))) {
    const lead = line.text.length - line.text.trimStart().length
    const end = line.start + line.text.trimEnd().length
    if (end > line.start + lead)
      found.push({ start: block.start + line.start + lead, end: block.start + end })
  }
  return found
}

function cut(text: string, stretches: readonly Stretch[], kind: StatementKind): Statement[] {
  const found: Statement[] = []
  for (const stretch of stretches) {
    let start = stretch.start
    while (stretch.end - start > STATEMENT_CHARS_MAX) {
      const end = breakAt(text, start, start + STATEMENT_CHARS_MAX)
      push(found, text, start, end, kind)
      start = end
    }
    push(found, text, start, stretch.end, kind)
  }
  return found
}

/** The last clause end, else the last space, in the second half of a stretch that is too long; else the limit. */
function breakAt(text: string, start: number, limit: number): number {
  const window = text.slice(start, limit)
  for (const mark of [/[;；](?=[^;；]*$)/u, /[,，、](?=[^,，、]*$)/u, /\s(?=\S*$)/u]) {
    const at = mark.exec(window)?.index
    if (at !== undefined && at > window.length / 2) return start + at + 1
  }
  // Never inside a surrogate pair.
  return limit - (/[\uD800-\uDBFF]$/.test(window) ? 1 : 0)
}

function push(found: Statement[], text: string, from: number, to: number, kind: StatementKind): void {
  let start = from
  let end = to
  while (start < end && /\s/u.test(text.charAt(start))) start += 1
  while (end > start && /\s/u.test(text.charAt(end - 1))) end -= 1
  if (end > start) found.push({ start, end, kind })
}
