import { styleFor } from '../style.ts'
import { table } from '../table.ts'
import type { Change } from './compare.ts'
import { FIGURES, figuresOf, shortMs, sumOf } from './format.ts'
import type { BenchReport } from './report.ts'
import type { RateResult, StageTime } from './summary.ts'

const BAR = 28

/** What a person reads: a table of rates, the saturation point, and where the time goes. */
export function screen(report: BenchReport, isTerminal: boolean, env: NodeJS.ProcessEnv): string {
  const style = styleFor(isTerminal, env)
  const { target, saturationRate, deadlineMs, results, faulty, changes } = report
  const lines = [
    style.bold(
      `${target}: open loop, Poisson arrivals, deadline ${deadlineMs} ms, latency from when a request was due`,
    ),
    '',
    ...rateTable(results),
    '',
    saturationRate === undefined
      ? style.warn('not even the lowest rate was carried: less than 95 % of it was answered in time')
      : style.good(`carried up to ${saturationRate} requests a second`),
  ]
  for (const { rate, firstFailure, firstWrong } of [...results, ...faulty]) {
    if (firstFailure !== undefined) lines.push(style.warn(`first failure at ${rate}/s: ${firstFailure}`))
    if (firstWrong !== undefined) lines.push(style.warn(`first wrong answer at ${rate}/s: ${firstWrong}`))
  }
  if (faulty.length > 0)
    lines.push('', style.bold('the same while a step is killed once a second'), ...rateTable(faulty))
  const shown = results.find(({ rate }) => rate === saturationRate) ?? results[0]
  if (shown !== undefined && shown.stages.length > 0)
    lines.push(
      '',
      style.bold(`where the time of a request goes at ${shown.rate}/s`),
      ...stageBars(shown.stages),
    )
  if (changes !== undefined) lines.push('', ...changeLines(changes, style))
  return `${lines.join('\n')}\n`
}

function rateTable(results: readonly RateResult[]): string[] {
  const most = Math.max(...results.map(({ latency }) => finite(latency.p99)))
  return table(
    [...FIGURES, 'p99'],
    results.map((result) => [
      ...figuresOf(result, result.goodput.toFixed(result.goodput < 10 ? 1 : 0)),
      '█'.repeat(Math.round((finite(result.latency.p99) / Math.max(1e-9, most)) * 16)),
    ]),
  )
}

function stageBars(stages: readonly StageTime[]): string[] {
  const all = stages.map((stage) => ({ stage, sum: sumOf(stage) }))
  const most = Math.max(...all.map(({ sum }) => sum), 1e-9)
  return table(
    ['step', 'queue ms', 'CPU ms', 'awaited ms', 'pool ms', 'model ms', ''],
    all.map(({ stage, sum }) => [
      stage.stage,
      ...[stage.queueMs, stage.cpuMs, stage.awaitedMs, stage.poolMs, stage.modelMs].map(shortMs),
      '█'.repeat(Math.round((sum / most) * BAR)),
    ]),
  )
}

function changeLines(changes: readonly Change[], style: ReturnType<typeof styleFor>): string[] {
  if (changes.length === 0)
    return [
      style.warn('no rate of this run is in the base run: nothing was compared. Measure the same rates'),
    ]
  const moved = changes.filter(({ verdict }) => verdict !== 'same')
  if (moved.length === 0) return [style.good('no figure differs from the base run by more than noise')]
  const lines = moved.map(({ rate, figure, before, now, verdict }) => {
    const text = `${verdict}: ${figure} at ${rate}/s, ${shortMs(before)} → ${shortMs(now)} (medians of ten parts of the time)`
    return verdict === 'better' ? style.good(text) : style.warn(text)
  })
  const isUnsure = moved.some(({ verdict }) => verdict === 'unsure')
  return isUnsure
    ? [...lines, style.warn('other programs used the machine: measure again when it is idle')]
    : lines
}

function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0
}
