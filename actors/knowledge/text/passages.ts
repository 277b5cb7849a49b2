import { type Block, blocks } from './blocks.ts'
import { type Statement, type StatementKind, statements } from './statements.ts'
import { pieceEstimate } from './words.ts'

/** A document as the loader hands it over: HTML and JSON already turned into text. */
export interface SourceText {
  /** As it is shown to the user, and unique in the collection. */
  readonly file: string
  readonly text: string
  /** Line of the file (1-based) for each line of `text`, where text and file differ (HTML, JSON). */
  readonly lineOf?: readonly number[]
  /** A title known from elsewhere (HTML `<title>`); else the first top heading, else the words of the file name. */
  readonly title?: string
}

/** What is retrieved and shown: whole statements of one section, verbatim. */
export interface Passage {
  readonly file: string
  /** 1-based line of the file on which the passage starts. */
  readonly line: number
  /** Offset in the document's text; `text` is `document.text.slice(start, start + text.length)`. */
  readonly start: number
  readonly text: string
  /** Title of the document. */
  readonly title: string
  /** Headings above, outermost first, without the title. */
  readonly trail: readonly string[]
  /** The head row of the table that the passage is from, the lead line of its list; empty otherwise. */
  readonly lead: string
  /** The statements inside: offsets in `text`. */
  readonly statements: readonly Statement[]
}

/** Sizes in estimated word pieces. */
export interface PassageSizes {
  /** Neighbouring paragraphs of a section join up to this size. */
  readonly join: number
  /** Running prose above this is parted between sentences into parts of about equal size. */
  readonly prose: number
  /** The same for lists, tables, code, and paragraphs whose lines each state something of their own. */
  readonly lines: number
}

/**
 * MiniLM was trained on 128 word pieces and reads at most 256. One paragraph is one passage where it can be: on
 * SQuAD parting at 200 instead of never moved passage@1 by less than 0.005; joining small paragraphs up to 48
 * keeps a lead line with its list without drowning a statement among strangers.
 */
export const PASSAGE_SIZES: PassageSizes = { join: 48, prose: 240, lines: 96 }

interface Unit {
  readonly statement: Statement
  readonly pieces: number
  readonly kind: Block['kind']
  /** First statement of its block. */
  readonly first: boolean
  /** Stands apart from what is before it by an empty line. */
  readonly apart: boolean
  /** A sentence among others on its line or in its wrapped paragraph, not a line of its own. */
  readonly prose: boolean
}

interface Section {
  readonly trail: readonly string[]
  readonly units: Unit[]
}

/** Cuts a document into passages. A document without any text gives none; one of headings only gives its headings. */
export function passages(source: SourceText, sizes: PassageSizes = PASSAGE_SIZES): Passage[] {
  const all = blocks(source.text)
  const title = source.title ?? titleOf(source, all)
  const lineAt = lineFinder(source)
  const found: Passage[] = []
  for (const section of sections(source.text, all, title)) {
    let lead = ''
    for (const group of groups(source.text, section.units, sizes)) {
      const passage = passageOf(source, group, title, section.trail, lead, lineAt)
      found.push(passage)
      lead = leadAfter(source.text, group, lead)
    }
  }
  return found
}

/** The words put before a passage for embedding and given to the index as its context field. */
export function contextOf(passage: Pick<Passage, 'title' | 'trail' | 'lead'>): string {
  return [passage.title, ...passage.trail, passage.lead].filter((part) => part !== '').join(' – ')
}

function titleOf(source: SourceText, all: readonly Block[]): string {
  const top = all.find((block) => block.kind === 'heading' && block.level === 1)
  if (top !== undefined) return source.text.slice(top.start, top.end)
  const stem = source.file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '')
  // A name of digits or a hash says nothing; words do.
  return stem
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /^\p{L}{2,}$/u.test(word))
    .join(' ')
}

function sections(text: string, all: readonly Block[], title: string): Section[] {
  const found: Section[] = []
  const open: { level: number; title: string }[] = []
  let section: Section = { trail: [], units: [] }
  all.forEach((block, i) => {
    if (block.kind !== 'heading') {
      section.units.push(...unitsOf(text, block))
      return
    }
    if (section.units.length > 0) found.push(section)
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= block.level) open.pop()
    const heading = text.slice(block.start, block.end)
    open.push({ level: block.level, title: heading })
    const trail = open.map((one) => one.title).filter((one) => one !== title)
    section = { trail, units: [] }
    const next = all[i + 1]
    const leaf = next === undefined || (next.kind === 'heading' && next.level <= block.level)
    if (leaf && heading.trim() !== '') {
      const statement: Statement = { start: block.start, end: block.end, kind: 'sentence' }
      section.units.push({
        statement,
        pieces: pieceEstimate(heading),
        kind: 'heading',
        first: true,
        apart: true,
        prose: false,
      })
    }
  })
  if (section.units.length > 0) found.push(section)
  return found
}

function unitsOf(text: string, block: Block): Unit[] {
  const all = statements(text, block)
  return all.map((statement, i) => ({
    statement,
    pieces: pieceEstimate(text.slice(statement.start, statement.end)),
    kind: block.kind,
    first: i === 0,
    apart: i === 0 && block.apart,
    prose: block.kind === 'paragraph' && !standsAlone(text, all, i),
  }))
}

/** True where line breaks part a statement from both its neighbours, and there is one. */
function standsAlone(text: string, all: readonly Statement[], i: number): boolean {
  const own = all[i]
  const before = all[i - 1]
  const after = all[i + 1]
  if (own === undefined || (before === undefined && after === undefined)) return false
  const parted = (from: Statement, to: Statement) => /[\r\n]/.test(text.slice(from.end, to.start))
  return (before === undefined || parted(before, own)) && (after === undefined || parted(own, after))
}

/** Joins units to passages: blocks stay whole while they fit, small neighbours join, long blocks part evenly. */
function groups(text: string, units: readonly Unit[], sizes: PassageSizes): Unit[][] {
  const found: Unit[][] = []
  let group: Unit[] = []
  let pieces = 0
  for (const paragraph of paragraphs(text, units)) {
    const size = paragraph.reduce((sum, unit) => sum + unit.pieces, 0)
    if (group.length > 0 && pieces + size > sizes.join) {
      found.push(group)
      group = []
      pieces = 0
    }
    const most = paragraph.every((unit) => unit.prose) ? sizes.prose : sizes.lines
    if (size > most) found.push(...evenly(paragraph, size, most))
    else {
      group.push(...paragraph)
      pieces += size
    }
  }
  if (group.length > 0) found.push(group)
  return found
}

/** Units between empty lines; a lead line that ends in a colon takes the list or table after it along. */
function paragraphs(text: string, units: readonly Unit[]): Unit[][] {
  const found: Unit[][] = []
  for (const unit of units) {
    const last = found.at(-1)
    const before = last?.at(-1)
    const sameList = unit.kind === 'item' && before?.kind === 'item'
    if (last === undefined || before === undefined) found.push([unit])
    else if (!unit.first || !unit.apart || sameList || endsInColon(text, before)) last.push(unit)
    else found.push([unit])
  }
  return found
}

function endsInColon(text: string, unit: Unit): boolean {
  return /[:：]\**$/u.test(text.slice(unit.statement.start, unit.statement.end))
}

function evenly(units: readonly Unit[], size: number, most: number): Unit[][] {
  const parts = Math.ceil(size / most)
  const target = size / parts
  const found: Unit[][] = []
  let group: Unit[] = []
  let pieces = 0
  for (const unit of units) {
    const over = pieces + unit.pieces > most
    const enough = pieces + unit.pieces / 2 > target && found.length < parts - 1
    if (group.length > 0 && (over || enough)) {
      found.push(group)
      group = []
      pieces = 0
    }
    group.push(unit)
    pieces += unit.pieces
  }
  if (group.length > 0) found.push(group)
  return found
}

/** A part of a list or table that goes on in the next passage hands its lead line or head row over as context. */
function leadAfter(text: string, group: readonly Unit[], lead: string): string {
  const last = group.at(-1)
  if (last === undefined || (last.kind !== 'item' && last.kind !== 'table')) return ''
  let at = group.length - 1
  while (at > 0 && group[at - 1]?.kind === last.kind) at -= 1
  const head = last.kind === 'table' ? group[at] : group[at - 1]
  if (head === undefined) return lead
  if (last.kind === 'item' && !endsInColon(text, head)) return ''
  if (last.kind === 'table' && at === 0 && lead !== '') return lead
  return text.slice(head.statement.start, head.statement.end)
}

function passageOf(
  source: SourceText,
  group: readonly Unit[],
  title: string,
  trail: readonly string[],
  lead: string,
  lineAt: (offset: number) => number,
): Passage {
  const start = group[0]?.statement.start ?? 0
  const end = group.at(-1)?.statement.end ?? start
  const goesOn = group[0]?.kind === 'item' || group[0]?.kind === 'table'
  return {
    file: source.file,
    line: lineAt(start),
    start,
    text: source.text.slice(start, end),
    title,
    trail,
    lead: goesOn ? lead : '',
    statements: group.map(({ statement }) => ({
      kind: statement.kind satisfies StatementKind,
      start: statement.start - start,
      end: statement.end - start,
    })),
  }
}

/** Offsets rise from passage to passage, so one walk over the text finds every line. */
function lineFinder(source: SourceText): (offset: number) => number {
  const ends = /\r\n|\n|\r/g
  let line = 0
  let next = ends.exec(source.text)
  return (offset) => {
    while (next !== null && next.index + next[0].length <= offset) {
      line += 1
      next = ends.exec(source.text)
    }
    return source.lineOf?.[line] ?? line + 1
  }
}
