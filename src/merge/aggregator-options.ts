import { aFilledText, aFunction, demand, entriesIn, names, shown } from '../kernel/demand.ts'
import type { Duration } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { JoinResult, JoinRules } from './join.ts'
import type { Accumulator, BeginContext } from './strategy.ts'

/** Parts with the same correlation belong together. */
export type Correlation = string | number

/** A merge of the parts of `P`. Any part may be missing unless the join waits for all. */
export type AggregatorMerge<P extends object, R> = (
  parts: { readonly [K in keyof P]: P[K] | undefined },
  at: { readonly input: undefined; readonly weights: { readonly [K in keyof P]: number } },
) => R

/** The effect of a part: it waits, it completed its join, it made its join fail, it came too late, or it is a duplicate. */
export type Filed = 'waiting' | 'merged' | 'failed' | 'late' | 'duplicate'

export interface AggregatorOptions<P extends object, R> extends JoinRules<P[keyof P]> {
  /** Clock and timers: a manual kernel in tests, the system's own elsewhere. */
  readonly kernel: Pick<Kernel, 'clock' | 'timers'>
  /** Name for errors. */
  readonly name: string
  /** The branches whose parts are merged. */
  readonly expected: readonly (keyof P & string)[]
  readonly merge: AggregatorMerge<P, R>
  /** Weight of each branch. Default: 1 each. */
  readonly weights?: { readonly [K in keyof P]?: number }
  /** Use the merge's `begin`: the join holds only what the merge needs, and a result has no `parts`. Default false. */
  readonly incremental?: boolean
  /** Most joins open at once. One more is refused with `AggregatorFullError`. Default 100,000. */
  readonly maxOpen?: number
  /** How long to remember an answered join, so that later parts are reported as late. Default one minute. */
  readonly remember?: Duration
  /** Most joins remembered. Beyond that the oldest is forgotten. Default `maxOpen`. */
  readonly maxRemembered?: number
  /** Called once per join that answers. */
  readonly onResult: (correlation: Correlation, result: JoinResult<R, P>) => void
  /** Called once per join that fails, with `QuorumMissedError`, `AggregatorStoppedError`, or the merge's error. */
  readonly onFailure: (correlation: Correlation, error: unknown) => void
  /** Called for a part (not a failure) whose join had already ended. */
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

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is missing, unknown or of the wrong kind. */
export function checkAggregator<P extends object, R>(options: AggregatorOptions<P, R>): void {
  onlyOptions(options ?? null, 'Aggregator', AGGREGATOR_OPTIONS)
  const { name, kernel, expected, merge, onResult, onFailure, onLate } = options
  aFilledText(name, 'Aggregator.name', 'a name')
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

/** The weight of each branch. @throws InvalidArgumentError (`invalid-argument`) naming the weight. */
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
        remedy: 'Pass a non-negative number for an expected branch',
      },
    )
  }
  return Object.fromEntries(
    expected.map((branch) => [branch, (Object.hasOwn(given, branch) ? given[branch] : undefined) ?? 1]),
  )
}

/** The incremental form of the merge. @throws InvalidArgumentError (`invalid-argument`) if it has none. */
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
