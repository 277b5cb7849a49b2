import type { HumanQuestion, Schema } from '../../behavior/define-processor.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Host, Parcel, StageRun, TenantShare } from '../../ports/host.ts'
import type { InferencePort } from '../../ports/inference.ts'

import { type ProcessorAttempt, runProcessor } from '../../system/stage/processor-attempt.ts'
import { dueOf } from '../admission/guest.ts'

import type { ProcessorNode } from '../plan/plan.ts'
import type { Tag } from '../run/run.ts'
import { askPerson } from './human.ts'

/** Runs one attempt of a processor for a parcel of a run; partial results go to the run's observer. */
export function processParcel(
  pipeline: string,
  node: ProcessorNode,
  host: Host,
  parcel: Parcel,
  stageRun: StageRun,
): unknown {
  return runProcessor(new Step(pipeline, node, host, parcel, stageRun), parcel.body)
}

/** Whose run a parcel belongs to. Runs with an order key are all one's, because they keep their order. */
export function whoseTurn(parcel: Parcel): TenantShare | undefined {
  const { run } = parcel.tag as Tag
  return run.orderKey === undefined ? run.share : undefined
}

/** What the context of one attempt of one step can reach. */
class Step implements ProcessorAttempt {
  readonly name: string
  readonly owner: string
  readonly processor: ProcessorNode['processor']
  readonly parcel: Parcel
  readonly run: StageRun
  readonly #host: Host
  /** Questions of this attempt so far: the nth gets the nth answer. */
  #questions = 0

  constructor(pipeline: string, node: ProcessorNode, host: Host, parcel: Parcel, stageRun: StageRun) {
    this.name = node.name
    this.owner = pipeline
    this.processor = node.processor
    this.parcel = parcel
    this.run = stageRun
    this.#host = host
  }

  /** In the order in which runs began, or are due: work that has begun ends before other work begins. */
  get due(): number {
    return dueOf((this.parcel.tag as Tag).run)
  }

  get priority(): number {
    return (this.parcel.tag as Tag).run.priority
  }

  get tenant(): TenantShare | undefined {
    return (this.parcel.tag as Tag).run.share
  }

  get idempotencyKey(): string | undefined {
    return (this.parcel.tag as Tag).run.idempotencyKey
  }

  inference(): Promise<InferencePort> {
    return this.#host.inference()
  }

  emit(value: unknown): Promise<void> | undefined {
    const { run, shadow } = this.parcel.tag as Tag
    if (run.onEvent === undefined || run.settled || shadow !== undefined || this.run.over) return undefined
    const { attempt } = this.run
    const room = run.onEvent({ type: 'partial', processor: this.name, attempt, value })
    if (!isThenable(room)) return undefined
    // A step that awaits it gets the rejection; without that, it must not end the process.
    const waits = promiseOf(room)
    waits.catch(() => {})
    return waits as Promise<void>
  }

  human(question: HumanQuestion<Schema>): Promise<unknown> {
    this.#questions += 1
    return askPerson(this.name, this.parcel.tag as Tag, this.run, question, this.#questions)
  }
}
