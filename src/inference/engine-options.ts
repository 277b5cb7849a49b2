import { availableParallelism } from 'node:os'
import { flag } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { EventSink } from '../ports/events.ts'
import type { CacheLimits } from './cache/response-cache.ts'
import type { CorePlan, PoolPlan } from './pool/core-plan.ts'
import type { PoolPolicy } from './pool/turnover.ts'
import type { HubOptions } from './repository/hub/model-hub.ts'

/** Where models are, how many workers run them, how rows are batched, and how many may wait. */
export interface InferenceOptions {
  /** Time, randomness and ids. Default: the platform's. */
  readonly kernel?: Kernel
  readonly events?: EventSink
  /** The pool's name in the plan. Default `inference`. */
  readonly name?: string
  /** Folders with model folders; they are searched first. */
  readonly models?: readonly string[]
  /** Where to download models that are in no folder and no package. */
  readonly hub?: HubOptions
  /** Workers, or their least and greatest number: more start when rows wait, idle ones end. Default: one per core, at most 4. */
  readonly workers?: number | { readonly min?: number; readonly max?: number }
  /** Threads of each worker's sessions. Default 1: parallelism comes from workers. */
  readonly threads?: number
  /**
   * How much less urgent workers are than the rest of the process, as Unix nice values from 0 to 19 (threads: Linux only).
   * Default 0. With 5 to 10 the event loop gets a core at once though models keep all of them busy, and so does any other process.
   */
  readonly niceness?: number
  /** A plan that several engines share. Default: the engine has all cores. */
  readonly plan?: CorePlan
  /**
   * Where batches run: `thread` (Piscina workers in this process) or `process` (a child process per worker: a native call that
   * crashes or hangs is killed and replaced, and the service survives). Default `thread`.
   */
  readonly isolation?: 'thread' | 'process'
  /** Most waiting rows, over all callers. Default 200,000. */
  readonly queueLimit?: number
  /** Most rows in a batch, whatever is learned. Default 64. */
  readonly maxBatch?: number
  /** Rows in every batch, to fix the size instead of learning it. */
  readonly batchSize?: number
  /**
   * How long a row may wait for more rows while a worker is free and rows keep coming. Default 0: rows of one turn of the event
   * loop share a batch, and under load rows gather by themselves while the workers are busy.
   */
  readonly maxDelay?: Duration
  /** A batch that runs longer hangs: its worker is abandoned, and its rows fail or (process) are tried again. Default 60 s. */
  readonly hang?: Duration
  /** A row that waits longer than this starts another worker, up to the maximum. Default 50 ms. */
  readonly growAfter?: Duration
  /** How long a worker beyond the minimum may be idle before it ends. Default 30 s. */
  readonly shrinkAfter?: Duration
  /**
   * When to recycle workers: after this many batches, or when the process (with `isolation: 'process'` also its workers) has
   * grown by this many bytes. Default: never.
   */
  readonly recycle?: { readonly runs?: number; readonly growthBytes?: number }
  /** Stores results by model version and row. Off by default; `{}` means 64 MiB for 10 minutes. */
  readonly cache?: { readonly maxBytes?: number; readonly ttl?: Duration }
  /** Compute identical rows in flight once. Default true. */
  readonly coalesce?: boolean
}

/** The same options, checked and in milliseconds. */
export interface EngineSettings {
  readonly pool: PoolPlan
  readonly policy: PoolPolicy
  readonly isolation: 'thread' | 'process'
  readonly niceness: number
  readonly queueLimit: number
  readonly maxBatch: number
  readonly batchSize: number | undefined
  readonly maxDelayMs: number
  readonly hangMs: number
  readonly cache: CacheLimits | undefined
  readonly coalesce: boolean
}

export const INFERENCE_OPTIONS = [
  'kernel',
  'events',
  'name',
  'models',
  'hub',
  'workers',
  'threads',
  'niceness',
  'plan',
  'isolation',
  'queueLimit',
  'maxBatch',
  'batchSize',
  'maxDelay',
  'hang',
  'growAfter',
  'shrinkAfter',
  'recycle',
  'cache',
  'coalesce',
] as const satisfies readonly (keyof InferenceOptions)[]

const ISOLATIONS = ['thread', 'process'] as const
const CACHE_BYTES = 64 * 2 ** 20

/** @throws InvalidArgumentError (`invalid-argument`) naming the option. */
export function settingsOf(options: InferenceOptions): EngineSettings {
  const most = Math.min(4, availableParallelism())
  const { workers = most, isolation = 'thread', recycle = {}, cache } = options
  if (typeof workers !== 'number') onlyOptions(workers, 'workers', ['min', 'max'])
  onlyOptions(recycle, 'recycle', ['runs', 'growthBytes'])
  onlyOptions(cache, 'cache', ['maxBytes', 'ttl'])
  const range = typeof workers === 'number' ? { min: workers, max: workers } : workers
  const max = range.max ?? Math.max(range.min ?? 1, most)
  return {
    pool: { name: options.name ?? 'inference', min: range.min ?? 1, max, threads: options.threads ?? 1 },
    policy: {
      growAfterMs: milliseconds(options.growAfter ?? '50ms', 'growAfter'),
      shrinkAfterMs: milliseconds(options.shrinkAfter ?? '30s', 'shrinkAfter'),
      recycleRuns: atLeastOne(recycle.runs, 'recycle.runs'),
      recycleGrowthBytes: atLeastOne(recycle.growthBytes, 'recycle.growthBytes'),
    },
    isolation: oneOf(ISOLATIONS, isolation, 'isolation'),
    niceness: wholeNumber(options.niceness ?? 0, 'niceness', 0, 19),
    queueLimit: wholeNumber(options.queueLimit ?? 200_000, 'queueLimit'),
    maxBatch: wholeNumber(options.maxBatch ?? 64, 'maxBatch', 1, 256),
    batchSize:
      options.batchSize === undefined ? undefined : wholeNumber(options.batchSize, 'batchSize', 1, 256),
    maxDelayMs: milliseconds(options.maxDelay ?? 0, 'maxDelay'),
    hangMs: longerThanNothing(options.hang ?? '60s', 'hang'),
    cache:
      cache === undefined
        ? undefined
        : {
            maxBytes: wholeNumber(cache.maxBytes ?? CACHE_BYTES, 'cache.maxBytes'),
            ttlMs: milliseconds(cache.ttl ?? '10m', 'cache.ttl'),
          },
    coalesce: flag(options.coalesce, 'coalesce', true),
  }
}

function longerThanNothing(value: Duration, path: string): number {
  const ms = milliseconds(value, path)
  if (ms > 0) return ms
  throw new InvalidArgumentError(`${path} is ${String(value)}`, {
    path,
    value,
    remedy: "Use a time that no healthy batch exceeds, such as '60s'",
  })
}

function atLeastOne(value: number | undefined, path: string): number {
  return value === undefined ? Number.POSITIVE_INFINITY : wholeNumber(value, path)
}
