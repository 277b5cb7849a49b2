import { availableParallelism } from 'node:os'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { EventSink } from '../ports/events.ts'
import type { CacheLimits } from './cache/response-cache.ts'
import type { CorePlan, PoolPlan } from './pool/core-plan.ts'
import type { PoolPolicy } from './pool/turnover.ts'
import type { HubOptions } from './repository/hub/model-hub.ts'

/** Where models are, how many workers run them, how rows are batched, and how much may wait. */
export interface InferenceOptions {
  /** Time, randomness and ids. Default: the platform's. */
  readonly kernel?: Kernel
  readonly events?: EventSink
  /** Names the pool in the plan. Default `inference`. */
  readonly name?: string
  /** Folders that hold model folders; looked in first. */
  readonly models?: readonly string[]
  /** Where models that are in no folder and no package are downloaded from. */
  readonly hub?: HubOptions
  /** Workers, or how few and how many: more start when rows wait, idle ones end. Default: the cores, at most 4. */
  readonly workers?: number | { readonly min?: number; readonly max?: number }
  /** Threads of each worker's sessions. Default 1: parallelism comes from workers. */
  readonly threads?: number
  /** A plan that several engines share; by default an engine has all cores. */
  readonly plan?: CorePlan
  /**
   * Where batches run: `thread` (Piscina workers in this process) or `process` (a child process for each worker: a
   * native call that crashes or hangs is killed and replaced, and the service lives). Default `thread`.
   */
  readonly isolation?: 'thread' | 'process'
  /** Rows waiting at most, over all callers. Default 200,000. */
  readonly queueLimit?: number
  /** Rows of one batch at most, whatever is learned. Default 64. */
  readonly maxBatch?: number
  /** Rows of every batch, where this is to be fixed instead of learned. */
  readonly batchSize?: number
  /**
   * How long a row may wait for company while a worker is free and rows keep coming. Default 0: rows that come within
   * one turn of the event loop share a batch, and under load rows gather by themselves while the workers are busy.
   */
  readonly maxDelay?: Duration
  /** A batch that runs longer hangs: its worker is given up, its rows fail or (process) are tried again. Default 60 s. */
  readonly hang?: Duration
  /** A row that waits longer starts another worker, up to the most. Default 50 ms. */
  readonly growAfter?: Duration
  /** An idle worker beyond the least ends after so long. Default 30 s. */
  readonly shrinkAfter?: Duration
  /**
   * Workers are made anew after so many batches, or when the process (with `isolation: 'process'`: and those of its
   * workers) has grown by so many bytes. Default: never.
   */
  readonly recycle?: { readonly runs?: number; readonly growthBytes?: number }
  /** Keeps results by model version and row. Off by default; `{}` is 64 MiB for 10 minutes. */
  readonly cache?: { readonly maxBytes?: number; readonly ttl?: Duration }
  /** Identical rows under way are computed once. Default true. */
  readonly coalesce?: boolean
}

/** The same, checked and in milliseconds. */
export interface EngineSettings {
  readonly pool: PoolPlan
  readonly policy: PoolPolicy
  readonly isolation: 'thread' | 'process'
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

const CACHE_BYTES = 64 * 2 ** 20

/** @throws InvalidArgumentError (`invalid-argument`) naming the option. */
export function settingsOf(options: InferenceOptions): EngineSettings {
  const most = Math.min(4, availableParallelism())
  const { workers = most, isolation = 'thread', recycle = {}, cache } = options
  const range = typeof workers === 'number' ? { min: workers, max: workers } : workers
  const max = range.max ?? Math.max(range.min ?? 1, most)
  if (isolation !== 'thread' && isolation !== 'process') {
    throw new InvalidArgumentError(`isolation is ${String(isolation)}`, {
      path: 'isolation',
      value: isolation,
      remedy: "Give 'thread' or 'process'",
    })
  }
  return {
    pool: { name: options.name ?? 'inference', min: range.min ?? 1, max, threads: options.threads ?? 1 },
    policy: {
      growAfterMs: milliseconds(options.growAfter ?? '50ms', 'growAfter'),
      shrinkAfterMs: milliseconds(options.shrinkAfter ?? '30s', 'shrinkAfter'),
      recycleRuns: atLeastOne(recycle.runs, 'recycle.runs'),
      recycleGrowthBytes: atLeastOne(recycle.growthBytes, 'recycle.growthBytes'),
    },
    isolation,
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
    coalesce: options.coalesce ?? true,
  }
}

function longerThanNothing(value: Duration, path: string): number {
  const ms = milliseconds(value, path)
  if (ms > 0) return ms
  throw new InvalidArgumentError(`${path} is ${String(value)}`, {
    path,
    value,
    remedy: "Give a time that every batch keeps, such as '60s'",
  })
}

function atLeastOne(value: number | undefined, path: string): number {
  return value === undefined ? Number.POSITIVE_INFINITY : wholeNumber(value, path)
}
