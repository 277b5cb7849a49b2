import type { Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'

/** Separates the cells of a row. */
const CELLS = ' · '

/** The statement used as the answer, and the span inside it. */
export interface Shown {
  readonly text: string
  readonly line: number
  readonly span: Stretch
}

/**
 * Makes one answer from a winner and its span. One list item is enough if it contains the span, unless the question asks for
 * several things. A span across several items means all of them. No span leaves its cell.
 */
export function shown(passage: Passage, winner: Statement, span: Stretch, list: boolean): Shown {
  const own: Stretch = { start: winner.start + span.start, end: winner.start + span.end }
  if (winner.kind === 'row') return textOf(passage, winner, inCell(passage.text, own))
  if (winner.kind !== 'list') return textOf(passage, winner, own)
  const items = passage.statements.filter(
    ({ kind, start, end }) => kind === 'item' && start >= winner.start && end <= winner.end,
  )
  const item = items.find(({ start, end }) => own.start >= start && own.end <= end)
  if (item !== undefined && !list) return textOf(passage, item, own)
  const first = items[0]?.start ?? winner.start
  return textOf(passage, winner, { start: Math.max(first, winner.start), end: winner.end })
}

function inCell(text: string, span: Stretch): Stretch {
  const next = text.indexOf(CELLS, span.start)
  return next > span.start && next < span.end ? { start: span.start, end: next } : span
}

function textOf({ text }: Passage, { start, end, line, kind }: Statement, span: Stretch): Shown {
  const own = text.slice(start, end)
  return {
    // Joins wrapped lines, character by character, so that the span stays in place.
    text: kind === 'list' || kind === 'code' ? own : own.replace(/\s/gu, ' '),
    line,
    span: { start: span.start - start, end: span.end - start },
  }
}
