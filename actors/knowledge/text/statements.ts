import type { Block } from './block.ts'
import { nameEnd } from './items.ts'
import { type Stretch, sentences } from './sentences.ts'
import { endingBreaks } from './soft-breaks.ts'
import { isUnspaced } from './words.ts'
import { isCutShort, WRAP_CHARS_LEAST } from './wrapping.ts'

/** The smallest possible answer: a sentence, a list item, a whole list or record, a table row, a field of a record, a line of code. */
export type StatementKind = 'sentence' | 'item' | 'list' | 'row' | 'field' | 'code'

export interface Statement extends Stretch {
  readonly kind: StatementKind
  /** 1-based line of the file. */
  readonly line: number
  /** What it belongs to and does not repeat: the lead of its list, the parent items, the group of its row. */
  readonly under: string
}

/** A longer statement is cut at a clause or a space: nobody reads it as one answer, and no model as one input. */
const STATEMENT_CHARS_MAX = 1_200

/** The statements of one block (headings have none), in order, as stretches of its text. */
export function statements(block: Block): Stretch[] {
  switch (block.kind) {
    case 'heading':
      return []
    case 'paragraph':
      return cut(block.text, paragraph(block))
    case 'item':
      return cut(block.text, item(block))
    case 'row':
      return cut(block.text, [{ start: 0, end: block.text.length }])
    case 'code':
      return cut(block.text, codeLines(block.text))
  }
}

/** "# restore it", "// restore it", "-- restore it", but no setting that is commented out. */
const REMARK = /^\s*(?:#+|\/\/+|--|;+)\s+(?![\w.-]+\s*[=:])\S/u
const CONTINUED = /\\\s*$/u
/** More of them below each other are no remark on one line: commands of root, or text. */
const REMARKS_MAX = 3

/** Lines of code: remarks go with the line below that they are about, and a line with those that continue it. */
function codeLines(text: string): Stretch[] {
  const found: Stretch[] = []
  let remarks: Line[] = []
  let start: number | undefined
  const alone = () => {
    for (const { start: from, end } of remarks) found.push({ start: from, end })
    remarks = []
  }
  for (const line of linesOf(text)) {
    if (start === undefined && REMARK.test(line.text)) {
      remarks.push(line)
      continue
    }
    if (line.text.trim() === '' || remarks.length > REMARKS_MAX) alone()
    start ??= remarks[0]?.start ?? line.start
    remarks = []
    if (CONTINUED.test(line.text)) continue
    found.push({ start, end: line.end })
    start = undefined
  }
  alone()
  if (start !== undefined) found.push({ start, end: text.length })
  return found
}

function paragraph({ text, breaks }: Block): Stretch[] {
  const found: Stretch[] = []
  for (const part of deliberateParts(text, breaks))
    for (const sentence of sentences(text, part.start, part.end)) {
      const before = found.at(-1)
      if (before !== undefined && before.start >= part.start && isHow(text, before, sentence))
        found[found.length - 1] = { start: before.start, end: sentence.end }
      else found.push(sentence)
    }
  return found
}

/** "Who pays? (tick one)": it says how to answer. */
function isHow(text: string, before: Stretch, own: Stretch): boolean {
  if (own.end - own.start > HOW_CHARS_MAX) return false
  return /[?？]$/u.test(text.slice(before.start, before.end)) && HOW.test(text.slice(own.start, own.end))
}

const HOW = /^\(\p{Ll}[^().!?]*\)$/u
const HOW_CHARS_MAX = 60

/** An item that an editor wrapped is not split at its line breaks. */
function item({ text, breaks }: Block): Stretch[] {
  const found: Stretch[] = []
  const name = nameEnd(text)
  // Lines that begin again below a name were ended on purpose.
  const own =
    name === 0
      ? endingBreaks(text, breaks)
      : linesOf(text)
          .map(({ end }) => end)
          .slice(0, -1)
  const ends = [...own, text.length]
  ends.forEach((end, i) => {
    for (const sentence of sentences(text, i === 0 ? 0 : (ends[i - 1] as number), end)) found.push(sentence)
  })
  return found
}

interface Line extends Stretch {
  readonly text: string
}

/** The lines of a text, without their line ends. */
function linesOf(text: string): Line[] {
  let start = 0
  return text.split('\n').map((line) => {
    const own = { start, end: start + line.length, text: line }
    start += line.length + 1
    return own
  })
}

/** "Apologies: R. Nunez". */
const FIELD = /^\s*\p{Lu}(?:[\p{L}\p{N}'’/-]|[ ](?=\S)){1,30}:\s+\S/u

/**
 * Lines of a paragraph wrapped by an editor run on. A line was ended on purpose if the next word would have fitted ("Monday:
 * 9 to 5"), if it ends in a full stop or a colon, or if the next one is one of several fields.
 */
function deliberateParts(text: string, breaks: readonly number[]): Stretch[] {
  const own = linesOf(text)
  const asked = new Set(endingBreaks(text, breaks))
  const soft = new Set(breaks.filter((one) => !asked.has(one)))
  const width = own.reduce((most, line) => Math.max(most, line.text.trimEnd().length), 0)
  const fields = own.filter((line) => FIELD.test(line.text)).length > 1
  const full = isFull(own, width)
  const parts: Stretch[] = []
  let start = 0
  own.forEach((line, i) => {
    const next = own[i + 1]
    if (soft.has(line.end)) return
    if (next !== undefined && full && !asked.has(line.end) && !ENDS.test(line.text.trimEnd())) return
    const ends = next === undefined || asked.has(line.end) || (fields && FIELD.test(next.text))
    if (!ends && !endsOnPurpose(line, next, width)) return
    const above = { before: own[i - 1]?.text, line: line.text, last: own.at(-1)?.text ?? '', width }
    if (!ends && !fields && isCutShort({ ...above, next: next.text })) return
    parts.push({ start, end: line.end })
    start = next?.start ?? line.end
  })
  return parts
}

const ENDS = /[.!?:;。！？：；][”’」』）)\]]*$/u

/** Nobody wraps Chinese narrower than this, whose characters are twice as wide. */
const FULL_LEAST = 12

/** Whether all lines of Chinese prose but the last are equally long, give or take a mark that begins no line: an editor wrapped them. */
function isFull(lines: readonly Line[], width: number): boolean {
  return (
    lines.length > 1 &&
    width >= FULL_LEAST &&
    lines.slice(0, -1).every(({ text }) => text.trimEnd().length >= width - 2) &&
    lines.some(({ text }) => /[。！？]/u.test(text)) &&
    lines.every(({ text }) => isUnspaced(text))
  )
}

function endsOnPurpose(line: Line, next: Line, width: number): boolean {
  const here = line.text.trimEnd()
  if (/[.!?:;。！？]["'”’)\]]*$/u.test(here)) return !/^\s*\p{Ll}/u.test(next.text)
  if (/^\s*\p{Ll}/u.test(next.text)) return false
  if (width < WRAP_CHARS_LEAST) return true
  const word = /^\s*(\S+)/.exec(next.text)?.[1] ?? ''
  return here.length + 1 + word.length <= width
}

function cut(text: string, stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = []
  for (const stretch of stretches) {
    let start = stretch.start
    while (stretch.end - start > STATEMENT_CHARS_MAX) {
      const end = breakAt(text, start, start + STATEMENT_CHARS_MAX)
      push(found, text, start, end)
      start = end
    }
    push(found, text, start, stretch.end)
  }
  return found
}

/** The last clause end, else the last space, in the second half of an overlong stretch; else the limit. */
function breakAt(text: string, start: number, limit: number): number {
  const window = text.slice(start, limit)
  for (const mark of [/[;；](?=[^;；]*$)/u, /[,，、](?=[^,，、]*$)/u, /\s(?=\S*$)/u]) {
    const at = mark.exec(window)?.index
    if (at !== undefined && at > window.length / 2) return start + at + 1
  }
  // Never inside a surrogate pair.
  return limit - (/[\uD800-\uDBFF]$/.test(window) ? 1 : 0)
}

function push(found: Stretch[], text: string, from: number, to: number): void {
  let start = from
  let end = to
  while (start < end && /\s/u.test(text.charAt(start))) start += 1
  while (end > start && /\s/u.test(text.charAt(end - 1))) end -= 1
  // A rule or a bracket alone says nothing.
  if (/[\p{L}\p{N}\p{S}]/u.test(text.slice(start, end))) found.push({ start, end })
}
