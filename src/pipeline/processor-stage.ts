import type { Host, Parcel, StageRun } from '../ports/host.ts'
import { runProcessor } from '../system/processor-runner.ts'
import type { ProcessorNode } from './plan.ts'
import type { Tag } from './run.ts'

/** Runs one attempt of a processor for a parcel of a run; partial results go to whoever watches the run. */
export function processParcel(node: ProcessorNode, host: Host, parcel: Parcel, stageRun: StageRun): unknown {
  const { name, processor } = node
  const emit = (value: unknown): void => {
    const { run } = parcel.tag as Tag
    if (!run.settled) run.onEvent?.({ type: 'partial', processor: name, value })
  }
  return runProcessor(
    { name, processor, inference: () => host.inference(), run: stageRun, emit },
    parcel.body,
  )
}
