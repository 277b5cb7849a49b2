import { getResolvedPDFJS } from 'unpdf'
import './array-transfer.ts'

/** A straight line that is drawn across or down a page: where it stands, and from where to where it goes. */
export interface Rule {
  readonly at: number
  readonly from: number
  readonly to: number
}

export interface Rules {
  readonly across: readonly Rule[]
  readonly down: readonly Rule[]
}

/** A page of pdf.js, which says what it draws. */
interface Ruled {
  getOperatorList(how: { annotationMode: number }): Promise<{
    readonly fnArray: readonly number[]
    readonly argsArray: readonly unknown[]
  }>
}

type Matrix = readonly [number, number, number, number, number, number]
type Point = readonly [number, number]

/** A filled shape that is thinner is a line, in points. */
const THIN = 3
/** Shorter lines are parts of letters or pictures. */
const SHORT = 4
/** Lines that differ by less are one. */
const SAME = 1.5
/** A drawing with more lines is no table. */
const RULES_MAX = 20_000

/** The lines across and down that a page draws, whole where they are drawn in parts. */
export async function rulesOf(page: Ruled): Promise<Rules> {
  const { OPS, AnnotationMode } = await getResolvedPDFJS()
  // The text of a page may be read though its drawing can't.
  const { fnArray, argsArray } = await page
    .getOperatorList({ annotationMode: AnnotationMode.DISABLE })
    .catch(() => ({ fnArray: [], argsArray: [] }))
  const across: Rule[] = []
  const down: Rule[] = []
  const saved: Matrix[] = []
  let now: Matrix = [1, 0, 0, 1, 0, 0]
  const filling = new Set([OPS.fill, OPS.eoFill, OPS.fillStroke, OPS.eoFillStroke])
  const stroking = new Set([
    ...[OPS.stroke, OPS.closeStroke, OPS.fillStroke, OPS.eoFillStroke],
    ...[OPS.closeFillStroke, OPS.closeEOFillStroke],
  ])
  const draw = (from: Point, to: Point) => {
    if (across.length + down.length > RULES_MAX) return
    const [width, height] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])]
    if (height < THIN && width > SHORT) across.push(ruleOf((from[1] + to[1]) / 2, from[0], to[0]))
    else if (width < THIN && height > SHORT) down.push(ruleOf((from[0] + to[0]) / 2, from[1], to[1]))
  }
  fnArray.forEach((operation, i) => {
    if (operation === OPS.save) saved.push(now)
    else if (operation === OPS.paintFormXObjectBegin) {
      saved.push(now)
      now = product(now, (argsArray[i] as [Matrix | null])[0] ?? [1, 0, 0, 1, 0, 0])
    } else if (operation === OPS.restore || operation === OPS.paintFormXObjectEnd) now = saved.pop() ?? now
    else if (operation === OPS.transform) now = product(now, argsArray[i] as Matrix)
    else if (operation === OPS.constructPath) {
      const [how, [path]] = argsArray[i] as [number, [ArrayLike<number> | null]]
      for (const points of path === null ? [] : pathsOf(path, now)) {
        if (stroking.has(how))
          for (let k = 1; k < points.length; k += 1) draw(points[k - 1] as Point, points[k] as Point)
        else if (filling.has(how)) drawThin(points, draw)
      }
    }
  })
  return { across: merged(across), down: merged(down) }
}

function ruleOf(at: number, from: number, to: number): Rule {
  return { at, from: Math.min(from, to), to: Math.max(from, to) }
}

/** A filled shape is a line if it is thin. */
function drawThin(points: readonly Point[], draw: (from: Point, to: Point) => void): void {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.min(bottom, y)
    top = Math.max(top, y)
  }
  if (right - left < THIN || top - bottom < THIN) draw([left, bottom], [right, top])
}

/** The corners of the straight paths of a drawing, on the page; a path with a curve is left out. */
function pathsOf(path: ArrayLike<number>, matrix: Matrix): Point[][] {
  const found: Point[][] = []
  let open: Point[] = []
  const point = (at: number): Point => {
    const [x, y] = [path[at] ?? 0, path[at + 1] ?? 0]
    return [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]]
  }
  let i = 0
  while (i < path.length) {
    const kind = path[i]
    if (kind === MOVE) {
      open = [point(i + 1)]
      found.push(open)
    } else if (kind === LINE) open.push(point(i + 1))
    else if (kind === CLOSE) open.push(open[0] ?? [0, 0])
    // A new path goes on where the curve ends.
    else {
      const end = point(i + (kind === CURVE ? 5 : 3))
      open = [end]
      found.push(open)
    }
    i += LENGTHS[kind ?? CLOSE] ?? 1
  }
  return found.filter((points) => points.length > 1)
}

const [MOVE, LINE, CURVE, CLOSE] = [0, 1, 2, 4]
/** How many numbers describe a step of a path, by its kind. */
const LENGTHS = [3, 3, 7, 5, 1]

function product(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[2] * b[1],
    a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3],
    a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4],
    a[1] * b[4] + a[3] * b[5] + a[5],
  ]
}

/** Lines on one height, or beside each other, that touch are one line. */
function merged(rules: readonly Rule[]): Rule[] {
  const found: { at: number; from: number; to: number }[] = []
  let heights: (typeof found)[number][] = []
  let height = Number.NaN
  for (const rule of [...rules].sort((a, b) => a.at - b.at)) {
    if (!(rule.at - height < SAME)) {
      found.push(...joinedRules(heights))
      heights = []
      height = rule.at
    }
    heights.push({ ...rule, at: height })
  }
  found.push(...joinedRules(heights))
  return found
}

function joinedRules(rules: readonly Rule[]): { at: number; from: number; to: number }[] {
  const found: { at: number; from: number; to: number }[] = []
  for (const rule of [...rules].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last !== undefined && rule.from - last.to < 2 * SAME) last.to = Math.max(last.to, rule.to)
    else found.push({ ...rule })
  }
  return found
}
