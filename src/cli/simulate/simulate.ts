import { writeFileSync } from 'node:fs'
import { THREAD_LIVES } from '../../simulation/errors.ts'
import { type Exploration, explore, type Progress } from '../../simulation/explore.ts'
import { replay } from '../../simulation/replay.ts'
import { htmlReport } from '../../simulation/report.ts'
import type { SimulationResult } from '../../simulation/result.ts'
import { isScenario, type ScenarioModule } from '../../simulation/scenario.ts'
import { type Shrunk, shrink } from '../../simulation/shrink.ts'
import type { ShrinkProgress } from '../../simulation/shrink-search.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { loadModule } from '../user-module.ts'
import { filesOf } from './patterns.ts'

/** As commander gives them. */
export interface SimulateFlags {
  readonly runs?: string
  readonly seed?: string
  readonly workers?: string
  readonly replay?: string
  readonly shrink?: boolean
  readonly json?: boolean
  readonly html?: string
  readonly strategy?: string
  readonly time?: string
  readonly keepGoing?: boolean
}

const { stderr, stdout } = process

/** `ganglion simulate FILES`: explores scenario modules, one after another, or replays a token of one. */
export async function simulateCommand(given: readonly string[], flags: SimulateFlags): Promise<ExitCode> {
  const documents: unknown[] = []
  let code: ExitCode = 0
  try {
    const files = filesOf(given)
    if (flags.replay !== undefined && files.length > 1)
      throw new UsageError(
        'a token belongs to one file',
        '--replay',
        flags.replay,
        'Name the file of its scenario',
      )
    for (const file of files) {
      const scenario = await load(file)
      if (files.length > 1 && flags.json !== true) stdout.write(`${file}\n`)
      const one =
        flags.replay === undefined
          ? await exploreFile(file, scenario, flags, documents)
          : await replayToken(file, scenario, flags.replay, flags, documents)
      code = one === 0 ? code : one
      if (code !== 0 && flags.keepGoing !== true) break
    }
    if (flags.json === true)
      stdout.write(`${JSON.stringify(files.length === 1 ? documents[0] : documents)}\n`)
  } catch (error) {
    stderr.write(errorLine(error))
    const { code: why } = error as { code?: unknown }
    return typeof why === 'string' && why.startsWith('token-') ? 2 : exitCodeOf(error)
  }
  return code
}

const REMEDY = 'Use a module whose default export is scenario(import.meta.url, …)'

async function load(file: string): Promise<ScenarioModule> {
  const module = await loadModule(file, REMEDY)
  if (isScenario(module.default)) return module.default
  throw new UsageError(
    `'${file}' has no scenario as its default export`,
    'FILE',
    file,
    'Write export default scenario(import.meta.url, async (sim) => { … })',
  )
}

async function exploreFile(
  file: string,
  scenario: ScenarioModule,
  flags: SimulateFlags,
  documents: unknown[],
): Promise<ExitCode> {
  const found = await explore(
    {
      runs: whole('--runs', flags.runs, 1000),
      workers: whole('--workers', flags.workers, 0),
      isolate: true,
      ...(flags.seed === undefined ? {} : { seed: whole('--seed', flags.seed, 1) }),
      ...(flags.strategy === undefined ? {} : { strategy: flags.strategy as 'mixed' }),
      ...(flags.time === undefined
        ? {}
        : { time: flags.time, ...(flags.runs === undefined ? { runs: 1e9 } : {}) }),
      keepGoing: flags.keepGoing === true,
      ...(flags.json === true ? {} : { onProgress: showProgress }),
    },
    scenario,
  )
  clearLine()
  if (found.failure === undefined) {
    if (flags.json === true) documents.push(found)
    else stdout.write(summary(found))
    return 0
  }
  if (flags.json !== true) stdout.write(summary(found))
  const { invariant } = found.failure
  if (invariant === THREAD_LIVES) {
    // Here it would end this process too.
    if (flags.json === true) documents.push(found)
    else stdout.write(`\nreplay with: ganglion simulate ${file} --replay ${found.failure.token}\n`)
    return 1
  }
  const result =
    flags.shrink === true && invariant !== 'it yields'
      ? await shrunkOf(found.failure.token, scenario, flags)
      : await replay(found.failure.token, scenario)
  report(file, result, flags, found, documents)
  return 1
}

async function replayToken(
  file: string,
  scenario: ScenarioModule,
  token: string,
  flags: SimulateFlags,
  documents: unknown[],
): Promise<ExitCode> {
  const result =
    flags.shrink === true ? await shrunkOf(token, scenario, flags) : await replay(token, scenario)
  report(file, result, flags, undefined, documents)
  const { diverged } = result
  if (diverged !== undefined && flags.json !== true)
    stdout.write(`not the recorded run since step ${diverged.step}: ${diverged.why}\n`)
  return result.ok ? 0 : 1
}

async function shrunkOf(token: string, scenario: ScenarioModule, flags: SimulateFlags): Promise<Shrunk> {
  const result = await shrink(token, scenario, flags.json === true ? {} : { onProgress: showShrinking })
  clearLine()
  return result
}

function report(
  file: string,
  result: SimulationResult | Shrunk,
  flags: SimulateFlags,
  found: Exploration | undefined,
  documents: unknown[],
): void {
  if (flags.html !== undefined) writeFileSync(flags.html, htmlReport({ title: file, result }))
  if (flags.json === true) {
    const { trace, ...rest } = result
    documents.push(found === undefined ? rest : { ...found, run: rest })
    return
  }
  const sizes =
    'before' in result
      ? `shrunk in ${result.tries} tries: ${result.before.faults} faults to ${result.after.faults}, ${result.before.messages} messages to ${result.after.messages}, ${result.before.steps} steps to ${result.after.steps}\n`
      : ''
  stdout.write(
    `\n${result.story}\n\n${sizes}replay with: ganglion simulate ${file} --replay ${result.token}\n`,
  )
  if (flags.html !== undefined) stdout.write(`report: ${flags.html}\n`)
}

function summary(found: Exploration): string {
  const { failure, runs, schedules, complete, faults, sometimes, elapsedMs } = found
  const rate = Math.round((runs / Math.max(1, elapsedMs)) * 1000)
  const struck = Object.entries(faults)
    .map(([kind, times]) => `${kind} ${times}`)
    .join(', ')
  const seen = Object.entries(sometimes)
    .map(([name, times]) => `  ${times > 0 ? '✓' : '–'} ${name}: ${times}`)
    .join('\n')
  return [
    `${runs} runs (${rate}/s), ${schedules} different${complete ? ', which are all that there are' : ''}; faults: ${struck || 'none'}`,
    ...(seen === '' ? [] : [seen]),
    ...found.vacuous.map((what) => `vacuous: ${what}`),
    failure === undefined
      ? 'every invariant held'
      : `✗ ${failure.message} (seed ${failure.seed}, step ${failure.step})`,
    ...found.failures
      .slice(1)
      .map((one) => `✗ ${one.message} (seed ${one.seed}, step ${one.step})\n  ${one.token}`),
    '',
  ].join('\n')
}

/** Progress comes twice a second; where it is piped, one line in ten seconds is enough. */
const TOLD_PIPED = 20
let untold = 0

function showProgress({ runs, of, runsPerSecond, faults, schedules, failures, sometimes }: Progress): void {
  const text = `${runs}/${of} runs, ${Math.round(runsPerSecond)}/s, ${faults} faults, ${schedules} schedules, sometimes ${sometimes[0]}/${sometimes[1]}, ${failures} failures`
  if (stderr.isTTY) stderr.write(`\r\u001b[2K${text}`)
  else if (runs < of && ++untold % TOLD_PIPED === 0) stderr.write(`${text}\n`)
}

function showShrinking({ tries, size }: ShrinkProgress): void {
  const text = `shrinking: ${tries} tries, ${size.faults} faults, ${size.messages} messages, ${size.steps} steps`
  if (stderr.isTTY) stderr.write(`\r\u001b[2K${text}`)
}

function clearLine(): void {
  if (stderr.isTTY) stderr.write('\r\u001b[2K')
}

function whole(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new UsageError(`${flag} is not a whole number: ${text}`, flag, text, 'Use 0, 1, 2 …')
}
