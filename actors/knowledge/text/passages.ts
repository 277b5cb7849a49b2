import { type Block, blocks } from './blocks.ts'
import type { Document } from './document.ts'
import { groups, PASSAGE_SIZES, type PassageSizes, type Unit } from './groups.ts'
import { sections } from './sections.ts'
import type { Statement } from './statements.ts'

/** The place of a text. */
export interface Place {
  readonly file: string
  /** 1-based; in a Word document, which has no lines, the paragraph. */
  readonly line: number
  /** 1-based page, in formats with pages. */
  readonly page?: number
}

/** The unit of retrieval and display: whole statements of one section. */
export interface Passage extends Place {
  /** Other places with the same text. */
  readonly also?: readonly Place[]
  /** The text of the document as people read it: without emphasis marks, and with column heads next to their values. */
  readonly text: string
  /** Title of the document. */
  readonly title: string
  /** Headings above, outermost first, without the title. */
  readonly trail: readonly string[]
  /** The lead line of the list, table or code that the passage continues; empty otherwise. */
  readonly lead: string
  /** The statements inside, as offsets in `text`. A complete list is one, in addition to its items. */
  readonly statements: readonly Statement[]
  /** The end matter of a page, which other pages may repeat. */
  readonly footer?: boolean
}

/** Cuts a document into passages. A document without text, or with headings only, has none. */
export function passages(document: Document, sizes: PassageSizes = PASSAGE_SIZES): Passage[] {
  const all = blocks(document)
  const title = document.title ?? titleOf(document.file, all)
  const found: Passage[] = []
  for (const { trail, units } of sections(all, title)) {
    for (const group of groups(units, sizes)) {
      const passage = passageOf(document.file, group, title, trail)
      if (passage.statements.length > 0) found.push(passage)
    }
  }
  return found
}

/** The words put before a passage for embedding, and used by the index as its context field. */
export function contextOf(passage: Pick<Passage, 'title' | 'trail' | 'lead'>): string {
  return [passage.title, ...passage.trail, passage.lead].filter((part) => part !== '').join(' – ')
}

function titleOf(file: string, all: readonly Block[]): string {
  const top = all.find((block) => block.kind === 'heading' && block.level === 1)
  if (top !== undefined) return top.text.replace(/\s+/gu, ' ').trim()
  const stem = file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')
  // A name of digits or a hash says nothing, unlike words.
  return stem
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /^\p{L}{2,}$/u.test(word))
    .join(' ')
}

function passageOf(file: string, group: readonly Unit[], title: string, trail: readonly string[]): Passage {
  let text = ''
  const own: Statement[] = []
  const starts: number[] = []
  group.forEach((unit, i) => {
    const before = group[i - 1]
    text += between(before, unit)
    starts.push(text.length)
    const { start, end } = unit.stretch
    if (!unit.lead) {
      const at = text.length
      own.push({
        kind: KINDS[unit.block.kind],
        start: at,
        end: at + end - start,
        line: unit.block.lineAt(start),
        under: unit.block.under.join(' – '),
      })
    }
    text += unit.block.text.slice(start, end)
  })
  const first = group[0] as Unit
  const { page, footer } = first.block
  return {
    file,
    line: first.block.lineAt(first.stretch.start),
    ...(page === undefined ? {} : { page }),
    text,
    title,
    trail,
    lead: leadOf(first),
    statements: [...wholeLists(group, starts, text), ...own].sort(
      (a, b) => a.start - b.start || b.end - a.end,
    ),
    ...(footer === undefined ? {} : { footer }),
  }
}

const KINDS = { heading: 'sentence', paragraph: 'sentence', item: 'item', row: 'row', code: 'code' } as const

/** Sentences are separated as in the document; blocks by a line break, or two if they stand apart. */
function between(before: Unit | undefined, unit: Unit): string {
  if (before === undefined) return unit.block.mark
  if (before.block === unit.block) return unit.block.text.slice(before.stretch.end, unit.stretch.start)
  return `${unit.block.apart ? '\n\n' : '\n'}${unit.block.mark}`
}

/** The parents of a passage that begins inside a list, table or code. */
function leadOf({ block }: Unit): string {
  return block.kind === 'paragraph' && block.part === 0 ? '' : block.under.join(' – ')
}

/** A list is an answer as a whole if all of it is in one passage, with its lead line. */
function wholeLists(group: readonly Unit[], starts: readonly number[], text: string): Statement[] {
  const found: Statement[] = []
  for (let i = 0; i < group.length; i += 1) {
    const { block } = group[i] as Unit
    if (block.kind !== 'item' || group[i - 1]?.block.part === block.part) continue
    let last = i
    while (group[last + 1]?.block.part === block.part) last += 1
    const end = group[last] as Unit
    const begins = group[i]?.firstOfPart === true
    if (!begins || !end.lastOfPart || last === i) continue
    const lead = group[i - 1]?.lead === true ? i - 1 : i
    const from = lead === i ? (starts[i] as number) - block.mark.length : (starts[lead] as number)
    const to = (starts[last] as number) + end.stretch.end - end.stretch.start
    found.push({
      kind: 'list',
      start: from,
      end: Math.min(to, text.length),
      line: (group[lead] as Unit).block.lineAt((group[lead] as Unit).stretch.start),
      under: lead === i ? block.under.join(' – ') : '',
    })
  }
  return found
}
