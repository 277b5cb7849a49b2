import type { Block, Scope } from './block.ts'
import { clip } from './clip.ts'
import type { Unit } from './groups.ts'
import { isMarkedQuestion, isQuestion } from './headlike.ts'
import { nameEnd, nameOfItem } from './items.ts'
import { SECTION_NAME, type Stretch } from './sentences.ts'
import { statements } from './statements.ts'
import { isTalk, speakerOf } from './turns.ts'
import { pieceEstimate } from './words.ts'

/** The content under one heading. */
export interface Section {
  /** Headings above, outermost first, without the title. */
  readonly trail: readonly string[]
  readonly units: Unit[]
}

/** The sections of a document with more than a heading, in order. */
export function sections(all: readonly Block[], title: string): Section[] {
  const found: Section[] = []
  const open: { level: number; title: string; scope: Scope | undefined }[] = []
  let section: Section = { trail: [], units: [] }
  const talk = isTalk(all) ? { before: '', now: '', speaker: '' } : undefined
  const close = (trail: readonly string[]) => {
    if (section.units.length > 0) found.push(section)
    section = { trail, units: [] }
  }
  const trail = () => open.map((one) => one.title).filter((one) => one !== title)
  all.forEach((block, i) => {
    const before = open.length
    while ((open.at(-1)?.scope?.end ?? Number.POSITIVE_INFINITY) <= i) open.pop()
    if (open.length < before) close(trail())
    if (block.kind !== 'heading') {
      const edges = { first: all[i - 1]?.part !== block.part, last: all[i + 1]?.part !== block.part }
      // Each page and each footer is a separate section.
      const first = section.units[0]?.block
      if (first !== undefined && (first.page !== block.page || first.footer !== block.footer))
        close(section.trail)
      const units = unitsOf(block, edges)
      for (const unit of talk === undefined || block.kind !== 'paragraph' ? units : turnsOf(units, talk))
        section.units.push(unit)
      return
    }
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if (last.level < block.level || last.scope !== block.scope) break
      open.pop()
    }
    open.push({
      level: block.level,
      title: clip(block.text.replace(/\s+/gu, ' ').trim()),
      scope: block.scope,
    })
    close(trail())
  })
  close([])
  return found
}

/** "6. UTILITIES. Tenant pays for gas. Landlord pays for water." */
const CAPITALS = /^\s*(?:[\p{L}\p{N}]{1,4}[.)]\s+)?(\p{Lu}[\p{Lu} &/-]{3,40})\.\s+\p{Lu}\p{Ll}/u
/** "Section 4.1 Duration. The term is five years. It begins in May." */
const SECTION = new RegExp(`^\\s*(${SECTION_NAME})\\.\\s+\\p{Lu}\\p{Ll}`, 'u')

function unitsOf(block: Block, edges: { readonly first: boolean; readonly last: boolean }): Unit[] {
  const all = statements(block)
  const about =
    block.about ?? CAPITALS.exec(block.text)?.[1] ?? SECTION.exec(block.text)?.[1] ?? itemName(block, all)
  let under = block.under
  return all.map((stretch, i) => {
    const text = block.text.slice(stretch.start, stretch.end)
    const asks = i < all.length - 1 && isAsked(block, all, i)
    const announces = i < all.length - 1 && isAnnounced(block, all, i)
    const own = asks || announces ? block.under : under
    if (asks || announces) under = [...block.under, text]
    // What a paragraph begins with holds for all of its sentences.
    else if (i === 0 && about !== undefined) under = [...block.under, about]
    return {
      block,
      stretch,
      pieces: pieceEstimate(text),
      first: i === 0,
      lead: asks || announces || block.silent === true || (block.lead && i === all.length - 1),
      under: own,
      prose: block.kind === 'paragraph' && !standsAlone(block.text, all, i),
      firstOfPart: edges.first && i === 0,
      lastOfPart: edges.last && i === all.length - 1,
    }
  })
}

/** What the first sentence of an item names holds for the others: "`usePolling` (default: false). Files are read again and again." */
function itemName({ kind, text }: Block, all: readonly Stretch[]): string | undefined {
  return kind === 'item' && all.length > 1 ? nameOfItem(text.slice(0, all[0]?.end)) : undefined
}

/** What was said last, by the one who spoke before and by the one who speaks. */
interface Talk {
  before: string
  now: string
  speaker: string
}

/** All that somebody says is said by them, and answers what was said before. */
function turnsOf(units: readonly Unit[], talk: Talk): Unit[] {
  return units.map((unit) => {
    const text = unit.block.text.slice(unit.stretch.start, unit.stretch.end)
    const speaker = speakerOf(text)
    if (speaker !== undefined) {
      talk.before = talk.now
      talk.speaker = speaker
    }
    talk.now = clip(text)
    const own = [...(speaker === undefined ? [talk.speaker] : []), talk.before].filter((one) => one !== '')
    const outer = unit.block.under.filter((one) => !own.includes(one))
    return { ...unit, lead: false, under: [...outer, ...own] }
  })
}

/** A question on a line of its own, or marked as one: what follows answers it. */
function isAsked({ kind, text }: Block, all: readonly Stretch[], i: number): boolean {
  if (kind !== 'paragraph' && kind !== 'item') return false
  const own = text.slice(all[i]?.start, all[i]?.end)
  return isMarkedQuestion(own) || (isQuestion(own) && standsAlone(text, all, i))
}

/** "ben wrote:", on a line of its own: it says whose words the next lines are. So does the name of an item what its lines are about. */
function isAnnounced({ kind, text }: Block, all: readonly Stretch[], i: number): boolean {
  if (kind === 'item' && i === 0) return nameEnd(text) > 0
  if (kind !== 'paragraph') return false
  return /[:：]$/u.test(text.slice(all[i]?.start, all[i]?.end)) && standsAlone(text, all, i)
}

/** True if line breaks separate a statement from both neighbours. */
function standsAlone(text: string, all: readonly Stretch[], i: number): boolean {
  const own = all[i]
  const before = all[i - 1]
  const after = all[i + 1]
  if (own === undefined || (before === undefined && after === undefined)) return false
  const parted = (from: Stretch, to: Stretch) => /\n/.test(text.slice(from.end, to.start))
  return (before === undefined || parted(before, own)) && (after === undefined || parted(own, after))
}
