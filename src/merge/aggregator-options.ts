import { aFunction, demand, entriesIn, names, shown } from '../kernel/demand.ts'
import type { Duration } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { JoinResult, JoinRules } from './join.ts'
import type { Accumulator, BeginContext } from './strategy.ts'

/** What belongs together: parts with the same one are merged. */
export type Correlation = string | number

/** A merge of the parts of `P`, any of which may be missing unless the join waits for all. */
export type AggregatorMerge<P extends object, R> = (
  parts: { readonly [K in keyof P]: P[K] | undefined },
  at: { readonly input: undefined; readonly weights: { readonly [K in keyof P]: number } },
) => R

/** What a part did: it waits, it completed its join, its join could not be completed any more, it came too late, or again. */
export type Filed = 'waiting' | 'merged' | 'failed' | 'late' | 'duplicate'

export interface AggregatorOptions<P extends object, R> extends JoinRules<P[keyof P]> {
  /** Its clock and timers: a manual one in tests, the system's own elsewhere. */
  readonly kernel: Pick<Kernel, 'clock' | 'timers'>
  /** Names it in errors. */
  readonly name: string
  /** The branches whose parts belong together. */
  readonly expected: readonly (keyof P & string)[]
  readonly merge: AggregatorMerge<P, R>
  /** What each branch counts; 1 each by default. */
  readonly weights?: { readonly [K in keyof P]?: number }
  /** Use the merge's `begin`: it holds what the merge needs instead of all parts, and a result has no `parts`. Default false. */
  readonly incremental?: boolean
  /** Joins open at once; one more is refused with `AggregatorFullError`. Default 100,000. */
  readonly maxOpen?: number
  /** How long a join that has answered is remembered, so that later parts are known as late. Default one minute. */
  readonly remember?: Duration
  /** Joins remembered at most; beyond it the oldest is forgotten. Default `maxOpen`. */
  readonly maxRemembered?: number
  /** Called once for each join that answers. */
  readonly onResult: (correlation: Correlation, result: JoinResult<R, P>) => void
  /** Called once for each join that does not: `QuorumMissedError`, `AggregatorStoppedError`, or what the merge threw. */
  readonly onFailure: (correlation: Correlation, error: unknown) => void
  /** Called for a part (not a failure) whose join had ended. */
  readonly onLate?: <K extends keyof P & string>(correlation: Correlation, branch: K, part: P[K]) => void
}

const AGGREGATOR_OPTIONS = [
  'kernel',
  'name',
  'expected',
  'merge',
  'weights',
  'incremental',
  'maxOpen',
  'remember',
  'maxRemembered',
  'onResult',
  'onFailure',
  'onLate',
  'quorum',
  'grace',
  'deadline',
  'onMissing',
] as const satisfies readonly (keyof AggregatorOptions<object, unknown>)[]

/** @throws InvalidArgumentError (`invalid-argument`) naming what is missing, unknown or of another kind. */
export function checkAggregator<P extends object, R>(options: AggregatorOptions<P, R>): void {
  onlyOptions(options ?? null, 'Aggregator', AGGREGATOR_OPTIONS)
  const { name, kernel, expected, merge, onResult, onFailure, onLate } = options
  demand(name, 'Aggregator.name', 'a name', (given) => typeof given === 'string' && given !== '')
  demand(
    kernel,
    `${name}.kernel`,
    'a kernel, such as platformKernel()',
    ({ clock, timers }) => typeof clock.monotonic === 'function' && typeof timers.after === 'function',
  )
  names(expected, `${name}.expected`)
  aFunction(merge, `${name}.merge`)
  aFunction(onResult, `${name}.onResult`)
  aFunction(onFailure, `${name}.onFailure`)
  if (onLate !== undefined) aFunction(onLate, `${name}.onLate`)
}

/** What each branch counts. @throws InvalidArgumentError (`invalid-argument`) naming the weight. */
export function rowOf(
  name: string,
  expected: readonly string[],
  given: { readonly [branch: string]: number | undefined },
): Record<string, number> {
  for (const [branch, weight] of entriesIn<string, number | undefined>(
    given,
    `${name}.weights`,
    'an object of weights by branch',
  )) {
    if (expected.includes(branch) && Number.isFinite(weight) && (weight as number) >= 0) continue
    throw new InvalidArgumentError(
      `${name}.weights.${branch} is ${shown(weight)}, of branches ${expected.join(', ')}`,
      {
        path: `${name}.weights.${branch}`,
        value: weight,
        remedy: 'Give a non-negative number for a branch that is expected',
      },
    )
  }
  return Object.fromEntries(
    expected.map((branch) => [branch, (Object.hasOwn(given, branch) ? given[branch] : undefined) ?? 1]),
  )
}

/** The merge as one that takes parts as they come. @throws InvalidArgumentError (`invalid-argument`) where it is none. */
export function beginOf<P extends object, R>(
  name: string,
  merge: AggregatorMerge<P, R>,
): (at: BeginContext) => Accumulator<unknown, R> {
  const { begin } = merge as { begin?: (at: BeginContext) => Accumulator<unknown, R> }
  if (begin !== undefined) return begin
  throw new InvalidArgumentError(`the merge of aggregator '${name}' can't work incrementally`, {
    path: `${name}.incremental`,
    value: true,
    remedy: 'Leave incremental out, or use a merge that has begin',
  })
}
