import type { HumanQuestion, Processor, ProcessorContext, Schema } from '../behavior/define-processor.ts'
import { checkSchema } from '../message/schema.ts'
import type { StageRun } from '../ports/host.ts'
import type { InferenceCall, InferencePort, ModelTask } from '../ports/inference.ts'

/** What one attempt of a processor needs of its surroundings. */
export interface ProcessorRun {
  /** Names the processor in errors. */
  readonly name: string
  readonly processor: Processor<never, unknown>
  inference(): Promise<InferencePort>
  readonly run: StageRun
  emit(partial: unknown): Promise<void> | undefined
  human(question: HumanQuestion<Schema>): Promise<unknown>
}

/** Runs one attempt of a processor: input schema, `process`, output schema. */
export async function runProcessor(at: ProcessorRun, body: unknown): Promise<unknown> {
  const { name, processor } = at
  const x = await checkSchema(processor.input, body, `${name}.input`)
  const context = new Context(at)
  const y = await processor.process(x as never, context as unknown as ProcessorContext<never, never>)
  return checkSchema(processor.output, y, `${name}.output`)
}

class Context {
  readonly params: unknown
  readonly #at: ProcessorRun

  constructor(at: ProcessorRun) {
    this.params = at.processor.params
    this.#at = at
  }

  get attempt(): number {
    return this.#at.run.attempt
  }

  get deadline(): number {
    return this.#at.run.deadline
  }

  get signal(): AbortSignal {
    return this.#at.run.signal
  }

  emit(partial: unknown): Promise<void> | undefined {
    return this.#at.emit(partial)
  }

  human(question: HumanQuestion<Schema>): Promise<unknown> {
    return this.#at.human(question)
  }

  async infer(model: string, input: unknown): Promise<unknown> {
    const [row] = await this.inferAll(model, [input])
    return row
  }

  async inferAll(model: string, inputs: readonly unknown[]): Promise<unknown[]> {
    const { processor, run } = this.#at
    const task = processor.models[model] as ModelTask<unknown, unknown>
    const engine = await this.#at.inference()
    const call: InferenceCall = {
      ...(run.deadline === Number.POSITIVE_INFINITY ? {} : { deadline: run.deadline }),
      signal: run.signal,
      account: (hop) => run.account(hop),
    }
    return engine.run(task, inputs, call)
  }

  maybe(point: string): void {
    this.#at.run.maybe(point)
  }

  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    this.#at.run.log(level, text)
  }
}
