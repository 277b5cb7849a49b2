import type { Block } from './block.ts'
import type { Stretch } from './sentences.ts'
import { isUnspaced } from './words.ts'

/** Sizes in estimated word pieces. */
export interface PassageSizes {
  /** Neighbouring paragraphs of a section are joined up to this size. */
  readonly join: number
  /** Longer running prose is split between sentences into parts of about equal size. */
  readonly prose: number
  /** The same in a script without spaces. */
  readonly unspaced: number
  /** The same for lists, tables, code, and paragraphs whose lines are separate statements. */
  readonly lines: number
}

/**
 * MiniLM was trained on 128 word pieces and reads at most 256. One paragraph is one passage if possible. On
 * SQuAD, splitting at 200 instead of never changed passage@1 by less than 0.005. Joining small paragraphs up to 48
 * keeps a lead line with its list without burying a statement among unrelated ones. In Chinese a piece stands for two characters, and a
 * whole paragraph says who or what its sentences are about: on CMRC 2018 passage@1 is 0.98 for 560 and 0.93 for 240.
 */
export const PASSAGE_SIZES: PassageSizes = { join: 48, prose: 240, unspaced: 560, lines: 96 }

/** One statement in its block, with the properties that decide where passages begin and end. */
export interface Unit {
  readonly block: Block
  /** Offsets in the block's text. */
  readonly stretch: Stretch
  /** Estimated word pieces. */
  readonly pieces: number
  /** First statement of its block. */
  readonly first: boolean
  /** Only introduces what follows: not a statement by itself. */
  readonly lead: boolean
  /** What it belongs to, outermost first: as of its block, and the question before it. */
  readonly under: readonly string[]
  /** A sentence among others on its line or in its wrapped paragraph, not a separate line. */
  readonly prose: boolean
  /** First and last of its list or table. */
  readonly firstOfPart: boolean
  readonly lastOfPart: boolean
}

/** Joins units into passages: blocks stay whole if they fit, small neighbours are joined, long blocks are split evenly. */
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
    const whole = paragraph.every((unit) => unit.prose || unit.block.whole === true)
    const most = whole ? mostOf(paragraph, size, sizes) : sizes.lines
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

function mostOf(paragraph: readonly Unit[], size: number, sizes: PassageSizes): number {
  if (size <= sizes.prose) return sizes.prose
  const unspaced = paragraph.filter(({ block, stretch: { start, end } }) =>
    isUnspaced(block.text.slice(start, end)),
  )
  return 2 * unspaced.length > paragraph.length ? sizes.unspaced : sizes.prose
}

/** Units that belong together; a lead line stays with what it introduces. */
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
