import type { Block } from './blocks.ts'
import type { Stretch } from './sentences.ts'

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

/** One statement in its block, with what decides where passages begin and end. */
export interface Unit {
  readonly block: Block
  /** Offsets in the block's text. */
  readonly stretch: Stretch
  /** Estimated word pieces. */
  readonly pieces: number
  /** First statement of its block. */
  readonly first: boolean
  /** Only leads into what comes next: no statement of its own. */
  readonly lead: boolean
  /** A sentence among others on its line or in its wrapped paragraph, not a line of its own. */
  readonly prose: boolean
  /** First and last of its list or table. */
  readonly firstOfPart: boolean
  readonly lastOfPart: boolean
}

/** Joins units to passages: blocks stay whole while they fit, small neighbours join, long blocks part evenly. */
export function groups(units: readonly Unit[], sizes: PassageSizes): Unit[][] {
  const found: Unit[][] = []
  let group: Unit[] = []
  let pieces = 0
  const close = () => {
    if (group.length > 0) found.push(group)
    group = []
    pieces = 0
  }
  for (const paragraph of paragraphs(units)) {
    const size = paragraph.reduce((sum, unit) => sum + unit.pieces, 0)
    if (pieces + size > sizes.join) close()
    const most = paragraph.every((unit) => unit.prose) ? sizes.prose : sizes.lines
    if (size > most) {
      close()
      for (const part of evenly(paragraph, size, most)) found.push(part)
    } else {
      for (const unit of paragraph) group.push(unit)
      pieces += size
    }
  }
  close()
  return found
}

/** Units that stand together; a lead line takes what it leads into along. */
function paragraphs(units: readonly Unit[]): Unit[][] {
  const found: Unit[][] = []
  for (const unit of units) {
    const last = found.at(-1)
    const before = last?.at(-1)
    if (last === undefined || before === undefined) found.push([unit])
    else if (!unit.first || !unit.block.apart || before.lead || samePart(before, unit)) last.push(unit)
    else found.push([unit])
  }
  return found
}

function samePart(before: Unit, unit: Unit): boolean {
  return unit.block.part !== 0 && unit.block.part === before.block.part
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
