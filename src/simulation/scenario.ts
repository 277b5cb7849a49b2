import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { SIMULATE_OPTIONS, type SimulateOptions } from './settings.ts'
import type { Simulation } from './simulation.ts'

/** What to simulate: a function, or a module that other threads can load too. */
export type ScenarioFunction = (sim: Simulation) => unknown

/** A scenario as the default export of a module, `*.sim.ts`: it can run in parallel, and from the command line. */
export interface ScenarioModule {
  readonly kind: 'scenario'
  /** The module's own address. */
  readonly url: string
  readonly run: ScenarioFunction
  /** Default options of its simulation. */
  readonly options: SimulateOptions
}

/** A scenario as a function, or as a module. */
export type Scenario = ScenarioFunction | ScenarioModule

/**
 * A scenario as a separate module: `export default scenario(import.meta.url, { faults }, async (sim) => …)`.
 *
 * @throws InvalidArgumentError
 */
export function scenario(url: string, run: ScenarioFunction): ScenarioModule
export function scenario(url: string, options: SimulateOptions, run: ScenarioFunction): ScenarioModule
export function scenario(
  url: string,
  first: SimulateOptions | ScenarioFunction,
  second?: ScenarioFunction,
): ScenarioModule {
  const run = typeof first === 'function' ? first : second
  if (typeof url !== 'string' || !url.startsWith('file:') || typeof run !== 'function') {
    throw new InvalidArgumentError('a scenario module needs its address and a function', {
      path: 'scenario',
      value: url,
      remedy: 'Write export default scenario(import.meta.url, async (sim) => { … })',
    })
  }
  if (typeof first !== 'function') onlyOptions(first, 'scenario', SIMULATE_OPTIONS)
  return { kind: 'scenario', url, run, options: typeof first === 'function' ? {} : first }
}

export function isScenario(value: unknown): value is ScenarioModule {
  try {
    return (value as Partial<ScenarioModule> | null | undefined)?.kind === 'scenario'
  } catch {
    return false
  }
}

export function functionOf(what: Scenario): ScenarioFunction {
  if (typeof what === 'function') return what
  if (isScenario(what)) return what.run
  throw new InvalidArgumentError('that is not a scenario', {
    path: 'scenario',
    value: what,
    remedy: 'Pass a function (sim) => …, or the default export of a *.sim.ts module',
  })
}

/** The scenario's options, overridden by the caller's. @throws InvalidArgumentError (`invalid-argument`) */
export function optionsFor<O extends SimulateOptions>(
  what: Scenario,
  options: O,
  known: readonly (keyof O & string)[],
): O {
  functionOf(what)
  onlyOptions(options ?? null, 'the simulation', known)
  return typeof what === 'function' ? options : { ...what.options, ...options }
}

/** A number that changes with the scenario's source. */
export function sourceHash(what: Scenario): number {
  if (typeof what === 'function') return crc32(what.toString())
  try {
    return crc32(readFileSync(fileURLToPath(what.url)))
  } catch {
    return crc32(what.run.toString())
  }
}

/** The scenario's name in messages. */
export function titleOf(what: Scenario): string {
  if (typeof what === 'function') return what.name || 'the scenario'
  return what.url.slice(what.url.lastIndexOf('/') + 1)
}
