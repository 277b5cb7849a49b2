import { cpus } from 'node:os'
import type { Kernel } from '../../kernel/kernel.ts'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { durationFlag, wholeFlag } from '../number-flags.ts'
import { checkReportFile, writeReport } from '../report-file.ts'
import { baseOf } from './base-report.ts'
import { compared } from './compare.ts'
import { type BenchInput, contains, inputsOf } from './inputs.ts'
import { arrivals, play } from './open-loop.ts'
import { watchOthers } from './others.ts'
import { ratesOf, STEPS_MOST } from './rates.ts'
import { type BenchReport, html } from './report.ts'
import { type RateResult, saturation, summary } from './summary.ts'
import { type BenchTarget, openTarget } from './target.ts'
import { screen } from './terminal.ts'

/** As commander gives them. */
export interface BenchFlags {
  readonly name?: string
  readonly input?: string
  readonly inputs?: string
  readonly rate: string
  readonly steps: string
  readonly duration: string
  readonly warmup: string
  readonly deadline: string
  readonly seed: string
  readonly token?: string
  readonly faults?: boolean
  readonly json?: boolean
  readonly html?: string
  readonly compare?: string
}

interface Settings {
  readonly rates: readonly number[]
  readonly durationMs: number
  readonly warmMs: number
  readonly deadlineMs: number
  readonly seed: number
  readonly inputs: readonly BenchInput[]
  readonly base: readonly RateResult[] | undefined
}

/** How often a step is killed under `--faults`, milliseconds. */
const KILL_MS = 1000
/** The process is idle for so long between two rates, milliseconds. */
const PAUSE_MS = 200

/** `ganglion bench TARGET`. Resolves with the exit code: 1 if nothing was answered, or the comparison fails. */
export async function benchCommand(target: string, flags: BenchFlags): Promise<ExitCode> {
  try {
    const settings = settingsOf(flags)
    checkReportFile(flags.html)
    const opened = await openTarget(target, flags)
    let report: BenchReport
    try {
      report = await measured(opened, settings, flags.faults === true)
    } finally {
      await opened.stop()
    }
    if (flags.html !== undefined) writeReport(flags.html, html(report))
    process.stdout.write(
      flags.json === true
        ? `${JSON.stringify(report)}\n`
        : screen(report, process.stdout.isTTY === true, process.env),
    )
    return isGood(report) ? 0 : 1
  } catch (error) {
    process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  }
}

/** A gate passes if something was answered, and, with a base run, if something was compared and nothing is worse. */
function isGood({ results, changes }: BenchReport): boolean {
  if (!results.some(({ counts }) => counts.answered > 0)) return false
  return changes === undefined || (changes.length > 0 && !changes.some(({ verdict }) => verdict === 'worse'))
}

function settingsOf(flags: BenchFlags): Settings {
  const rates = ratesOf(flags.rate, wholeFlag(flags.steps, '--steps', 2, STEPS_MOST))
  const settings = {
    rates,
    durationMs: durationFlag(flags.duration, '--duration', 10),
    warmMs: durationFlag(flags.warmup, '--warmup'),
    deadlineMs: durationFlag(flags.deadline, '--deadline', 1),
    seed: wholeFlag(flags.seed, '--seed', 0),
    inputs: inputsOf(flags),
    base: flags.compare === undefined ? undefined : baseOf(flags.compare),
  }
  checkRequests(rates, settings.durationMs)
  return settings
}

async function measured(target: BenchTarget, settings: Settings, isFaulty: boolean): Promise<BenchReport> {
  const { rates, durationMs, deadlineMs, warmMs, seed, base } = settings
  if (isFaulty && target.kill === undefined)
    throw new UsageError(
      `no step of '${target.name}' can be killed`,
      '--faults',
      true,
      'Measure a pipeline of a module',
    )
  const kernel = platformKernel({ seed })
  // What is slow only once, such as loading a model, is no latency.
  if (warmMs > 0)
    mustAnswer(
      await atRate(kernel, target, settings, { rate: Math.min(...rates), ms: warmMs, name: 'warm-up' }),
    )
  const results: RateResult[] = []
  for (const rate of rates)
    results.push(await atRate(kernel, target, settings, { rate, ms: durationMs, name: `${rate}` }))
  const faulty: RateResult[] = []
  if (isFaulty)
    for (const rate of rates)
      faulty.push(await atRate(kernel, target, settings, { rate, ms: durationMs, name: `${rate}`, isFaulty }))
  const carried = saturation(results)
  return {
    target: target.name,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    seed,
    durationMs,
    deadlineMs,
    ...(carried === undefined ? {} : { saturationRate: carried.rate }),
    results,
    faulty,
    ...(base === undefined ? {} : { changes: compared(base, results) }),
  }
}

/** Nothing is learned from minutes of the same failure. @throws UsageError (`usage`) */
function mustAnswer({ requests, counts, firstFailure }: RateResult): void {
  if (requests === 0 || counts.failed < requests) return
  throw new UsageError(
    `every request of the warm-up failed: ${firstFailure}`,
    'TARGET',
    requests,
    'Start the service, or correct TARGET or the input',
  )
}

async function atRate(
  kernel: Kernel,
  target: BenchTarget,
  { inputs, deadlineMs }: Settings,
  {
    rate,
    ms,
    name,
    isFaulty,
  }: { readonly rate: number; readonly ms: number; readonly name: string; readonly isFaulty?: boolean },
): Promise<RateResult> {
  process.stderr.write(
    `ganglion bench: ${name === 'warm-up' ? 'warm-up' : `${rate}/s`}${isFaulty === true ? ', with faults' : ''}\n`,
  )
  target.times?.take(1)
  const due = arrivals(kernel, rate, ms, name)
  let firstWrong: string | undefined
  const ask = async (request: number, leftMs: number): Promise<boolean> => {
    const { input, expect } = inputs[request % inputs.length] as BenchInput
    const answer = await target.ask(input, leftMs)
    if (expect === undefined || contains(answer, expect)) return true
    firstWrong ??= `expected ${inLine(expect)} and got ${inLine(answer)}`
    return false
  }
  let isOver = false
  let killed = 0
  const kill = (): void => {
    if (isOver) return
    target.kill?.(killed)
    killed += 1
    kernel.timers.after(KILL_MS, kill, undefined)
  }
  if (isFaulty === true) kernel.timers.after(KILL_MS / 2, kill, undefined)
  const others = watchOthers()
  const played = await play(kernel, due, ask, deadlineMs)
  isOver = true
  const result = {
    ...summary(played, rate, ms, target.times?.take(due.length) ?? []),
    ...(firstWrong === undefined ? {} : { firstWrong }),
    // The server behind a URL is another program too.
    ...(target.times === undefined ? {} : { others: others() }),
  }
  await new Promise<void>((resolve) => void kernel.timers.after(PAUSE_MS, resolve, undefined, true))
  return result
}

const LINE_MOST = 200

function inLine(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > LINE_MOST ? `${text.slice(0, LINE_MOST)}…` : text
}

/** Requests of one rate, whose times are kept. */
const REQUESTS_MOST = 10_000_000

/** @throws UsageError (`usage`) for a rate at which there is next to nothing to measure, or too much to keep. */
function checkRequests(rates: readonly number[], durationMs: number): void {
  for (const rate of rates) {
    const requests = (rate * durationMs) / 1000
    if (requests >= 1 && requests <= REQUESTS_MOST) continue
    const amount = requests < 1 ? 'less than one request' : `more than ${REQUESTS_MOST} requests`
    throw new UsageError(
      `${rate} a second for ${durationMs} ms are ${amount}`,
      '--rate',
      rate,
      `Choose another rate or --duration`,
    )
  }
}
