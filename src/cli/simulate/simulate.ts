import { relative } from 'node:path'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { THREAD_LIVES } from '../../simulation/errors.ts'
import { type Exploration, explore } from '../../simulation/explore.ts'
import { htmlReport, type Reported } from '../../simulation/page/html-report.ts'
import { replay } from '../../simulation/replay.ts'
import type { SimulationFailure, SimulationResult } from '../../simulation/result.ts'
import { isScenario, type ScenarioModule } from '../../simulation/scenario.ts'
import { type Shrunk, shrink } from '../../simulation/shrink.ts'
import { annotation } from '../../simulation/test-simulated.ts'
import { endWarmThread } from '../../simulation/thread.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { wholeFlag } from '../number-flags.ts'
import { checkReportFile, writeReport } from '../report-file.ts'
import { loadModule } from '../user-module.ts'
import { filesOf } from './patterns.ts'
import { ProgressLines } from './progress-lines.ts'
import { replayLine, summary, told } from './screen.ts'

/** As commander gives them. */
export interface SimulateFlags {
  readonly runs?: string
  readonly seed?: string
  readonly workers?: string
  readonly replay?: string
  readonly shrink?: boolean
  readonly json?: boolean
  readonly html?: string
  readonly links?: string
  readonly strategy?: string
  readonly reduce?: boolean
  readonly time?: string
  readonly keepGoing?: boolean
}

/** What the files have shown, for the JSON document and for the page. */
interface Shown {
  readonly documents: unknown[]
  readonly pages: Reported[]
}

const { stdout } = process
const progress = new ProgressLines(process.stderr, platformKernel().clock)

/** `ganglion simulate FILES`: explores scenario modules, one after another, or replays a token of one. */
export async function simulateCommand(given: readonly string[], flags: SimulateFlags): Promise<ExitCode> {
  const shown: Shown = { documents: [], pages: [] }
  let code: ExitCode = 0
  process.on('exit', endedEarly)
  try {
    const files = filesOf(given)
    checkReportFile(flags.html)
    if (flags.replay !== undefined && files.length > 1)
      throw new UsageError(
        'a token belongs to one file',
        '--replay',
        flags.replay,
        'Name the file of its scenario',
      )
    try {
      for (const file of files) {
        const scenario = await load(file)
        if (files.length > 1 && flags.json !== true) stdout.write(`${file}\n`)
        const one =
          flags.replay === undefined
            ? await exploreFile(file, scenario, flags, shown)
            : await replayToken(file, scenario, flags.replay, flags, shown)
        code = one === 0 ? code : one
        if (code !== 0 && flags.keepGoing !== true) break
      }
    } finally {
      // A later file that does not load must not hide what was found before it.
      writePage(flags, shown)
    }
    if (flags.json === true)
      stdout.write(`${JSON.stringify(files.length === 1 ? shown.documents[0] : shown.documents)}\n`)
  } catch (error) {
    process.stderr.write(errorLine(error))
    const { code: why } = error as { code?: unknown }
    return typeof why === 'string' && why.startsWith('token-') ? 2 : exitCodeOf(error)
  } finally {
    endWarmThread()
    process.off('exit', endedEarly)
  }
  return code
}

/** A module that ends the process, or never finishes to load, is no success. */
function endedEarly(): void {
  process.exitCode = 1
  process.stderr.write(
    'ganglion: the process ended before the simulation did. A scenario module must neither call process.exit nor wait for what never comes\n',
  )
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
  { documents, pages }: Shown,
): Promise<ExitCode> {
  const found = await explored(scenario, flags)
  const { failure } = found
  if (flags.json !== true) stdout.write(summary(found, flags.strategy === 'exhaustive'))
  if (failure === undefined) {
    documents.push(found)
    pages.push({ title: file, found })
    return 0
  }
  const result = await replayed(failure, scenario, flags)
  pages.push({ title: file, found, ...(result === undefined ? {} : { result }) })
  if (flags.json !== true)
    stdout.write(result === undefined ? `\n${replayLine(file, failure.token)}` : told(file, result))
  if (flags.json !== true && process.env.GITHUB_ACTIONS === 'true')
    stdout.write(annotation(file, failure.place, `${failure.message}\n${replayLine(file, failure.token)}`))
  documents.push(result === undefined ? found : { ...found, run: withoutEvents(result) })
  if (flags.html !== undefined)
    for (const other of found.failures.slice(1)) {
      const one = await replayed(other, scenario, flags)
      pages.push({
        title: file,
        ...(one === undefined ? { found: { ...found, failure: other } } : { result: one }),
      })
    }
  return 1
}

async function explored(scenario: ScenarioModule, flags: SimulateFlags): Promise<Exploration> {
  const found = await explore(
    {
      runs: flags.runs === undefined ? 1000 : wholeFlag(flags.runs, '--runs', 1),
      workers: flags.workers === undefined ? 0 : wholeFlag(flags.workers, '--workers', 0),
      isolate: true,
      ...(flags.seed === undefined ? {} : { seed: wholeFlag(flags.seed, '--seed', 0) }),
      ...(flags.strategy === undefined ? {} : { strategy: flags.strategy as 'mixed' }),
      ...(flags.time === undefined
        ? {}
        : { time: flags.time, ...(flags.runs === undefined ? { runs: 1e9 } : {}) }),
      ...(flags.reduce === true ? { reduce: true } : {}),
      keepGoing: flags.keepGoing === true,
      ...(flags.json === true ? {} : { onProgress: progress.exploring }),
    },
    scenario,
  )
  progress.clear()
  return found
}

/** The failing run once more, with its story; undefined where it would end this process too. */
async function replayed(
  { invariant, token }: SimulationFailure,
  scenario: ScenarioModule,
  flags: SimulateFlags,
): Promise<SimulationResult | Shrunk | undefined> {
  if (invariant === THREAD_LIVES) return undefined
  return flags.shrink === true && invariant !== 'it yields'
    ? shrunkOf(token, scenario, flags)
    : replay(token, scenario)
}

async function replayToken(
  file: string,
  scenario: ScenarioModule,
  token: string,
  flags: SimulateFlags,
  { documents, pages }: Shown,
): Promise<ExitCode> {
  const result =
    flags.shrink === true ? await shrunkOf(token, scenario, flags) : await replay(token, scenario)
  pages.push({ title: file, result })
  documents.push(withoutEvents(result))
  if (flags.json !== true) {
    stdout.write(told(file, result))
    const { diverged } = result
    if (diverged !== undefined) stdout.write(divergedLine(diverged))
  }
  return result.ok ? 0 : 1
}

/** Where nothing was as recorded, "held" says nothing of the bug. */
function divergedLine({ step, why }: NonNullable<SimulationResult['diverged']>): string {
  const other = step === 0 && why === 'the scenario has changed' ? ', or the token is of another one' : ''
  return `not the recorded run since step ${step}: ${why}${other}\n`
}

async function shrunkOf(token: string, scenario: ScenarioModule, flags: SimulateFlags): Promise<Shrunk> {
  const result = await shrink(token, scenario, flags.json === true ? {} : { onProgress: progress.shrinking })
  progress.clear()
  return result
}

function withoutEvents({ trace: _, ...rest }: SimulationResult | Shrunk): unknown {
  return rest
}

function writePage({ html, links, json }: SimulateFlags, { pages }: Shown): void {
  if (html === undefined || pages.length === 0) return
  const where = links ?? githubLinks(process.env)
  writeReport(html, htmlReport(pages, where === undefined ? {} : { links: where }))
  if (json !== true) stdout.write(`report: ${html}\n`)
}

/** In GitHub's CI a page is read on another machine: its lines open in the repository, at the commit. */
function githubLinks(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = env
  if (GITHUB_ACTIONS !== 'true' || !server || !repository || !sha) return undefined
  const folder = relative(env.GITHUB_WORKSPACE || process.cwd(), process.cwd())
  return `${server}/${repository}/blob/${sha}/${folder === '' ? '' : `${folder}/`}{path}#L{line}`
}
