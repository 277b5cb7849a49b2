import { onlyOptions } from '../../kernel/only-options.ts'
import { INPUT, type Plan } from '../plan/plan.ts'
import { edgeLabel, nodeLabel } from './labels.ts'
import { type Layering, layered } from './layers.ts'
import { escaped, shortened, widthOf } from './svg-text.ts'

/** How to draw a picture. */
export interface SvgOptions {
  /** Label for screen readers. Default: the pipeline's name. */
  readonly title?: string
}

interface Box {
  readonly kind: string
  readonly title: string
  readonly lines: readonly string[]
  readonly width: number
  readonly height: number
  x: number
  y: number
}

const GAP_X = 48
const GAP_Y = 22
const MARGIN = 20
const LINE = 16

/**
 * The plan as a self-contained picture, left to right. Boxes are opaque and lines are a middle grey, so it can be read on light
 * and dark backgrounds; its colours follow the reader's scheme if the viewer supports that. No script, font or link.
 */
export function toSvg(plan: Plan, options: SvgOptions = {}): string {
  onlyOptions(options, 'toSVG', ['title'])
  const { title = plan.name } = options
  const names = [INPUT, ...plan.nodes.map(({ name }) => name)]
  const index = new Map(names.map((name, i) => [name, i]))
  const answer = names.length
  const drawn = plan.edges.filter(({ from, to }) => index.has(from) && index.has(to))
  const edges = drawn.map(({ from, to }) => [index.get(from) as number, index.get(to) as number] as const)
  const exit = index.get(plan.exit)
  const layering = layered({
    size: answer + 1,
    edges: exit === undefined ? edges : [...edges, [exit, answer] as const],
  })
  const boxes = boxesOf(plan, layering)
  const height = place(layering, boxes)
  const lowest = below(layering, height)
  const labels = drawn.map((edge) => edgeLabel(plan, edge))
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${lowest.height}" viewBox="0 0 ${width} ${lowest.height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    STYLE,
    ...layering.routes.map((route, at) => arrow(route, boxes, lowest.depth[at], labels[at])),
    ...boxes.slice(0, answer + 1).map(drawBox),
    '</svg>\n',
  ].join('\n')
}

/** One box per node, and an empty one per bend. */
function boxesOf(plan: Plan, layering: Layering): Box[] {
  const bends = Math.max(...layering.layers.flat()) - plan.nodes.length - 1
  return [
    boxOf('end', plan.name, []),
    ...plan.nodes.map((node) => {
      const { title, details } = nodeLabel(node)
      return boxOf(node.kind, title, details)
    }),
    boxOf('end', 'answer', []),
    ...Array.from({ length: bends }, () => ({
      kind: 'bend',
      title: '',
      lines: [],
      width: 0,
      height: LINE,
      x: 0,
      y: 0,
    })),
  ]
}

function boxOf(kind: string, title: string, details: readonly string[]): Box {
  const lines = [title, ...details].map((line) => shortened(line))
  const width = Math.ceil(Math.max(...lines.map(widthOf))) + (kind === 'branch' || kind === 'loop' ? 44 : 26)
  return { kind, title, lines, width, height: lines.length * LINE + 16, x: 0, y: 0 }
}

/** Columns as wide as their widest box; within a column, boxes are near their neighbours and never overlap. Returns the height. */
function place({ layers, routes, back }: Layering, boxes: readonly Box[]): number {
  let x = MARGIN
  for (const layer of layers) {
    const width = Math.max(...layer.map((i) => (boxes[i] as Box).width))
    for (const i of layer) (boxes[i] as Box).x = x + (width - (boxes[i] as Box).width) / 2
    x += width + GAP_X
  }
  const near = neighbours(routes, back, boxes.length)
  const centre = (i: number): number => (boxes[i] as Box).y + (boxes[i] as Box).height / 2
  for (const layer of layers) stack(layer, boxes, (i) => i * (LINE + GAP_Y))
  for (let round = 0; round < 16; round++) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const wish = new Map(
        layer.map((i) => {
          const list = near[i] as number[]
          return [
            i,
            list.length === 0 ? centre(i) : list.reduce((sum, n) => sum + centre(n), 0) / list.length,
          ]
        }),
      )
      stack(layer, boxes, (at) => wish.get(layer[at] as number) as number)
    }
  }
  const top = Math.min(...boxes.map((box) => box.y))
  for (const box of boxes) box.y += MARGIN - top
  return Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN
}

function neighbours(
  routes: readonly (readonly number[])[],
  back: readonly boolean[],
  size: number,
): readonly number[][] {
  const near: number[][] = Array.from({ length: size }, () => [])
  routes.forEach((route, at) => {
    if (back[at]) return
    for (let i = 1; i < route.length; i++) {
      near[route[i - 1] as number]?.push(route[i] as number)
      near[route[i] as number]?.push(route[i - 1] as number)
    }
  })
  return near
}

/**
 * Moves the boxes of a column to where they wish to be, as far as order and gaps allow: overlapping groups are merged around
 * their mean (isotonic regression by pooling adjacent violators).
 */
function stack(layer: readonly number[], boxes: readonly Box[], wish: (at: number) => number): void {
  const groups: { from: number; sum: number; count: number }[] = []
  const offset: number[] = []
  let depth = 0
  layer.forEach((i, at) => {
    const { height } = boxes[i] as Box
    offset.push(depth)
    groups.push({ from: at, sum: wish(at) - height / 2 - depth, count: 1 })
    depth += height + GAP_Y
    for (let last = groups.length - 1; last > 0; last--) {
      const [above, below] = [groups[last - 1], groups[last]] as [(typeof groups)[0], (typeof groups)[0]]
      if (above.sum / above.count <= below.sum / below.count) break
      above.sum += below.sum
      above.count += below.count
      groups.pop()
    }
  })
  for (const { from, sum, count } of groups) {
    for (let at = from; at < from + count; at++) {
      ;(boxes[layer[at] as number] as Box).y = sum / count + (offset[at] as number)
    }
  }
}

/** Arrows back run below everything, one under the other. */
function below(
  { back }: Layering,
  height: number,
): { readonly depth: readonly (number | undefined)[]; readonly height: number } {
  let y = height - MARGIN + GAP_Y
  const depth = back.map((leadsBack) => {
    if (!leadsBack) return undefined
    const own = y
    y += GAP_Y
    return own
  })
  return { depth, height: back.includes(true) ? y - GAP_Y + MARGIN : height }
}

function arrow(
  route: readonly number[],
  boxes: readonly Box[],
  depth: number | undefined,
  label: string | undefined,
): string {
  const from = boxes[route[0] as number] as Box
  const to = boxes[route[route.length - 1] as number] as Box
  const { path, at } = depth === undefined ? forward(route, boxes) : around(from, to, depth)
  const line = `<path class="a" d="${path}"/>${head(to, depth !== undefined)}`
  return label === undefined ? line : line + pill(label, at)
}

interface Point {
  readonly x: number
  readonly y: number
}

function forward(route: readonly number[], boxes: readonly Box[]): { path: string; at: Point } {
  const points = route.flatMap((i, n): Point[] => {
    const box = boxes[i] as Box
    const y = box.y + box.height / 2
    if (n === 0) return [{ x: box.x + box.width, y }]
    return [{ x: box.x, y }]
  })
  const [start, ...rest] = points as [Point, ...Point[]]
  let path = `M${n(start.x)} ${n(start.y)}`
  let last = start
  for (const [i, point] of rest.entries()) {
    // The line ends where the arrow's head begins.
    const x = i === rest.length - 1 ? point.x - 7 : point.x
    const bend = (x - last.x) / 2
    path += `C${n(last.x + bend)} ${n(last.y)} ${n(x - bend)} ${n(point.y)} ${n(x)} ${n(point.y)}`
    last = { x, y: point.y }
  }
  const end = rest[0] as Point
  return { path, at: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } }
}

/** Out at the right, down between the columns, back below everything, up between the columns, in at the left. */
function around(from: Box, to: Box, depth: number): { path: string; at: Point } {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 }
  const end = { x: to.x + slant(to) - 7, y: to.y + to.height * 0.8 }
  const [right, left, r] = [start.x + 16, to.x - 20, 10]
  const path =
    `M${n(start.x)} ${n(start.y)}Q${n(right)} ${n(start.y)} ${n(right)} ${n(start.y + r)}` +
    `V${n(depth - r)}Q${n(right)} ${n(depth)} ${n(right - r)} ${n(depth)}` +
    `H${n(left + r)}Q${n(left)} ${n(depth)} ${n(left)} ${n(depth - r)}` +
    `V${n(end.y + r)}Q${n(left)} ${n(end.y)} ${n(end.x)} ${n(end.y)}`
  return { path, at: { x: (right + left) / 2, y: depth } }
}

/** A triangle into the left side of its box: in the middle, or below the middle for an arrow back. */
function head(to: Box, leadsBack: boolean): string {
  const y = to.y + to.height * (leadsBack ? 0.8 : 0.5)
  const x = to.x + (leadsBack ? slant(to) : 0)
  return `<path class="h" d="M${n(x)} ${n(y)}l-8 -4l0 8z"/>`
}

/** How far the side of a hexagon is indented where an arrow back meets it. */
function slant({ kind }: Box): number {
  return kind === 'branch' || kind === 'loop' ? 8 : 0
}

function pill(label: string, { x, y }: Point): string {
  const width = widthOf(shortened(label)) * 0.75 + 10
  return (
    `<rect class="l" x="${n(x - width / 2)}" y="${n(y - 8)}" width="${n(width)}" height="16" rx="8"/>` +
    `<text class="s" x="${n(x)}" y="${n(y + 4)}">${escaped(shortened(label))}</text>`
  )
}

function drawBox({ kind, title, lines, x, y, width, height }: Box): string {
  const middle = x + width / 2
  const text = lines.map(
    (line, i) =>
      `<text class="${i === 0 ? 't' : 's'}" x="${n(middle)}" y="${n(y + 8 + LINE * i + 12)}">${escaped(line)}</text>`,
  )
  return `<g class="${kind}"><title>${escaped(title)}</title>${outline(kind, x, y, width, height)}${text.join('')}</g>`
}

function outline(kind: string, x: number, y: number, width: number, height: number): string {
  if (kind === 'branch' || kind === 'loop') {
    const tip = 14
    const corners = [
      [x + tip, y],
      [x + width - tip, y],
      [x + width, y + height / 2],
      [x + width - tip, y + height],
      [x + tip, y + height],
      [x, y + height / 2],
    ]
    return `<polygon points="${corners.map(([a = 0, b = 0]) => `${n(a)},${n(b)}`).join(' ')}"/>`
  }
  const round = kind === 'processor' ? 4 : kind === 'map' || kind === 'tap' ? 0 : height / 2
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${n(round)}"/>`
}

function n(value: number): string {
  return `${Math.round(value * 10) / 10}`
}

const STYLE = `<style>
text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;text-anchor:middle;fill:#1f2328}
.t{font-weight:600}.s{font-size:11px}
rect,polygon{fill:#f6f8fa;stroke:#7d8590;stroke-width:1.3}
.processor rect{fill:#ddf4ff;stroke:#4493f8}.merge rect{fill:#dafbe1;stroke:#3fb950}
.branch polygon,.loop polygon{fill:#fff8c5;stroke:#d29922}.tap rect{stroke-dasharray:4 3}
.a{fill:none;stroke:#7d8590;stroke-width:1.4}.h{fill:#7d8590}.l{fill:#f6f8fa;stroke:none}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}rect,polygon{fill:#21262d}.l{fill:#21262d}
.processor rect{fill:#0c2d6b}.merge rect{fill:#0f3d22}.branch polygon,.loop polygon{fill:#4b2900}}
</style>`
