import { escaped } from '../../pipeline/pictures/svg-text.ts'
import type { Change } from './compare.ts'
import { FIGURES, figuresOf, shortMs, sumOf } from './format.ts'
import type { RateResult, StageTime } from './summary.ts'

/** One run of `ganglion bench`, as `--json` prints it. */
export interface BenchReport {
  readonly target: string
  readonly node: string
  readonly cpu: string
  readonly seed: number
  readonly durationMs: number
  readonly deadlineMs: number
  /** The greatest rate of which 95 % were answered in time; absent if there is none. */
  readonly saturationRate?: number
  readonly results: readonly RateResult[]
  /** The same rates while a step is killed once a second; empty without `--faults`. */
  readonly faulty: readonly RateResult[]
  /** What differs from the base run; absent without `--compare`. */
  readonly changes?: readonly Change[]
}

const WIDTH = 760
const HEIGHT = 300
const LEFT = 64
const RIGHT = 24
const TOP = 16
const BOTTOM = 44
const COLOURS = { p50: '#1a7f37', p90: '#0969da', p99: '#cf222e', goodput: '#0969da', ideal: '#8c959f' }
const PARTS = [
  ['queueMs', 'queue', '#bc4c00'],
  ['cpuMs', 'CPU, main thread', '#cf222e'],
  ['awaitedMs', 'awaited', '#8c959f'],
  ['poolMs', 'pool', '#8250df'],
  ['modelMs', 'model', '#0969da'],
] as const satisfies readonly (readonly [keyof StageTime, string, string])[]

/** The report as one HTML file that needs nothing else: no script, no font, no network. */
export function html(report: BenchReport): string {
  const { target, node, cpu, durationMs, deadlineMs, saturationRate, results, faulty, changes } = report
  const shown = results.find(({ rate }) => rate === saturationRate) ?? results[0]
  const verdict =
    saturationRate === undefined
      ? 'Not even the lowest rate was carried.'
      : `Carried up to <b>${saturationRate}</b> requests a second.`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(target)}: ganglion bench</title>
<style>
body { font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; color: #1f2328; background: #fff; max-width: ${WIDTH + 40}px; margin: 32px auto; padding: 0 20px }
h1 { font-size: 22px; margin: 0 0 4px } h2 { font-size: 16px; margin: 32px 0 8px } p { margin: 4px 0; color: #59636e } b { color: #1f2328 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid #d1d9e0 } th:first-child, td:first-child { text-align: left }
svg { width: 100%; height: auto; display: block } .key span { display: inline-block; margin-right: 16px; font-size: 13px } .key i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px }
</style></head><body>
<h1>${escaped(target)}</h1>
<p>${verdict}</p>
<p>Open loop, Poisson arrivals, ${durationMs / 1000} s a rate after warm-up, deadline ${deadlineMs} ms. Latency counts from when a request was due. ${escaped(node)}, ${escaped(cpu)}.</p>
${changes === undefined ? '' : `<h2>Compared with the base run</h2>${changesTable(changes)}`}
<h2>Answers a second, by rate</h2>
${key([
  ['answered in time', COLOURS.goodput],
  ['all of them', COLOURS.ideal],
])}
${plot(
  results,
  [
    { colour: COLOURS.ideal, dashed: true, of: ({ rate }) => rate },
    { colour: COLOURS.goodput, of: ({ goodput }) => goodput },
  ],
  '/s',
)}
<h2>Latency, by rate</h2>
${key([
  ['p50', COLOURS.p50],
  ['p90', COLOURS.p90],
  ['p99', COLOURS.p99],
])}
${plot(
  results,
  (['p50', 'p90', 'p99'] as const).map((name) => ({
    colour: COLOURS[name],
    of: ({ latency }) => latency[name],
  })),
  ' ms',
)}
<h2>Figures</h2>
${figures(results)}
${faulty.length === 0 ? '' : `<h2>While a step is killed once a second</h2>${figures(faulty)}`}
${shown === undefined || shown.stages.length === 0 ? '' : `<h2>Where the time of a request goes, at ${shown.rate}/s</h2>${key(PARTS.map(([, name, colour]) => [name, colour]))}${stages(shown.stages)}`}
</body></html>
`
}

interface Line {
  readonly colour: string
  readonly dashed?: boolean
  readonly of: (result: RateResult) => number
}

function plot(results: readonly RateResult[], lines: readonly Line[], unit: string): string {
  const values = results.flatMap((result) => lines.map(({ of }) => of(result))).filter(Number.isFinite)
  const top = niceTop(Math.max(...values, 1e-9))
  const x = (at: number): number =>
    results.length === 1 ? LEFT : LEFT + ((WIDTH - LEFT - RIGHT) * at) / (results.length - 1)
  const y = (value: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(top * share).toFixed(1)
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#d1d9e0"/><text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${short(top * share)}${unit}</text>`
  })
  const labels = results.map(
    ({ rate }, at) =>
      `<text x="${x(at).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${short(rate)}</text>`,
  )
  const curves = lines.map(({ colour, dashed, of }) => {
    const points = results.flatMap((result, at) => {
      const value = of(result)
      return Number.isFinite(value) ? [`${x(at).toFixed(1)},${y(value).toFixed(1)}`] : []
    })
    const dots = dashed === true ? '' : points.map((point) => dot(point, colour)).join('')
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashed === true ? ' stroke-dasharray="5 4"' : ''}/>${dots}`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" font-size="12" fill="#59636e" role="img">${grid.join('')}${labels.join('')}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">requests a second</text>${curves.join('')}</svg>`
}

function dot(point: string, colour: string): string {
  const [cx, cy] = point.split(',')
  return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`
}

function figures(results: readonly RateResult[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  const rows = results.map((result) => cells('td', figuresOf(result, short(result.goodput))))
  return `<table>${cells('th', FIGURES)}${rows.join('')}</table>`
}

const VERDICTS = { same: '', better: COLOURS.p50, worse: COLOURS.p99, unsure: '#9a6700' } as const

/** Every figure of the rates that both runs have. */
function changesTable(changes: readonly Change[]): string {
  if (changes.length === 0) return '<p>No rate of this run is in the base run: nothing was compared.</p>'
  const figure = (name: Change['figure'], value: number): string =>
    name === 'goodput' ? `${short(value)}/s` : `${shortMs(value)} ms`
  const rows = changes.map(
    ({ rate, figure: name, before, now, verdict }) =>
      `<tr><td>${short(rate)}</td><td>${name}</td><td>${figure(name, before)}</td><td>${figure(name, now)}</td><td style="color:${VERDICTS[verdict]}">${verdict}</td></tr>`,
  )
  const heads = ['rate/s', 'figure', 'base run', 'this run', 'verdict'].map((head) => `<th>${head}</th>`)
  const unsure = changes.some(({ verdict }) => verdict === 'unsure')
    ? '<p>Unsure: other programs used the machine. Measure again when it is idle.</p>'
    : ''
  return `<table><tr>${heads.join('')}</tr>${rows.join('')}</table><p>Medians of ten parts of the time.</p>${unsure}`
}

function stages(times: readonly StageTime[]): string {
  const most = Math.max(...times.map(sumOf), 1e-9)
  const rowHeight = 28
  const labelWidth = 150
  const bars = times.map((time, at) => {
    let from = labelWidth
    const parts = PARTS.map(([part, , colour]) => {
      const width = ((WIDTH - labelWidth - 80) * time[part]) / most
      const bar = `<rect x="${from.toFixed(1)}" y="${at * rowHeight + 4}" width="${width.toFixed(1)}" height="18" fill="${colour}"/>`
      from += width
      return bar
    })
    return `<text x="${labelWidth - 8}" y="${at * rowHeight + 17}" text-anchor="end">${escaped(time.stage)}</text>${parts.join('')}<text x="${(from + 6).toFixed(1)}" y="${at * rowHeight + 17}">${shortMs(sumOf(time))} ms</text>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${times.length * rowHeight}" font-size="12" fill="#59636e" role="img">${bars.join('')}</svg>`
}

function key(entries: readonly (readonly [string, string])[]): string {
  return `<div class="key">${entries.map(([name, colour]) => `<span><i style="background:${colour}"></i>${name}</span>`).join('')}</div>`
}

/** A round number at or above it. */
function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 8, 10].find((times) => times * unit >= value) ?? 10) * unit
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
