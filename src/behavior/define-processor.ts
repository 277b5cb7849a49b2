import type { StandardSchemaV1 } from '@standard-schema/spec'
import { aSchema, demand, entriesIn } from '../kernel/demand.ts'
import { backoffOf, type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { nameIn, onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { mailboxLimits } from '../mailbox/mailbox.ts'
import type { MailboxOptions } from '../ports/host.ts'
import type { ModelTask, TaskInput, TaskOutput } from '../ports/inference.ts'

/** Any Standard Schema: zod, valibot, arktype … */
export type Schema = StandardSchemaV1
export type SchemaInput<S extends Schema> = StandardSchemaV1.InferInput<S>
export type SchemaOutput<S extends Schema> = StandardSchemaV1.InferOutput<S>

/** The models that a processor uses, by its own names for them. */
export type Models = Readonly<Record<string, ModelTask<never, unknown>>>

/** A step's question to a person. */
export interface HumanQuestion<S extends Schema = Schema> {
  /** For the person to read. */
  readonly question: string
  /** Plain data that helps to answer it. */
  readonly data?: unknown
  /** The schema of the answer. */
  readonly answer?: S
}

/** What a processor's function may use while it computes one message. */
export interface ProcessorContext<P, M extends Models> {
  /** θ: the processor's parameters. */
  readonly params: P
  readonly attempt: number
  /**
   * The sender's name for the work, sent with the message. It is the same in every attempt, in a delivery that a
   * network repeats and in a replay of the dead letter. It drops no message here; pass it to whatever must take effect
   * once.
   */
  readonly idempotencyKey: string | undefined
  /**
   * The id of the message's run, as used by `explain` and events. For a stand-alone processor, the message's own id.
   */
  readonly runId: number
  /** The trace context (W3C `traceparent`) that the run, or the message, was given. */
  readonly trace: string | undefined
  /** Monotonic milliseconds after which the answer is useless; Infinity without a deadline. */
  readonly deadline: number
  /** Aborted when the message is cancelled, times out, or its processor is killed. */
  readonly signal: AbortSignal
  /**
   * Time, chance and ids of the system: `kernel.clock.now()`, `kernel.random.stream('dice').next()`, `kernel.ids.unique()`. A test
   * sets them, and a simulation repeats them. `deadline` is in the time of `kernel.clock.monotonic()`.
   */
  readonly kernel: Kernel
  /** One row through a model, batched with other messages' rows. Rejects with an `InferenceError`. */
  infer<K extends keyof M & string>(model: K, input: TaskInput<M[K]>): Promise<TaskOutput<M[K]>>
  /** Several rows through a model; results are in the order of the inputs. */
  inferAll<K extends keyof M & string>(
    model: K,
    inputs: readonly TaskInput<M[K]>[],
  ): Promise<TaskOutput<M[K]>[]>
  /**
   * Sends a partial result to the consumer of this run's stream. Returns a promise while the buffer is full: `await
   * ctx.emit(x)` keeps to the consumer's pace. Without `await` the buffer holds as many again; then this throws.
   *
   * @throws StreamOverrunError (`stream-overrun`)
   */
  emit(partial: unknown): Promise<void> | undefined
  /**
   * Asks a person. The step ends here and frees its place; once `running.answer` has answered, it runs again from its
   * beginning, and this call returns the answer. Code before this call must therefore be repeatable.
   *
   * Rejects to unwind the step while there is no answer: let it through.
   */
  human<S extends Schema = Schema>(question: HumanQuestion<S>): Promise<SchemaOutput<S>>
  /**
   * Lets other work of the process go first: resolves in a later turn of the event loop. A long computation that awaits it every few
   * milliseconds holds up nobody.
   */
  turn(): Promise<void>
  /** A named point at which a simulation may crash this attempt; nothing happens anywhere else. */
  maybe(point: string): void
  /** Becomes an event with the path of the processor. */
  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void
}

/** How often a processor tries a message, and how long it waits between attempts. */
export interface RetryOptions {
  /** Total tries, including the first. */
  readonly attempts?: number
  /** Delay before attempt 2, 3 …; the last repeats. Jittered. */
  readonly backoff?: Duration | readonly Duration[]
}

/** What `defineProcessor` takes. */
export interface ProcessorSpec<I extends Schema, O extends Schema, P, M extends Models> {
  readonly name: string
  readonly input: I
  readonly output: O
  readonly params?: P
  readonly models?: M
  readonly mailbox?: MailboxOptions
  /** 3 attempts without delay by default: a processor keeps no state, so repeating it is safe. */
  readonly retry?: RetryOptions
  /** Per attempt. */
  readonly timeout?: Duration
  /** Concurrent messages; their results keep the order of each order key. Default 1. */
  readonly concurrency?: number
  /** y = f(x, θ). */
  process(
    x: SchemaOutput<NoInfer<I>>,
    ctx: ProcessorContext<NoInfer<P>, NoInfer<M>>,
  ): SchemaInput<NoInfer<O>> | Promise<SchemaInput<NoInfer<O>>>
}

/** A processor as data, checked and with defaults filled in; `I` and `O` exist only for the compiler. */
export interface Processor<I, O> {
  readonly kind: 'processor'
  readonly name: string
  readonly input: Schema
  readonly output: Schema
  readonly params: unknown
  readonly models: Models
  readonly mailbox: MailboxOptions
  readonly attempts: number
  readonly backoffMs: readonly number[]
  readonly timeoutMs: number | undefined
  readonly concurrency: number
  /** y = f(x, θ), made by the author. */
  readonly process: (x: never, ctx: ProcessorContext<never, never>) => unknown
  /** For the compiler only: no object holds such a value. */
  readonly '~io'?: {
    /** The input. */
    readonly input: (input: I) => void
    readonly output: O
  }
}

const SPEC_OPTIONS = [
  'name',
  'input',
  'output',
  'params',
  'models',
  'mailbox',
  'retry',
  'timeout',
  'concurrency',
  'process',
] as const satisfies readonly (keyof ProcessorSpec<Schema, Schema, unknown, Models>)[]

/**
 * Defines a processor `y = f(x, θ)`: typed input and output, no mutable state, safe to repeat.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the field that is out of range.
 */
export function defineProcessor<I extends Schema, O extends Schema, P = undefined, M extends Models = Models>(
  spec: ProcessorSpec<I, O, P, M>,
): Processor<SchemaInput<I>, SchemaOutput<O>> {
  const name = nameIn(spec)
  const path = typeof name === 'string' && name !== '' ? name : 'defineProcessor'
  onlyOptions(spec ?? null, path, SPEC_OPTIONS, ['input', 'params'])
  if (typeof name !== 'string' || name.trim() === '') {
    throw new InvalidArgumentError('a processor needs a name', {
      path: 'name',
      value: name,
      remedy: 'Use a non-empty string; it names the processor in paths, metrics and the routing matrix',
    })
  }
  onlyOptions(spec.retry, `${name}.retry`, ['attempts', 'backoff'])
  if (typeof spec.process !== 'function') {
    throw new InvalidArgumentError(`processor '${name}' has no process function`, {
      path: `${name}.process`,
      value: spec.process,
      remedy: 'Add process(x, ctx), which returns the output or a promise of it',
    })
  }
  for (const end of ['input', 'output'] as const) aSchema(spec[end], `${name}.${end}`)
  return {
    kind: 'processor',
    name,
    input: spec.input,
    output: spec.output,
    params: spec.params,
    models: modelsOf(spec.models ?? ({} as M), `${name}.models`),
    mailbox: checkedMailbox(spec.mailbox ?? {}, `${name}.mailbox`),
    attempts: wholeNumber(spec.retry?.attempts ?? 3, `${name}.retry.attempts`),
    backoffMs: backoffOf(spec.retry?.backoff ?? 0, `${name}.retry.backoff`),
    timeoutMs: spec.timeout === undefined ? undefined : milliseconds(spec.timeout, `${name}.timeout`),
    concurrency: wholeNumber(spec.concurrency ?? 1, `${name}.concurrency`),
    process: spec.process as (x: never, ctx: ProcessorContext<never, never>) => unknown,
  }
}

/** Not looked into further: a task knows its own options. */
function modelsOf<M extends Models>(models: M, path: string): M {
  for (const [name, task] of entriesIn(models, path, 'tasks of models, by name'))
    demand(
      task,
      `${path}.${name}`,
      'a task of a model, such as embeddings()',
      (given) => typeof given === 'object' && given !== null,
    )
  return models
}

/** Unparsed, so that a plan shows what its author wrote. */
export function checkedMailbox(options: MailboxOptions, path: string): MailboxOptions {
  onlyOptions(options, path, ['capacity', 'overflow'])
  mailboxLimits(options, path)
  return { ...options }
}
