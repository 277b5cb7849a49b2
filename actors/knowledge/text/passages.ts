import type { Block } from './block.ts'
import { blocks } from './blocks.ts'
import { clip } from './clip.ts'
import type { Document } from './document.ts'
import { groups, PASSAGE_SIZES, type PassageSizes, type Unit } from './groups.ts'
import { isQuestion } from './headlike.ts'
import { indent } from './indent.ts'
import { withoutHints } from './plain.ts'
import { sections } from './sections.ts'
import { isEnded } from './sentences.ts'
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
  /** Those of the trail that most files of the folder have: a part of their form, no answer. */
  readonly form?: readonly string[]
  /** The lead line of the list, table or code that the passage continues; empty otherwise. */
  readonly lead: string
  /** The statements inside, as offsets in `text`. A complete list is one, in addition to its items. */
  readonly statements: readonly Statement[]
  /** The end matter of a page, which other pages may repeat. */
  readonly footer?: boolean
  /** It is in a file that is attached to the mail: lines and pages are those of that file. */
  readonly attached?: boolean
}

/** Cuts a document into passages. A document without text, or with headings only, has none. */
export function passages(document: Document, sizes: PassageSizes = PASSAGE_SIZES): Passage[] {
  const all = blocks(document)
  const title = clip(withoutHints(document.title ?? titleOf(document.file, all)))
  return cut(all, sizes, { file: document.file, title, above: [] })
}

/** The passages of a file that is attached to a mail, below its name. */
export function attachedPassages(
  document: Document,
  mail: { readonly file: string; readonly title: string; readonly trail: readonly string[] },
): Passage[] {
  const own = document.title === undefined ? [] : [clip(withoutHints(document.title))]
  const above = [...mail.trail.map(clip), ...own]
  const all = blocks(document)
  return cut(all, PASSAGE_SIZES, { ...mail, title: own[0] ?? mail.title, above }).map((passage) => ({
    ...passage,
    title: mail.title,
    attached: true,
  }))
}

function cut(
  all: readonly Block[],
  sizes: PassageSizes,
  {
    file,
    title,
    above,
  }: { readonly file: string; readonly title: string; readonly above: readonly string[] },
): Passage[] {
  const found: Passage[] = []
  for (const { trail, units } of sections(all, title)) {
    for (const group of groups(units, sizes)) {
      const passage = passageOf(file, group, title, [...above, ...trail])
      if (passage.statements.length > 0) found.push(passage)
    }
  }
  return found
}

/** The words put before a passage for embedding, and used by the index as its context field. */
export function contextOf(passage: Pick<Passage, 'title' | 'trail' | 'lead'>): string {
  return [passage.title, ...passage.trail, passage.lead].filter((part) => part !== '').join(BETWEEN)
}

function titleOf(file: string, all: readonly Block[]): string {
  const [top, ...others] = all.filter(
    ({ kind, level, scope }) => kind === 'heading' && level === 1 && scope === undefined,
  )
  // Several headings of the first level are sections: none is the title of the others.
  if (top !== undefined && others.length === 0) return top.text.replace(/\s+/gu, ' ').trim()
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
        kind: unit.block.record === true ? 'field' : KINDS[unit.block.kind],
        start: at,
        end: at + end - start,
        line: unit.block.lineAt(start),
        under: underOf(unit, trail).join(BETWEEN),
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
    statements: [...wholeLists(group, starts, text, trail), ...innerLists(group, starts, trail), ...own].sort(
      (a, b) => a.start - b.start || b.end - a.end,
    ),
    ...(footer === undefined ? {} : { footer }),
  }
}

/** What a statement belongs to. A question above it is answered by all that stands below. */
function underOf(unit: Unit, trail: readonly string[]): readonly string[] {
  if (isFragment(unit)) return [...trail, ...unit.under]
  const above = trail.at(-1)
  // A row has its name.
  return unit.block.kind === 'paragraph' && above !== undefined && isQuestion(above)
    ? [above, ...unit.under]
    : unit.under
}

/** Joins the headings above a passage, and what it continues. */
export const BETWEEN = ' – '

/** A comment, an item, a line of code or a few words make sense only with the headings above. A row has its name. */
function isFragment({ block: { kind, text, comment }, stretch: { start, end } }: Unit): boolean {
  if (comment === true) return true
  if (kind !== 'paragraph') return kind !== 'row'
  const own = text.slice(start, end)
  return !isEnded(own) && own.split(/\s+/u).length <= FRAGMENT_WORDS
}

const FRAGMENT_WORDS = 8

const KINDS = { heading: 'sentence', paragraph: 'sentence', item: 'item', row: 'row', code: 'code' } as const

const GAP_CHARS_MAX = 100

/** Sentences are separated as in the document; blocks by a line break, or two if they stand apart. */
function between(before: Unit | undefined, unit: Unit): string {
  if (before === undefined) return unit.block.mark
  if (before.block === unit.block) {
    const gap = unit.block.text.slice(before.stretch.end, unit.stretch.start)
    // Every reader reads it, and a file may have a megabyte of spaces.
    return gap.length <= GAP_CHARS_MAX ? gap : gap.includes('\n') ? '\n' : ' '
  }
  return `${unit.block.apart ? '\n\n' : '\n'}${unit.block.mark}`
}

/** The parents of a passage that begins inside a list, table or code. */
function leadOf({ under }: Unit): string {
  return under.join(BETWEEN)
}

/** A list is an answer as a whole if all of it is in one passage, with its lead line. So are a record, and short lines together. */
function wholeLists(
  group: readonly Unit[],
  starts: readonly number[],
  text: string,
  trail: readonly string[],
): Statement[] {
  const found: Statement[] = []
  for (let i = 0; i < group.length; i += 1) {
    const last = lastOfWhole(group, i)
    if (last === undefined) continue
    const { block } = group[i] as Unit
    const end = group[last] as Unit
    const lead = block.kind === 'item' && group[i - 1]?.lead === true ? i - 1 : i
    const from = lead === i ? (starts[i] as number) - block.mark.length : (starts[lead] as number)
    const to = (starts[last] as number) + end.stretch.end - end.stretch.start
    found.push({
      kind: 'list',
      start: from,
      end: Math.min(to, text.length),
      line: (group[lead] as Unit).block.lineAt((group[lead] as Unit).stretch.start),
      under: [...trail, ...(lead === i ? block.under : [])].join(BETWEEN),
    })
    i = last
  }
  return found
}

/** The inner items of a list with the name that they stand under: "Kitchen", of a packing list. */
function innerLists(
  group: readonly Unit[],
  starts: readonly number[],
  trail: readonly string[],
): Statement[] {
  return group.flatMap((unit, i): Statement[] => {
    const { block, lead, stretch } = unit
    if (block.kind !== 'item' || !lead) return []
    let last = i
    while (isInner(group[last + 1], block)) last += 1
    const end = group[last] as Unit
    // A name above one item is in what the item stands under; one at the edge may go on in the next passage.
    if (last - i < 2 || (last === group.length - 1 && !end.lastOfPart)) return []
    return [
      {
        kind: 'list',
        start: starts[i] as number,
        end: (starts[last] as number) + end.stretch.end - end.stretch.start,
        line: block.lineAt(stretch.start),
        under: [...trail, ...block.under].join(BETWEEN),
      },
    ]
  })
}

function isInner(unit: Unit | undefined, { part, mark }: Block): boolean {
  return unit !== undefined && unit.block.part === part && indent(unit.block.mark) > indent(mark)
}

/** The last unit of the list, record or block of short lines that begins with a unit, if all of it is in the group. */
function lastOfWhole(group: readonly Unit[], i: number): number | undefined {
  const { block, firstOfPart, first } = group[i] as Unit
  let last = i
  if (block.kind === 'item' || block.record === true) {
    while (group[last + 1]?.block.part === block.part) last += 1
    return firstOfPart && group[last]?.lastOfPart === true && last > i ? last : undefined
  }
  if (block.kind !== 'paragraph' || !first) return undefined
  while (group[last + 1]?.block === block) last += 1
  const lines = group.slice(i, last + 1)
  const short = lines.every(({ prose, lead, stretch: { start, end } }) => {
    const own = block.text.slice(start, end)
    return !prose && !lead && own.length <= LINE_CHARS_MAX && !/[.!?。！？]$/u.test(own)
  })
  return short && lines.length > 1 && lines.length <= LINES_MAX ? last : undefined
}

/** Lines that belong together, as those of an address. */
const LINE_CHARS_MAX = 48
const LINES_MAX = 6
