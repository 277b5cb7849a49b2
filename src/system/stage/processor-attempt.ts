import type { HumanQuestion, Processor, ProcessorContext, Schema } from '../../behavior/define-processor.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import { checkSchema, isLate } from '../../message/schema.ts'
import type { Parcel, StageRun, TenantShare } from '../../ports/host.ts'
import type { InferenceCall, InferencePort, ModelTask } from '../../ports/inference.ts'

/** What one attempt of a processor needs from its surroundings. */
export interface ProcessorAttempt {
  /** Name of the processor in errors. */
  readonly name: string
  /** Who is charged for the compute time of its models: the pipeline, or a processor without one. */
  readonly owner: string
  readonly processor: Processor<never, unknown>
  /** The message. */
  readonly parcel: Parcel
  inference(): Promise<InferencePort>
  readonly run: StageRun
  /** As set by the sender of the message, or by the caller of the run. */
  readonly idempotencyKey: string | undefined
  /** When the work that the message belongs to is due, monotonic milliseconds, if the sender knows. */
  readonly due?: number
  /** Of its rows; higher goes first. */
  readonly priority: number
  /** Whose share of the workers its rows use. */
  readonly tenant?: TenantShare | undefined
  emit(partial: unknown): Promise<void> | undefined
  human(question: HumanQuestion<Schema>): Promise<unknown>
}

/**
 * Runs one attempt of a processor: input schema, `process`, output schema. It returns a promise only if one of them is
 * asynchronous, because a promise per step would take most of the time of a chain of quick steps.
 */
export function runProcessor(at: ProcessorAttempt, body: unknown): unknown {
  const x = checkSchema(at.processor.input, body, at.name, 'input')
  return isLate(x) ? x.then((checked) => processed(at, checked)) : processed(at, x)
}

function processed(at: ProcessorAttempt, x: unknown): unknown {
  const y = at.processor.process(x as never, new Context(at) as unknown as ProcessorContext<never, never>)
  return isThenable(y) ? promiseOf(y).then((value) => checkedOutput(at, value)) : checkedOutput(at, y)
}

function checkedOutput(at: ProcessorAttempt, y: unknown): unknown {
  return checkSchema(at.processor.output, y, at.name, 'output')
}

/** A processor may await it later, or never if it failed for another reason: that is not an unhandled rejection. */
function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

class Context {
  readonly params: unknown
  readonly #at: ProcessorAttempt

  constructor(at: ProcessorAttempt) {
    this.params = at.processor.params
    this.#at = at
  }

  get attempt(): number {
    return this.#at.run.attempt
  }

  get idempotencyKey(): string | undefined {
    return this.#at.idempotencyKey
  }

  get runId(): number {
    return this.#at.parcel.correlation
  }

  get trace(): string | undefined {
    return this.#at.parcel.trace
  }

  get deadline(): number {
    return this.#at.run.deadline
  }

  get signal(): AbortSignal {
    return this.#at.run.signal
  }

  get kernel(): Kernel {
    return this.#at.run.kernel
  }

  emit(partial: unknown): Promise<void> | undefined {
    return this.#at.emit(partial)
  }

  human(question: HumanQuestion<Schema>): Promise<unknown> {
    return this.#at.human(question)
  }

  infer(model: string, input: unknown): Promise<unknown> {
    return held(this.#run(model, [input]).then(([row]) => row))
  }

  inferAll(model: string, inputs: readonly unknown[]): Promise<unknown[]> {
    return held(this.#run(model, inputs))
  }

  async #run(model: string, inputs: readonly unknown[]): Promise<unknown[]> {
    const { processor, run } = this.#at
    const task = processor.models[model] as ModelTask<unknown, unknown>
    const engine = await this.#at.inference()
    const call: InferenceCall = {
      ...(run.deadline === Number.POSITIVE_INFINITY ? {} : { deadline: run.deadline }),
      ...(this.#at.due === undefined ? {} : { due: this.#at.due }),
      ...(this.#at.priority === 0 ? {} : { priority: this.#at.priority }),
      ...this.#at.tenant,
      signal: run.signal,
      owner: this.#at.owner,
      account: (hop) => run.account(hop),
    }
    return engine.run(task, inputs, call)
  }

  turn(): Promise<void> {
    return this.#at.run.turn()
  }

  maybe(point: string): void {
    this.#at.run.maybe(point)
  }

  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    this.#at.run.log(level, text)
  }
}
