import { escaped } from '../../../src/pipeline/pictures/svg-text.ts'
import type { OpinionReport } from '../open-opinion-monitor.ts'
import type { Alert } from '../watching/alert.ts'
import { activityPlot, byEntity, type EntityActivity, moodColour } from './plot.ts'

/** Entities that get a plot of their own, those with most headlines first. */
const PLOTS_MOST = 12
const TOPICS_MOST = 15

const CSS = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #68707c; --line: #d9dee5; --paper: #fff; --card: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --dim: #9aa4b1; --line: #343c47; --paper: #14181d; --card: #1b2128 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1080px; padding: 32px 20px 64px; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 26px; margin: 0 } h2 { font-size: 18px; margin: 36px 0 12px } h3 { font-size: 15px; margin: 0 }
p, ul { margin: 6px 0 } .dim { color: var(--dim) }
.figures { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 16px } .figures b { display: block; font-size: 22px }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 14px }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px }
.alert { border-left: 4px solid; margin-bottom: 10px } .alert ul { padding-left: 18px }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--dim); font-size: 10px }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line) }
td.n, th.n { text-align: right } .bar { height: 8px; background: #5b8def; border-radius: 4px }
`

/** The report as one HTML document: no script, no font, nothing from elsewhere. */
export function reportHtml(report: OpinionReport, windowMs: number): string {
  const entities = byEntity(report.windows, windowMs)
  const shown = entities.slice(0, PLOTS_MOST)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Opinion monitor</title><style>${CSS}</style></head><body>
<h1>Opinion monitor</h1>
<p class="dim">${spanOf(report, windowMs)} · windows of ${lengthOf(windowMs)} · ${report.encoder === undefined ? 'read without an encoder' : `encoder ${escaped(report.encoder)}`}</p>
<div class="figures">${figures(report, entities.length)}</div>
<h2>Alerts</h2>
${report.alerts.length === 0 ? '<p class="dim">None.</p>' : report.alerts.map(alertCard).join('\n')}
<h2>Entities</h2>
<p class="dim">A bar is a window: its height the number of headlines, its colour their mood. A triangle marks an alert.</p>
<div class="cards">${shown.map((one) => entityCard(one, entities, report.alerts, windowMs)).join('\n')}</div>
${entities.length > shown.length ? `<p class="dim">And ${entities.length - shown.length} more entities.</p>` : ''}
<h2>Topics</h2>
${topicTable(report)}
<h2>How much each scorer counts</h2>
${weightTable(report)}
</body></html>
`
}

function figures(
  { counted, duplicate, late, full, failed, undelivered, alerts }: OpinionReport,
  entities: number,
): string {
  const all: [string, number][] = [
    ['headlines', counted],
    ['entities', entities],
    ['alerts', alerts.length],
    ['late', late],
    ['duplicates', duplicate],
    ['failed', failed],
  ]
  if (full > 0) all.push(['over a window’s limit', full])
  if (undelivered > 0) all.push(['alerts not delivered', undelivered])
  return all.map(([name, count]) => `<div><b>${count.toLocaleString('en-US')}</b>${name}</div>`).join('')
}

function alertCard(alert: Alert): string {
  const causes = alert.causes.map(
    ({ title, at, balance }) =>
      `<li><span style="color:${moodColour(balance)}">●</span> ${escaped(title)} <span class="dim">${clock(at)}</span></li>`,
  )
  return `<div class="card alert" style="border-left-color:${moodColour(alert.mood)}"><h3>${escaped(said(alert))}</h3>
<p class="dim">${day(alert.from)} ${clock(alert.from)} to ${clock(alert.until)} UTC${alert.topic === '' ? '' : ` · topic: ${escaped(alert.topic)}`}</p><ul>${causes.join('')}</ul></div>`
}

/** An alert in one sentence. */
export function said(alert: Alert): string {
  if (alert.kind === 'shift')
    return `${alert.entity}: the mood turns ${alert.direction === 'up' ? 'better' : 'worse'} over ${alert.headlines} headlines`
  const usual = alert.usual ?? 0
  return `${alert.entity}: ${alert.headlines} headlines, where ${usual < 0.05 ? 'nearly none' : usual.toFixed(1)} are usual`
}

function entityCard(
  one: EntityActivity,
  all: readonly EntityActivity[],
  alerts: readonly Alert[],
  windowMs: number,
): string {
  const from = Math.min(...all.map((entity) => entity.from))
  const until = Math.max(...all.map((entity) => entity.until))
  const own = alerts.filter(({ entity }) => entity === one.entity)
  return `<div class="card"><h3>${escaped(one.entity)}</h3><p class="dim">${one.headlines} headlines, mood ${one.mood.toFixed(2)}</p>
${activityPlot(one, { from, until, windowMs }, own)}</div>`
}

function topicTable({ topics }: OpinionReport): string {
  const rows = topics
    .slice(0, TOPICS_MOST)
    .map(({ name, headlines }) => `<tr><td>${escaped(name)}</td><td class="n">${headlines}</td></tr>`)
  return `<table><tr><th>terms</th><th class="n">headlines</th></tr>${rows.join('')}</table>`
}

function weightTable({ weights }: OpinionReport): string {
  const rows = Object.entries(weights).map(
    ([name, weight]) =>
      `<tr><td>${escaped(name)}</td><td class="n">${weight.toFixed(2)}</td><td style="width:60%"><div class="bar" style="width:${(weight * 100).toFixed(1)}%"></div></td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function spanOf({ windows }: OpinionReport, windowMs: number): string {
  const first = windows[0]?.start
  const last = windows.at(-1)?.start
  if (first === undefined || last === undefined) return 'no closed window'
  const iso = (ms: number) => new Date(ms).toISOString()
  return `${day(iso(first))} ${clock(iso(first))} to ${day(iso(last + windowMs))} ${clock(iso(last + windowMs))} UTC`
}

function lengthOf(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`
}

function day(iso: string): string {
  return iso.slice(0, 10)
}

function clock(iso: string): string {
  return iso.slice(11, 16)
}
