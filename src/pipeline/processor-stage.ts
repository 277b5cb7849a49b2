import type { ProcessorContext } from '../behavior/define-processor.ts'
import { checkSchema } from '../message/schema.ts'
import type { Host, Parcel, StageRun } from '../ports/host.ts'
import type { InferenceCall, InferencePort, ModelTask } from '../ports/inference.ts'
import type { ProcessorNode } from './plan.ts'
import type { Tag } from './run.ts'

/** Runs one attempt of a processor: input schema, `process`, output schema. */
export async function processParcel(
  node: ProcessorNode,
  host: Host,
  parcel: Parcel,
  stageRun: StageRun,
): Promise<unknown> {
  const { processor } = node
  const x = await checkSchema(processor.input, parcel.body, `${node.name}.input`)
  const context = new Context(node, host, parcel, stageRun)
  const y = await processor.process(x as never, context as unknown as ProcessorContext<never, never>)
  return checkSchema(processor.output, y, `${node.name}.output`)
}

class Context {
  readonly params: unknown
  readonly #node: ProcessorNode
  readonly #host: Host
  readonly #parcel: Parcel
  readonly #stageRun: StageRun

  constructor(node: ProcessorNode, host: Host, parcel: Parcel, stageRun: StageRun) {
    this.params = node.processor.params
    this.#node = node
    this.#host = host
    this.#parcel = parcel
    this.#stageRun = stageRun
  }

  get attempt(): number {
    return this.#stageRun.attempt
  }

  get deadline(): number {
    return this.#stageRun.deadline
  }

  get signal(): AbortSignal {
    return this.#stageRun.signal
  }

  async infer(model: string, input: unknown): Promise<unknown> {
    const [row] = await this.inferAll(model, [input])
    return row
  }

  async inferAll(model: string, inputs: readonly unknown[]): Promise<unknown[]> {
    const task = this.#node.processor.models[model] as ModelTask<unknown, unknown>
    const engine: InferencePort = await this.#host.inference()
    const call: InferenceCall = {
      ...(this.deadline === Number.POSITIVE_INFINITY ? {} : { deadline: this.deadline }),
      signal: this.signal,
      account: (hop) => this.#stageRun.account(hop),
    }
    return engine.run(task, inputs, call)
  }

  emit(value: unknown): void {
    const { run } = this.#parcel.tag as Tag
    if (!run.settled) run.onEvent?.({ type: 'partial', processor: this.#node.name, value })
  }

  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    this.#stageRun.log(level, text)
  }
}
