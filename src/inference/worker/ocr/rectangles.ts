import type { Corners, Point } from '../../tasks/ocr.ts'

/** A rectangle at any angle: its centre, the unit vector along its longer side, and its sides. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly along: Point
  readonly length: number
  readonly breadth: number
}

/** The hull of points, anticlockwise (Andrew's monotone chain, 1979). */
export function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  if (sorted.length < 3) return sorted
  const half = (walk: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const point of walk) {
      while (
        chain.length > 1 &&
        turn(chain[chain.length - 2] as Point, chain[chain.length - 1] as Point, point) <= 0
      ) {
        chain.pop()
      }
      chain.push(point)
    }
    chain.pop()
    return chain
  }
  return [...half(sorted), ...half(sorted.reverse())]
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** The smallest rectangle around a hull: one of its sides lies on a side of the hull (Freeman and Shapira 1975). */
export function smallestRectangle(hull: readonly Point[]): Rectangle {
  let best: Rectangle = { x: hull[0]?.[0] ?? 0, y: hull[0]?.[1] ?? 0, along: [1, 0], length: 0, breadth: 0 }
  let least = Number.POSITIVE_INFINITY
  hull.forEach((from, i) => {
    const to = hull[(i + 1) % hull.length] as Point
    const size = Math.hypot(to[0] - from[0], to[1] - from[1])
    if (size === 0) return
    const found = around(hull, [(to[0] - from[0]) / size, (to[1] - from[1]) / size])
    const area = found.length * found.breadth
    if (area < least) {
      least = area
      best = found
    }
  })
  return best
}

function around(hull: readonly Point[], u: Point): Rectangle {
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of hull) {
    const a = x * u[0] + y * u[1]
    const b = y * u[0] - x * u[1]
    minU = Math.min(minU, a)
    maxU = Math.max(maxU, a)
    minV = Math.min(minV, b)
    maxV = Math.max(maxV, b)
  }
  const [middleU, middleV] = [(minU + maxU) / 2, (minV + maxV) / 2]
  const x = middleU * u[0] - middleV * u[1]
  const y = middleU * u[1] + middleV * u[0]
  const [du, dv] = [maxU - minU, maxV - minV]
  if (du >= dv) return { x, y, along: u, length: du, breadth: dv }
  return { x, y, along: [-u[1], u[0]], length: dv, breadth: du }
}

/**
 * Grows a rectangle by `ratio` × area / circumference on every side, because the network draws text smaller than it is by that
 * rule (Liao et al. 2020, "Real-time scene text detection with differentiable binarization", equation 10).
 */
export function grown(rectangle: Rectangle, ratio: number): Rectangle {
  const { length, breadth } = rectangle
  const by = (length * breadth * ratio) / (2 * (length + breadth) || 1)
  return { ...rectangle, length: length + 2 * by, breadth: breadth + 2 * by }
}

/**
 * Corners clockwise from the top left. Text runs along the longer side, to the right or, if that side is upright, down.
 * A rectangle that is not clearly longer than high runs to the right.
 */
export function cornersOf({ x, y, along, length, breadth }: Rectangle): Corners {
  const level = Math.abs(along[0]) >= Math.abs(along[1]) || length < breadth * 1.5
  let u = along
  let [long, short] = [length, breadth]
  if (level && Math.abs(along[0]) < Math.abs(along[1])) {
    u = [-along[1], along[0]]
    ;[long, short] = [breadth, length]
  }
  const forward = Math.abs(u[0]) >= Math.abs(u[1]) ? u[0] : u[1]
  if (forward < 0) u = [-u[0], -u[1]]
  const v: Point = [-u[1], u[0]]
  const corner = (a: number, b: number): Point => [
    x + (u[0] * a * long) / 2 + (v[0] * b * short) / 2,
    y + (u[1] * a * long) / 2 + (v[1] * b * short) / 2,
  ]
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}
