import { INPUT } from '../plan/plan.ts'
import type { Explanation, StepExplanation } from '../run/explanation.ts'

type Told = Pick<Explanation, 'steps' | 'arrows' | 'outcome' | 'joins' | 'totalMs'>

/** A run as a Mermaid flowchart: steps with their times, and the arrows taken, with their weights. */
export function runMermaid({ steps, arrows, joins }: Told): string {
  const names = [INPUT, ...steps.map(({ name }) => name)]
  const id = (name: string) => `n${names.indexOf(name)}`
  const lines = [
    'flowchart LR',
    `  ${id(INPUT)}([${INPUT}])`,
    ...steps.map(
      (step) =>
        `  ${id(step.name)}["${clean(labelOf(step, joins).join('<br/>'))}"]:::${step.outcome.replace(' ', '-')}`,
    ),
    ...arrows.map(({ from, to, weight, taken }) =>
      taken ? `  ${id(from)} -->|${round(weight)}| ${id(to)}` : `  ${id(from)} -.-> ${id(to)}`,
    ),
    '  classDef failed fill:#fbe3e0,stroke:#b3261e',
    '  classDef unused stroke-dasharray:3 4,color:#9aa4ad',
    '  classDef shadow stroke-dasharray:6 3',
    '  classDef open fill:#fff0cc,stroke:#8a5a00',
  ]
  return lines.join('\n')
}

const BOX = { width: 180, height: 62, across: 240, down: 88, margin: 24 }

/** The same as a drawing: one column per step away from the input. */
export function runSvg({ steps, arrows, joins, outcome, totalMs }: Told): string {
  const names = [INPUT, ...steps.map(({ name }) => name)]
  const column = columnsOf(names, arrows)
  const rows = new Map<string, number>()
  const used: number[] = []
  for (const name of names) {
    const at = column.get(name) ?? 0
    rows.set(name, used[at] ?? 0)
    used[at] = (used[at] ?? 0) + 1
  }
  const x = (name: string) => BOX.margin + (column.get(name) ?? 0) * BOX.across
  const y = (name: string) => BOX.margin + 20 + (rows.get(name) ?? 0) * BOX.down
  const width = 2 * BOX.margin + (used.length - 1) * BOX.across + BOX.width
  const height = 2 * BOX.margin + 20 + Math.max(...used) * BOX.down
  const lines = arrows.map(({ from, to, weight, taken }) => {
    const [x1, y1] = [x(from) + BOX.width, y(from) + BOX.height / 2]
    const [x2, y2] = [x(to) - 3, y(to) + BOX.height / 2]
    const label = `<text class="weight" x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2 - 5}">${round(weight)}</text>`
    return `<g class="arrow ${taken ? 'taken' : 'left'}"><line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" marker-end="url(#tip)"/>${taken ? label : ''}</g>`
  })
  const boxes = names.map((name) => {
    const step = steps.find((one) => one.name === name)
    const label = step === undefined ? [name] : labelOf(step, joins)
    const texts = label.map(
      (text, i) =>
        `<text x="${x(name) + BOX.width / 2}" y="${y(name) + 20 + i * 16}">${escapeXml(text)}</text>`,
    )
    return `<g class="step ${step?.outcome ?? 'done'}"><rect x="${x(name)}" y="${y(name)}" width="${BOX.width}" height="${BOX.height}" rx="6"/>${texts.join('')}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<style>${STYLE}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
<text class="title" x="${BOX.margin}" y="20">${escapeXml(`${outcome} after ${round(totalMs)} ms`)}</text>
${lines.join('\n')}
${boxes.join('\n')}
</svg>`
}

const STYLE =
  'text{font:12px system-ui,sans-serif;fill:#1c2530;text-anchor:middle}.title{text-anchor:start;font-weight:600}rect{fill:#e7e9e4;stroke:#9aa4ad}.failed rect{fill:#fbe3e0;stroke:#b3261e}.open rect{fill:#fff0cc;stroke:#8a5a00}.shadow rect{stroke-dasharray:6 3}.unused rect{fill:none;stroke-dasharray:3 4}.unused text{fill:#9aa4ad}line{stroke:#1c2530}.left line{stroke:#9aa4ad;stroke-dasharray:3 4}.weight{font-size:11px}'

function labelOf(step: StepExplanation, joins: Told['joins']): string[] {
  const join = joins.find(({ merge }) => merge === step.name)
  const gone = [
    ...(join?.missing ?? []).map((name) => `${name} missing`),
    ...(join?.late ?? []).map((name) => `${name} late`),
  ]
  const visits =
    step.visits === 0
      ? step.outcome
      : `${round(step.queueMs)} + ${round(step.runMs)} ms (${round(step.cpuMs)} CPU)`
  const tries = step.kind !== 'merge' && step.attempts > step.visits ? `, ${step.attempts} attempts` : ''
  return [step.name, visits + tries, ...(gone.length === 0 ? [] : [gone.join(', ')])]
}

/** The greatest number of arrows from the input. Steps are in start order; an arrow back (a loop) is left out. */
function columnsOf(names: readonly string[], arrows: Told['arrows']): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  for (const name of names) {
    let column = 0
    for (const { from, to } of arrows) {
      const before = to === name ? columns.get(from) : undefined
      if (before !== undefined) column = Math.max(column, before + 1)
    }
    columns.set(name, column)
  }
  return columns
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function clean(text: string): string {
  return text.replaceAll('"', '＂').replaceAll(';', ',').replaceAll('#', '＃').replaceAll('\n', ' ')
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
