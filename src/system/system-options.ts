import { supervisionPolicy } from '../behavior/supervision-policy.ts'
import type { InferenceOptions } from '../inference/engine-options.ts'
import { demand } from '../kernel/demand.ts'
import type { Duration } from '../kernel/durations.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { DurableHome } from '../ports/durable-home.ts'
import type { InferencePort } from '../ports/inference.ts'
import type { SupervisionOptions } from '../ports/supervision.ts'
import type { Logger } from './dispatch/system-log.ts'

/** Options of an engine that the system makes; its kernel and events are the system's. */
export type InferenceEngineOptions = Omit<InferenceOptions, 'kernel' | 'events'>

/** A system’s name, kernel, limits, supervision and engine. */
export interface SystemOptions {
  readonly name?: string
  /** Time, randomness and ids. Default: the platform's. */
  readonly kernel?: Kernel
  /** An inference engine, or options of the engine that the system makes when a processor first calls a model. */
  readonly inference?: InferencePort | InferenceEngineOptions
  /** Round-trip every message through the msgpack codec. Default false. */
  readonly serializeMessages?: boolean
  /** Where durable actors live: `await openJournal('data')`, of `ganglion/journal`. Whoever opened it closes it. */
  readonly journal?: DurableHome
  /** Maximum number of stored dead letters; the oldest are dropped first. Default 1000. */
  readonly deadLetterCapacity?: number
  /** Memory that the bodies of dead letters may hold, as an estimate; the oldest are dropped first. Default 64 MiB. */
  readonly deadLetterBytes?: number
  /** Timeout of an ask that sets none. Default 30 s. */
  readonly askTimeout?: Duration
  /**
   * In whose asynchronous context (`AsyncLocalStorage`, OpenTelemetry) handlers run: the message sender's, through retries,
   * timers and fan-ins (`caller`, the default), or one that belongs to no caller (`neutral`), which is
   * faster.
   */
  readonly context?: 'caller' | 'neutral'
  /**
   * Where crashes, dead letters of tells and `ctx.log` go, besides `events`: a pino-shaped logger, or `false` for nowhere.
   * Default: warnings and errors, one line each, on stderr, at most 20 a second.
   */
  readonly log?: Logger | false
  /** How the system supervises its own actors. Default: each has its own restart window. */
  readonly supervision?: SupervisionOptions
}

/** Options of a stop. */
export interface StopOptions {
  /** How long work in flight may take to finish. Default 5 s. */
  readonly drain?: Duration
}

export const SYSTEM_OPTIONS = [
  'name',
  'kernel',
  'inference',
  'serializeMessages',
  'deadLetterCapacity',
  'deadLetterBytes',
  'askTimeout',
  'context',
  'log',
  'supervision',
  'journal',
] as const satisfies readonly (keyof SystemOptions)[]

export const CONTEXTS = ['caller', 'neutral'] as const

/** From outside: a value that can't be inspected is not one. */
export function isEngine(given: InferencePort | InferenceEngineOptions): given is InferencePort {
  try {
    return 'run' in given
  } catch {
    return false
  }
}

/** @throws InvalidArgumentError (`invalid-argument`) */
export function aKernel(given: Kernel): Kernel {
  return demand(given, 'kernel', 'a kernel', ({ clock, timers, turns, random, ids }) =>
    [clock.monotonic, timers.after, turns.soon, turns.later, random.stream, ids.next].every(
      (method) => typeof method === 'function',
    ),
  )
}

/** Each of its actors has a restart window of its own, if it is not given. @throws InvalidArgumentError (`invalid-argument`) */
export function ownSupervision(given: SupervisionOptions = {}, path: string): SupervisionOptions {
  supervisionPolicy(given, path)
  return { ...given, intensity: { per: 'child', ...given.intensity } }
}
