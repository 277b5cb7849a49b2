import { escaped } from '../../../src/pipeline/pictures/svg-text.ts'
import { figureRow, htmlPage, shareTable } from '../../knowledge/page/html-page.ts'
import type { OpinionReport } from '../open-opinion-monitor.ts'
import type { Alert } from '../watching/alert.ts'
import { activityPlot, byEntity, type EntityActivity, moodColour } from './plot.ts'

/** Entities that get a plot of their own, those with most headlines first. */
const PLOTS_MOST = 12
const TOPICS_MOST = 15

/** The report as one HTML document: no script, no font, nothing from elsewhere. */
export function reportHtml(report: OpinionReport, windowMs: number): string {
  const entities = byEntity(report.windows, windowMs)
  const shown = entities.slice(0, PLOTS_MOST)
  const body = `<p class="dim">${spanOf(report, windowMs)} · windows of ${lengthOf(windowMs)} · ${report.encoder === undefined ? 'read without an encoder' : `encoder ${escaped(report.encoder)}`}</p>
${figures(report, entities.length)}
<h2>Alerts</h2>
${report.alerts.length === 0 ? '<p class="dim">None.</p>' : report.alerts.map(alertCard).join('\n')}
<h2>Entities</h2>
<p class="dim">A bar is a window: its height the number of headlines, its colour their mood, from <span style="color:${moodColour(-1)}">●</span> bad over <span style="color:${moodColour(0)}">●</span> neither to <span style="color:${moodColour(1)}">●</span> good for the entity. A triangle marks an alert.</p>
<div class="cards">${shown.map((one) => entityCard(one, entities, report.alerts, windowMs)).join('\n')}</div>
${entities.length > shown.length ? `<p class="dim">And ${entities.length - shown.length} more entities.</p>` : ''}
<h2>Topics</h2>
${topicTable(report)}
<h2>How much each scorer counts</h2>
${shareTable(Object.entries(report.weights))}`
  return htmlPage('Opinion monitor', body)
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
  return figureRow(all)
}

function alertCard(alert: Alert): string {
  const causes = alert.causes.map(
    ({ title, at, balance }) =>
      `<li><span style="color:${moodColour(balance)}">●</span> ${escaped(title)} <span class="dim">${day(at) === day(alert.until) ? '' : `${day(at)} `}${clock(at)}</span></li>`,
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
