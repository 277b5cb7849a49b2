import { fileURLToPath } from 'node:url'
import { demand } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { Corpus } from './corpus.ts'
import { SimulatedTestError } from './errors.ts'
import { EXPLORE_OPTIONS, type ExploreOptions, explore } from './explore.ts'
import { replay } from './replay.ts'
import { replayCommand } from './replay-command.ts'
import type { SimulationResult } from './result.ts'
import { functionOf, isScenario, type Scenario } from './scenario.ts'
import { shrink } from './shrink.ts'

/** How a simulated test explores. */
export interface SimulatedTestOptions extends ExploreOptions {
  /**
   * A text file of tokens in the repository. They are played before anything else, and a failure is added to them, except in CI
   * (where `CI` is set).
   */
  readonly corpus?: string | URL
  /** Most real time to shrink a failure. Default 10 s. */
  readonly shrinkTime?: Duration
}

const OPTIONS = [...EXPLORE_OPTIONS, 'corpus', 'shrinkTime'] as const

/** `test` of vitest, or of `node:test`. */
export type TestFunction = (
  name: string,
  options: { readonly timeout: number },
  run: () => Promise<void>,
) => unknown

/** A test that explores a scenario. */
export interface SimulatedTest {
  (name: string, scenario: Scenario): void
  (name: string, options: SimulatedTestOptions, scenario: Scenario): void
}

/** Real time of a test's runs, where it says nothing else. */
const TIME = '10s'
/** Milliseconds beyond runs and shrinking: loading, replays of the corpus, a slow machine. */
const SLACK_MS = 60_000

/**
 * A test runner's `test` with `test.simulated(name, options, scenario)`: it replays the corpus, explores within its time, and
 * fails with the shortest story, the seed and the line that replays it. In GitHub's CI the failure is an annotation at its line.
 *
 *     import { test as base } from 'vitest'            // or: import { test as base } from 'node:test'
 *     const test = withSimulated(base)
 *     test.simulated('no card is charged twice', { runs: 1000, corpus: 'test/payment.corpus' }, payment)
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown, or a value that can’t be a scenario.
 */
export function withSimulated<T extends object>(test: T): T & { readonly simulated: SimulatedTest } {
  demand(test, 'test', 'the test function of a runner', (given) => typeof given === 'function')
  const simulated = (name: string, first: SimulatedTestOptions | Scenario, second?: Scenario): void => {
    const scenario = (second ?? first) as Scenario
    const options = second === undefined ? {} : (first as SimulatedTestOptions)
    functionOf(scenario)
    onlyOptions(options, 'test.simulated', OPTIONS)
    const timeMs = milliseconds(options.time ?? TIME, 'time')
    const shrinkMs = milliseconds(options.shrinkTime ?? '10s', 'shrinkTime')
    const timeout = timeMs + shrinkMs + SLACK_MS
    ;(test as unknown as TestFunction)(name, { timeout }, () =>
      simulatedTest(name, options, scenario, timeMs, shrinkMs),
    )
  }
  // The runner's own function stays as it is: others may use it.
  return new Proxy(test, {
    get: (target, key, receiver) => (key === 'simulated' ? simulated : Reflect.get(target, key, receiver)),
  }) as T & { readonly simulated: SimulatedTest }
}

async function simulatedTest(
  name: string,
  { corpus: file, shrinkTime: _, ...options }: SimulatedTestOptions,
  scenario: Scenario,
  timeMs: number,
  shrinkMs: number,
): Promise<void> {
  const corpus = file === undefined ? undefined : new Corpus(file)
  for (const token of corpus?.tokens() ?? []) {
    const result = await replay(token, scenario)
    if (!result.ok) throw failed(name, scenario, result)
  }
  const { failure } = await explore({ ...options, time: timeMs }, scenario)
  if (failure === undefined) return
  const { seed, token, message } = failure
  const result = await shrink(token, scenario, { budget: shrinkMs }).catch(() => replay(token, scenario))
  if (process.env.CI === undefined || process.env.CI === '') corpus?.keep(result.token, message)
  throw failed(name, scenario, { ...result, seed })
}

function failed(
  name: string,
  scenario: Scenario,
  { failure, seed, story, token }: SimulationResult,
): SimulatedTestError {
  const how = isScenario(scenario)
    ? `npx ${replayCommand(fileURLToPath(scenario.url), token)}`
    : `await replay('${token}', scenario)`
  const error = new SimulatedTestError(
    failure?.message ?? 'it failed',
    `${story}\n\nseed ${seed}; replay with:\n${how}`,
  )
  if (process.env.GITHUB_ACTIONS === 'true')
    process.stdout.write(annotation(name, failure?.place, error.message))
  return error
}

/** A line that GitHub's CI shows beside the source. */
export function annotation(title: string, place: string | undefined, text: string): string {
  const [, file, line, column] = /^(?:file:\/\/)?(.*):(\d+):(\d+)$/.exec(place ?? '') ?? []
  const at = file === undefined ? '' : `file=${property(relative(file))},line=${line},col=${column},`
  return `::error ${at}title=${property(title)}::${escaped(text)}\n`
}

/** GitHub wants a path from the root of the repository, which may be above the package that is tested. */
function relative(file: string): string {
  const root = `${process.env.GITHUB_WORKSPACE || process.cwd()}/`
  return file.startsWith(root) ? file.slice(root.length) : file
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
