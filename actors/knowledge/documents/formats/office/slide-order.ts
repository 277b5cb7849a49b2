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
 * made: it stays where it reads as rows or as columns. What has no place or is of the layout stays where it is.
 */
export function inOrder(shapes: readonly Shape[]): Shape[] {
  const placed = placedOf(shapes)
  const byRows = bandsOf(placed, (one) => one.box.y).flatMap((row) => sorted(row, (one) => one.box.x))
  const columns = bandsOf(placed, (one) => one.box.x).map((column) => sorted(column, (one) => one.box.y))
  const byColumns = columns.flat()
  if (isSame(placed, byRows) || isSame(placed, byColumns)) return [...shapes]
  const inColumns = columns.filter(areColumn).length > 1
  const order = (inColumns ? byColumns : byRows)[Symbol.iterator]()
  const moved = new Set(placed.map(({ shape }) => shape))
  return shapes.map((shape) => (moved.has(shape) ? (order.next().value as Placed).shape : shape))
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

function isSame(some: readonly Placed[], others: readonly Placed[]): boolean {
  return some.every((one, i) => one === others[i])
}
