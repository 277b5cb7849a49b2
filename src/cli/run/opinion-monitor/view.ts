import type { OpinionReport } from '../../../../actors/opinion-monitor/open-opinion-monitor.ts'
import { said } from '../../../../actors/opinion-monitor/report/html.ts'
import { byEntity } from '../../../../actors/opinion-monitor/report/plot.ts'
import type { Alert } from '../../../../actors/opinion-monitor/watching/alert.ts'
import type { Style } from '../../style.ts'
import { table } from '../../table.ts'

const ENTITIES_MOST = 12
const TOPICS_MOST = 6
const SPARKS = '▁▂▃▄▅▆▇█'
const SPARK_WIDTH = 32

/** An alert for a terminal: what happened, when, and the headlines that caused it. */
export function alertText(alert: Alert, style: Style): string {
  const when = `${alert.from.slice(0, 16).replace('T', ' ')} UTC`
  const causes = alert.causes.map(({ title, balance }) => `    ${mark(balance, style)} ${title}`)
  const topic = alert.topic === '' ? '' : style.dim(`  topic: ${alert.topic}`)
  return [`${style.warn('▲')} ${style.bold(said(alert))}`, `    ${style.dim(when)}${topic}`, ...causes].join(
    '\n',
  )
}

/** What the watch has seen: the entities over time, topics, counts. */
export function summaryText(report: OpinionReport, style: Style): string {
  const entities = byEntity(report.windows, 0)
  const from = Math.min(...entities.map((one) => one.from))
  const until = Math.max(...entities.map((one) => one.until))
  const rows = entities
    .slice(0, ENTITIES_MOST)
    .map(({ entity, headlines, mood, windows }) => [
      entity,
      String(headlines),
      mood.toFixed(2),
      spark(windows, from, until),
      String(report.alerts.filter((alert) => alert.entity === entity).length || ''),
    ])
  const topics = report.topics.slice(0, TOPICS_MOST).map(({ name, headlines }) => `${name} (${headlines})`)
  const { counted, duplicate, late, failed, closed, alerts } = report
  return `
${table(['entity', 'headlines', 'mood', 'over time', 'alerts'], rows).join('\n')}

topics: ${topics.join(', ')}
${style.dim(`${counted} headlines in ${closed} windows, ${alerts.length} alerts; ${late} late, ${duplicate} duplicates, ${failed} failed; read ${report.encoder === undefined ? 'without an encoder' : `with ${report.encoder}`}`)}
`
}

function mark(balance: number, style: Style): string {
  if (Math.abs(balance) < 0.2) return style.dim('·')
  return balance > 0 ? style.good('+') : style.warn('-')
}

function spark(
  windows: readonly { readonly start: number; readonly headlines: number }[],
  from: number,
  until: number,
): string {
  const counts = new Array<number>(SPARK_WIDTH).fill(0)
  const span = Math.max(1, until - from)
  for (const { start, headlines } of windows) {
    const at = Math.min(SPARK_WIDTH - 1, Math.floor(((start - from) / span) * SPARK_WIDTH))
    counts[at] = (counts[at] ?? 0) + headlines
  }
  const most = Math.max(...counts, 1)
  return counts.map((count) => (count === 0 ? ' ' : SPARKS[Math.ceil((count / most) * 8) - 1])).join('')
}
