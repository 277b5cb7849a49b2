import type { Box, Shape } from './slide-shape.ts'

/** A slide with more boxes is a drawing. */
const BOXES_MAX = 200
/** A quarter of an inch: what people place by eye is no more exact. */
export const NEAR_EMU = 228_600

/** A box of text with its place. */
export interface Placed {
  readonly shape: Shape
  readonly box: Box
}

/** The text boxes that have a place, in the order of the shapes. */
export function placedOf(shapes: readonly Shape[]): Placed[] {
  const placed = shapes.flatMap((shape): Placed[] =>
    shape.kind === 'tx' && shape.box !== undefined && shape.lines.length > 0
      ? [{ shape, box: shape.box }]
      : [],
  )
  return placed.length > BOXES_MAX ? [] : placed
}

/**
 * Shapes in the order in which they are seen. A file has its boxes in the order in which they cover each other, mostly that in which they were
 * made: it stays where no box comes before one above it or left of it. What has no place or is of the layout stays where it is.
 */
export function inOrder(shapes: readonly Shape[]): Shape[] {
  const placed = placedOf(shapes)
  if (readsWell(placed)) return [...shapes]
  const order = zonesOf(placed).flatMap(seen)[Symbol.iterator]()
  const moved = new Set(placed.map(({ shape }) => shape))
  return shapes.map((shape) => (moved.has(shape) ? (order.next().value as Placed).shape : shape))
}

/** Boxes of one zone: as the file has them, or else in columns or rows. */
function seen(zone: readonly Placed[]): readonly Placed[] {
  if (readsWell(zone)) return zone
  const columns = bandsOf(zone, ({ box }) => box.x).map((column) => sorted(column, ({ box }) => box.y))
  if (columns.filter(areColumn).length > 1) return columns.flat()
  return bandsOf(zone, ({ box }) => box.y).flatMap((row) => sorted(row, ({ box }) => box.x))
}

function readsWell(placed: readonly Placed[]): boolean {
  return placed.every(({ box }, i) => placed.slice(0, i).every((before) => !comesBefore(box, before.box)))
}

/** Whether a box is above another of its column, or left of another of its row. Those across from each other may have any order. */
function comesBefore(one: Box, other: Box): boolean {
  const shared = Math.min(endOf(one), endOf(other)) - Math.max(one.x, other.x)
  const below = other.y - one.y
  if (shared > Math.min(one.width, other.width) / 2)
    return below > NEAR_EMU && other.y + other.height > one.y + one.height
  return Math.abs(below) <= NEAR_EMU && one.x < other.x
}

/** A box that reaches across several columns ends what is above it, and is no part of them. */
function zonesOf(placed: readonly Placed[]): Placed[][] {
  const wide = sorted(
    placed.filter((one) => isAcross(one, placed)),
    ({ box }) => box.y,
  )
  const others = placed.filter((one) => !wide.includes(one))
  const zoneOf = ({ box }: Placed) => wide.filter((one) => one.box.y < box.y).length
  const zones = wide.map((one): Placed[][] => [[], [one]])
  const all = [...zones.flat(), []] as Placed[][]
  for (const one of others) all[2 * zoneOf(one)]?.push(one)
  return all
}

/** Whether a box has two others beside each other above or below it, and none left or right of it. */
function isAcross({ box }: Placed, placed: readonly Placed[]): boolean {
  const apart = placed.filter(({ box: own }) => own.y >= box.y + box.height || own.y + own.height <= box.y)
  if (apart.length !== placed.length - 1) return false
  const within = apart.filter(
    ({ box: own }) => own.x > box.x - NEAR_EMU && endOf(own) < endOf(box) + NEAR_EMU,
  )
  const first = Math.min(...within.map(({ box: own }) => endOf(own)))
  return within.some(({ box: own }) => own.x > first - NEAR_EMU)
}

function endOf(box: Box): number {
  return box.x + box.width
}

/** Those that begin about as far down, or across. */
export function bandsOf(placed: readonly Placed[], edge: (one: Placed) => number): Placed[][] {
  const bands: Placed[][] = []
  let start = Number.NEGATIVE_INFINITY
  for (const one of sorted(placed, edge)) {
    if (edge(one) - start > NEAR_EMU) {
      bands.push([])
      start = edge(one)
    }
    bands.at(-1)?.push(one)
  }
  return bands
}

/** Boxes of one width below each other. */
function areColumn(column: readonly Placed[]): boolean {
  const [top] = column
  return (
    column.length > 1 &&
    column.every(({ box }) => Math.abs(box.width - (top as Placed).box.width) <= NEAR_EMU)
  )
}

export function sorted(placed: readonly Placed[], edge: (one: Placed) => number): Placed[] {
  return [...placed].sort((a, b) => edge(a) - edge(b))
}
