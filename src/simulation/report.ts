import { demand } from '../kernel/demand.ts'
import type { TraceEvent } from './recorder.ts'
import type { SimulationResult } from './result.ts'
import type { Shrunk } from './shrink.ts'
import { chosen, textOf, timeOf } from './story.ts'

/** A run as a Mermaid sequence diagram, with the faults marked. */
export function mermaidOf(trace: readonly TraceEvent[]): string {
  const told = chosen(demand(trace, 'trace', 'the trace of a result', isTrace))
  const names = lanesOf(told)
  const id = (name: string) => `p${names.indexOf(name)}`
  const lines = told.flatMap((event) => {
    const text = escapeMermaid(event.kind === 'send' ? withBody(event) : textOf(event))
    const at = names.includes(event.to) ? id(event.to) : undefined
    if (event.kind === 'send') return [`  ${id(event.from)}->>${id(event.to)}: ${text}`]
    const over = at ?? (names.length > 1 ? `p0,p${names.length - 1}` : 'p0')
    return names.length === 0 ? [] : [`  Note over ${over}: ${text}`]
  })
  return [
    'sequenceDiagram',
    ...names.map((name) => `  participant ${id(name)} as ${escapeMermaid(name)}`),
    ...lines,
  ].join('\n')
}

function withBody({ what, body }: TraceEvent): string {
  return body === undefined ? what : `${what} ${body}`
}

function isTrace(given: readonly TraceEvent[]): boolean {
  return (
    Array.isArray(given) &&
    given.every(
      ({ kind, from, to, what, at }) =>
        [kind, from, to, what].every((text) => typeof text === 'string') && typeof at === 'number',
    )
  )
}

/** The participants, in order of appearance. */
function lanesOf(told: readonly TraceEvent[]): readonly string[] {
  const names = new Set<string>()
  for (const { kind, from, to } of told) {
    if (kind === 'send') names.add(from)
    if (to !== '') names.add(to)
  }
  return [...names]
}

function escapeMermaid(text: string): string {
  return text.replaceAll(';', ',').replaceAll('#', '＃').replaceAll('\n', ' ')
}

const LANE = 170
const ROW = 34
const LEFT = 90
const TOP = 56
/** About the width of a letter. */
const LETTER = 7

/** The same as a drawing: time runs downwards, one lane per actor. */
export function svgOf(trace: readonly TraceEvent[]): string {
  const told = chosen(demand(trace, 'trace', 'the trace of a result', isTrace))
  const lanes = lanesOf(told)
  const x = (name: string) => LEFT + LANE / 2 + Math.max(0, lanes.indexOf(name)) * LANE
  const width = LEFT + Math.max(1, lanes.length) * LANE + 20
  const height = TOP + told.length * ROW + 24
  const heads = lanes.map(
    (name) => `<g class="lane"><line x1="${x(name)}" y1="40" x2="${x(name)}" y2="${height - 12}"/>
<rect x="${x(name) - 70}" y="12" width="140" height="28" rx="6"/><text x="${x(name)}" y="31">${escapeHtml(short(name, 18))}</text></g>`,
  )
  const rows = told.map((event, i) => {
    const y = TOP + i * ROW + 14
    const time =
      told[i - 1]?.at === event.at ? '' : `<text class="time" x="8" y="${y + 4}">${timeOf(event.at)}</text>`
    return time + (event.kind === 'send' ? arrow(event, x, y) : note(event, x, y, width))
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${heads.join('\n')}
${rows.join('\n')}
</svg>`
}

function arrow(event: TraceEvent, x: (name: string) => number, y: number): string {
  const { from, to } = event
  const what = withBody(event)
  const [a, b] = [x(from), x(to)]
  if (a === b) {
    return `<g class="send"><path d="M${a} ${y - 4} h26 v10 h-20" marker-end="url(#tip)" fill="none"/><text class="beside" x="${a + 32}" y="${y + 4}">${escapeHtml(short(what, 20))}</text></g>`
  }
  const towards = a < b ? -3 : 3
  return `<g class="send"><line x1="${a}" y1="${y}" x2="${b + towards}" y2="${y}" marker-end="url(#tip)"/><text x="${(a + b) / 2}" y="${y - 5}">${escapeHtml(short(what, 40))}</text></g>`
}

function note(event: TraceEvent, x: (name: string) => number, y: number, width: number): string {
  const whole = event.kind === 'fault' && event.from !== '' ? `⚡ ${event.what}` : textOf(event)
  const most = width - LEFT - 16
  const text = short(whole, Math.floor((most - 16) / LETTER))
  const wide = Math.min(most, 16 + text.length * LETTER)
  const middle =
    event.to === ''
      ? LEFT + (width - LEFT) / 2
      : event.kind === 'fault' && event.from !== event.to
        ? (x(event.from) + x(event.to)) / 2
        : x(event.to)
  const left = Math.min(Math.max(LEFT, middle - wide / 2), width - wide - 8)
  const kind = text.startsWith('✗') ? 'failed' : event.kind
  return `<g class="note ${kind}"><rect x="${left}" y="${y - 12}" width="${wide}" height="23" rx="5"/><title>${escapeHtml(whole)}</title><text x="${left + wide / 2}" y="${y + 4}">${escapeHtml(text)}</text></g>`
}

/** What a report shows. */
export interface Reported {
  readonly title: string
  readonly result: SimulationResult | Shrunk
}

/** A self-contained page: verdict, token, story, diagram, counts. */
export function htmlReport(reported: Reported): string {
  demand(
    reported,
    'htmlReport',
    'a title and the result of a run',
    ({ title, result }) =>
      typeof title === 'string' && typeof result.token === 'string' && isTrace(result.trace),
  )
  const { title, result } = reported
  const { failure, faults, sometimes, token } = result
  const rows = (entries: readonly (readonly [string, unknown])[]) =>
    entries
      .map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`)
      .join('')
  const shrunk = 'before' in result ? result : undefined
  const sizes =
    shrunk === undefined
      ? ''
      : `<table><tr><th></th><th>found</th><th>shrunk</th></tr>${(
          ['faults', 'messages', 'reorderings', 'delays', 'steps'] as const
        )
          .map(
            (what) =>
              `<tr><th>${what}</th><td>${shrunk.before[what]}</td><td>${shrunk.after[what]}</td></tr>`,
          )
          .join('')}</table>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<header><h1>${escapeHtml(title)}</h1><p class="verdict ${failure === undefined ? 'good' : 'bad'}">${escapeHtml(failure === undefined ? 'Everything held.' : failure.message)}</p></header>
<section><h2>The story</h2><pre>${escapeHtml(result.story)}</pre><div class="drawing">${svgOf(result.trace)}</div></section>
<section class="counts"><div><h2>The run</h2><table>${rows([
    ['seed', result.seed],
    ['steps', result.steps],
    ['messages', result.messages],
    ['virtual time', timeOf(result.virtualMs)],
    ['hash', result.hash],
  ])}</table></div>
${sizes === '' ? '' : `<div><h2>Shrunk</h2>${sizes}</div>`}
<div><h2>Faults</h2><table>${rows(Object.entries(faults)) || '<tr><td>none</td></tr>'}</table></div>
${Object.keys(sometimes).length === 0 ? '' : `<div><h2>Sometimes</h2><table>${rows(Object.entries(sometimes))}</table></div>`}
</section>
${result.vacuous.length === 0 ? '' : `<section><h2>Not seen</h2><ul>${result.vacuous.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul></section>`}
<section><h2>Replay</h2><p>This token makes the run happen again, on any machine with the same code:</p><pre class="token">${escapeHtml(token)}</pre></section>
<section><details><summary>As Mermaid</summary><pre>${escapeHtml(mermaidOf(result.trace))}</pre></details></section>
</body></html>
`
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fbfbf9;--soft:#e7e9e4;--line:#9aa4ad;--bad:#b3261e;--badSoft:#fbe3e0;--good:#1d6b3a;--fault:#8a5a00;--faultSoft:#fff0cc}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15191d;--soft:#262c32;--line:#6d7882;--bad:#ff8a80;--badSoft:#4a1f1c;--good:#7fd69b;--fault:#ffd479;--faultSoft:#4a3a12}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem;margin:0}h2{font-size:1rem;margin:1.4rem 0 .4rem}.verdict{font-weight:600;margin:.3rem 0}.good{color:var(--good)}.bad{color:var(--bad)}
pre{background:var(--soft);padding:.7rem .9rem;border-radius:6px;overflow-x:auto;font-size:13px}.token{white-space:pre-wrap;word-break:break-all}
.drawing{overflow-x:auto}.counts{display:flex;flex-wrap:wrap;gap:0 2.5rem}table{border-collapse:collapse}th,td{text-align:left;padding:.15rem .9rem .15rem 0;font-weight:400}td{font-variant-numeric:tabular-nums;font-weight:600}
svg text{font:12px system-ui,sans-serif;fill:var(--ink);text-anchor:middle}svg .time,svg .beside{text-anchor:start}svg .time{fill:var(--line)}
svg .lane line{stroke:var(--line);stroke-dasharray:3 4}svg .lane rect{fill:var(--soft);stroke:var(--line)}svg .send line,svg .send path{stroke:var(--ink)}svg marker path{fill:var(--ink)}
svg .note rect{fill:var(--soft)}svg .fault rect{fill:var(--faultSoft);stroke:var(--fault)}svg .fault text{font-weight:600}svg .failed rect{fill:var(--badSoft);stroke:var(--bad)}svg .failed text{fill:var(--bad);font-weight:600}svg .dead-letter rect{stroke:var(--bad)}
`

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
