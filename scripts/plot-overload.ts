/**
 * Draws what the overload bench has measured: docs/images/overload-*.svg.
 *
 *     npm run -s bench -- overload --full --json > overload.json
 *     npx tsx scripts/plot-overload.ts overload.json
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Curve, lineChart } from './charts/line-chart.ts'

const FOLDER = new URL('../docs/images/', import.meta.url)
const SUBJECTS: Readonly<Record<string, string>> = {
  sleep: 'a pipeline that waits',
  burn: 'a pipeline that computes on the main thread',
  team: 'the question-answering team',
}
/** Loads are drawn at each of these, as multiples of the capacity. */
const LOAD_STEP = 0.25
const LOAD_MAX = 8
const PERCENT_MAX = 120

interface Result {
  readonly name: string
  readonly ratio?: number
}

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: npx tsx scripts/plot-overload.ts overload.json')
const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: readonly Result[] }

for (const [subject, title] of Object.entries(SUBJECTS)) {
  const byLoad = curves(subject, /^(\S+), (.+), ([\d.]+)×: goodput$/u, (points) =>
    onGrid(points, LOAD_STEP, LOAD_MAX),
  )
  if (byLoad.length > 0) {
    draw(
      `overload-${subject}.svg`,
      lineChart(`Goodput of ${title}, % of the capacity`, byLoad, {
        xMax: LOAD_MAX,
        xLabel: 'arrivals, multiples of the capacity',
        yMax: PERCENT_MAX,
        yLabel: 'answers within 1 s, % of the capacity',
        points: LOAD_MAX / LOAD_STEP + 1,
      }),
    )
  }
  let seconds = 0
  const bySecond = curves(subject, /^(\S+), (.+), burst, second ([\d.]+): goodput$/u, (points) => {
    seconds = points.at(-1)?.[0] ?? 0
    return Float64Array.from(points, ([, percent]) => percent)
  })
  if (seconds > 0) {
    draw(
      `overload-burst-${subject}.svg`,
      lineChart(`A burst at 5 times the capacity of ${title}; 0.8 of it before and after`, bySecond, {
        xMax: seconds,
        xLabel: 'seconds',
        yMax: PERCENT_MAX,
        yLabel: 'answers within 1 s, % of the capacity',
        points: bySecond[0]?.values.length ?? 0,
      }),
    )
  }
}

type Points = readonly (readonly [x: number, percent: number])[]

/** One curve a contender, in the order in which they were measured. */
function curves(subject: string, name: RegExp, values: (points: Points) => Float64Array): Curve[] {
  const found = new Map<string, [number, number][]>()
  for (const result of results) {
    const [, of, contender = '', x = ''] = name.exec(result.name) ?? []
    if (of !== subject || result.ratio === undefined) continue
    found.set(contender, [
      ...(found.get(contender) ?? []),
      [Number(x), Math.min(PERCENT_MAX, 100 * result.ratio)],
    ])
  }
  return [...found].map(([contender, points]) => ({
    name: contender.replace('Fastify + under-pressure', 'under-pressure'),
    values: values(points),
  }))
}

/** Straight lines between what was measured, from nothing at 0. */
function onGrid(points: Points, step: number, max: number): Float64Array {
  const known: Points = [[0, 0], ...points]
  return Float64Array.from({ length: max / step + 1 }, (_, at) => {
    const x = at * step
    const next = known.findIndex(([load]) => load >= x)
    const [x1, y1] = known[next === -1 ? known.length - 1 : next] as [number, number]
    const [x0, y0] = known[Math.max(0, (next === -1 ? known.length : next) - 1)] as [number, number]
    return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
  })
}

function draw(name: string, svg: string): void {
  writeFileSync(new URL(name, FOLDER), svg)
  console.log(`wrote docs/images/${name}`)
}
