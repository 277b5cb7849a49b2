/** One line of a chart; a dashed one is a reference. */
export interface Curve {
  readonly name: string
  readonly values: Float64Array
  readonly dashed?: boolean
}

/** The labels and ends of the axes, and how many points of a curve are drawn. */
export interface Axes {
  /** Value at the last point of every curve; curves begin at 0. */
  readonly xMax: number
  readonly xLabel: string
  readonly yMax: number
  readonly yLabel: string
  readonly points?: number
}

const WIDTH = 720
const HEIGHT = 400
const LEFT = 64
const RIGHT = 150
const TOP = 44
const BOTTOM = 48
const POINTS = 120
const COLOURS = ['#0969da', '#cf222e', '#1a7f37', '#8250df', '#bc4c00']

/** Curves of equal length as a self-contained SVG on a light ground, labelled at their ends. */
export function lineChart(title: string, curves: readonly Curve[], axes: Axes): string {
  const { yMax, points: drawn = POINTS } = axes
  const count = curves[0]?.values.length as number
  const x = (t: number) => LEFT + ((WIDTH - LEFT - RIGHT) * t) / (count - 1)
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / yMax
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="ui-sans-serif, Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" fill="#1f2328">${title}</text>`,
    ...grid(count, axes, x, y),
  ]
  const labels: { text: string; colour: string; at: number }[] = []
  let coloured = 0
  for (const { name, values, dashed = false } of curves) {
    const colour = dashed ? '#6e7781' : (COLOURS[coloured++ % COLOURS.length] as string)
    const points: string[] = []
    let end = 0
    for (let point = 0; point < drawn; point++) {
      const t = Math.round(((count - 1) * point) / (drawn - 1))
      const value = values[t] as number
      // A curve that leaves the picture is labelled where it leaves.
      if (value > yMax) break
      points.push(`${x(t).toFixed(1)},${y(value).toFixed(1)}`)
      end = t
    }
    const dash = dashed ? ' stroke-dasharray="5 4"' : ''
    parts.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`,
    )
    const last = Math.round(values[count - 1] as number)
    if (end === count - 1) labels.push({ text: `${name} ${last}`, colour, at: y(values[end] as number) })
    else {
      parts.push(
        `<text x="${x(end) + 6}" y="${TOP + 12}" fill="${colour}">${name} (${last} at the end)</text>`,
      )
    }
  }
  return `${[...parts, ...spread(labels), '</svg>'].join('\n')}\n`
}

/** Labels at the right edge, moved apart so that none covers another. */
function spread(labels: { text: string; colour: string; at: number }[]): string[] {
  const sorted = [...labels].sort((a, b) => b.at - a.at)
  let below = HEIGHT - BOTTOM + 16
  return sorted.map(({ text, colour, at }) => {
    below = Math.min(at, below - 15)
    return `<text x="${WIDTH - RIGHT + 8}" y="${(below + 4).toFixed(1)}" fill="${colour}">${text}</text>`
  })
}

function grid(
  count: number,
  { xMax, xLabel, yMax, yLabel }: Axes,
  x: (t: number) => number,
  y: (value: number) => number,
): string[] {
  const parts: string[] = []
  for (let step = 0; step <= 4; step++) {
    const value = (yMax * step) / 4
    parts.push(
      `<line x1="${LEFT}" y1="${y(value)}" x2="${WIDTH - RIGHT}" y2="${y(value)}" stroke="#d0d7de"/>`,
      `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end" fill="#57606a">${Math.round(value)}</text>`,
    )
  }
  const between = tickStep(xMax)
  for (let value = 0; value <= xMax; value += between) {
    const at = x(((count - 1) * value) / xMax).toFixed(1)
    parts.push(
      `<text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#57606a">${value.toLocaleString('en-US')}</text>`,
    )
  }
  return [
    ...parts,
    `<text x="${LEFT + (WIDTH - LEFT - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#57606a">${xLabel}</text>`,
    `<text x="16" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})" fill="#57606a">${yLabel}</text>`,
  ]
}

/** The distance of labels on an axis: 1, 2 or 5 times a power of ten, for four labels or more. */
function tickStep(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max / 4))
  return ([5, 2].find((times) => times * power * 4 <= max) ?? 1) * power
}
