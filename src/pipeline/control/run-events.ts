import { errorChain, isA } from '../../kernel/errors.ts'
import type { RuntimeEvent } from '../../ports/events.ts'
import {
  OverloadedError,
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineStoppedError,
  RunMovedError,
} from '../errors.ts'
import type { PipelineRun } from '../run/run.ts'

type RunEnded = Extract<RuntimeEvent, { type: 'run-ended' }>

/** The event of a run that begins. */
export function runStarted(pipeline: string, run: PipelineRun): RuntimeEvent {
  return { type: 'run-started', at: run.startedAt, ...identityOf(pipeline, run) }
}

/** The event of a run that has its answer, or its error. */
export function runEnded(pipeline: string, run: PipelineRun, at: number): RunEnded {
  const { error } = run
  return {
    type: 'run-ended',
    at,
    ...identityOf(pipeline, run),
    outcome: outcomeOf(error),
    ms: at - run.startedAt,
    hops: run.hops,
    errors: error === undefined ? [] : errorChain(error),
  }
}

function identityOf(pipeline: string, { id, trace }: PipelineRun) {
  return { pipeline, run: id, ...(trace === undefined ? {} : { trace }) }
}

function outcomeOf(error: unknown): RunEnded['outcome'] {
  if (error === undefined) return 'answered'
  if (isA(error, PipelineDeadlineError)) return 'late'
  if (isA(error, OverloadedError)) return 'refused'
  if (isA(error, PipelineCancelledError)) return 'cancelled'
  if (isA(error, PipelineStoppedError)) return 'stopped'
  return isA(error, RunMovedError) ? 'moved' : 'failed'
}
