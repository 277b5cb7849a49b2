import { aFunction, demand } from '../../kernel/demand.ts'
import { type Duration, timeLimit } from '../../kernel/durations.ts'
import { oneOf } from '../../kernel/one-of.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { ASK_ALL_OPTIONS } from '../plan/known-options.ts'
import { checkOptions } from './call-options.ts'

/** How a job runs: its order, its width, and the items it skips. */
export interface AskAllOptions<T> {
  /** Return results in the order of their inputs. Default false: as they finish. */
  readonly ordered?: boolean
  /** Runs in flight. Default: what the pipeline's adaptive limit allows. */
  readonly inFlight?: number
  /** Time for one item, from its first ask. Default `Infinity`: a slow machine loses no item. */
  readonly timeout?: Duration
  /** Aborting it ends the loop with `PipelineCancelledError`; items in flight are cancelled and give no result. */
  readonly signal?: AbortSignal
  /** What a failed item does: it is one more result (`'yield'`, the default), or it ends the loop with its error. */
  readonly onError?: 'yield' | 'throw'
  /** Whose share of the pipeline its runs take: beside other tenants a job gets its share and no more. */
  readonly tenant?: string
  /** Of all its runs, among the tenant's: a whole number from -7 to 7. Default 0. */
  readonly priority?: number
  /**
   * Names an item. Default: its index, from 0. A name from this function is also the `idempotencyKey` of its run, so that a
   * resumed job repeats no effect.
   */
  readonly id?: (input: T, index: number) => string | number
  /** Whether an item was answered before: it is read and skipped. This is how a job resumes. */
  readonly done?: (id: string | number) => boolean | Promise<boolean>
}

/** The result of one item of a job: `value` or `error`. */
export type AskAllResult<T, O> =
  | {
      /** Its place in the inputs, from 0. */
      readonly index: number
      readonly id: string | number
      readonly input: T
      readonly value: O
      readonly error?: undefined
    }
  | {
      readonly index: number
      readonly id: string | number
      readonly input: T
      readonly value?: undefined
      readonly error: Error
    }

/** Inputs: a list, or a stream of them. */
export type Inputs<T> = AsyncIterable<T> | Iterable<T>

/** The options with their defaults; times in milliseconds. */
export interface JobOptions<T> {
  readonly ordered: boolean
  readonly inFlight: number | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  readonly onError: 'yield' | 'throw'
  /** What all its runs are asked with. */
  readonly ask: Pick<AskAllOptions<T>, 'tenant' | 'priority'>
  readonly id: ((input: T, index: number) => string | number) | undefined
  readonly done: ((id: string | number) => boolean | Promise<boolean>) | undefined
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown, out of range or of the wrong kind. */
export function jobOptions<T>(pipeline: string, inputs: Inputs<T>, options: AskAllOptions<T>): JobOptions<T> {
  const path = `${pipeline}.askAll`
  demand(
    inputs,
    `${path}.inputs`,
    'an iterable or async iterable of inputs',
    (given) =>
      typeof given === 'object' &&
      [(given as AsyncIterable<T>)[Symbol.asyncIterator], (given as Iterable<T>)[Symbol.iterator]].some(
        (method) => typeof method === 'function',
      ),
  )
  checkOptions(path, options, ASK_ALL_OPTIONS)
  const { ordered = false, inFlight, timeout = Number.POSITIVE_INFINITY, signal } = options
  const { onError = 'yield', tenant, priority, id, done } = options
  return {
    ordered: demand(ordered, `${path}.ordered`, 'true or false', (given) => typeof given === 'boolean'),
    inFlight: inFlight === undefined ? undefined : wholeNumber(inFlight, `${path}.inFlight`),
    timeoutMs: timeLimit(timeout, `${path}.timeout`),
    signal,
    onError: oneOf(['yield', 'throw'], onError, `${path}.onError`),
    ask: { ...(tenant === undefined ? {} : { tenant }), ...(priority === undefined ? {} : { priority }) },
    id: id === undefined ? undefined : aFunction(id, `${path}.id`),
    done: done === undefined ? undefined : aFunction(done, `${path}.done`),
  }
}
