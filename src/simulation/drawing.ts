import { demand } from '../kernel/demand.ts'
import { escapeHtml } from './escape-html.ts'
import type { TraceEvent } from './recorder.ts'
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

export function isTrace(given: readonly TraceEvent[]): boolean {
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
    return time + (event.kind === 'send' ? arrow(event, x, y, width) : note(event, x, y, width))
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${heads.join('\n')}
${rows.join('\n')}
</svg>`
}

/** Its text keeps between the two lanes, or beside the one. */
function arrow(event: TraceEvent, x: (name: string) => number, y: number, width: number): string {
  const { from, to } = event
  const what = withBody(event)
  const title = `<title>${escapeHtml(what)}</title>`
  const [a, b] = [x(from), x(to)]
  const room = a === b ? Math.min(LANE, width - a) - 40 : Math.abs(a - b) - 12
  const text = escapeHtml(short(what, Math.floor(room / LETTER)))
  if (a === b) {
    return `<g class="send">${title}<path d="M${a} ${y - 4} h26 v10 h-20" marker-end="url(#tip)" fill="none"/><text class="beside" x="${a + 32}" y="${y + 4}">${text}</text></g>`
  }
  const towards = a < b ? -3 : 3
  return `<g class="send">${title}<line x1="${a}" y1="${y}" x2="${b + towards}" y2="${y}" marker-end="url(#tip)"/><text x="${(a + b) / 2}" y="${y - 5}">${text}</text></g>`
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

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
