import { errorChain, isA } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
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
  const { id, startedAt: at, trace } = run
  // Literals: a spread costs several times as much, and every run has two events.
  if (trace === undefined) return { type: 'run-started', at, pipeline, run: id }
  return { type: 'run-started', at, pipeline, run: id, trace }
}

/** The event of a run that has its answer, or its error. */
export function runEnded(pipeline: string, run: PipelineRun, at: number): RunEnded {
  const { id, trace, error, hops } = run
  const outcome = outcomeOf(error)
  const ms = at - run.startedAt
  const errors = error === undefined ? NO_ERRORS : errorChain(error)
  if (trace === undefined) return { type: 'run-ended', at, pipeline, run: id, outcome, ms, hops, errors }
  return { type: 'run-ended', at, pipeline, run: id, trace, outcome, ms, hops, errors }
}

/** The event of a step that has ended after its run. */
export function stepEnded(pipeline: string, { id: run }: PipelineRun, hop: Hop, at: number): RuntimeEvent {
  return { type: 'step-ended', at, pipeline, run, hop }
}

const NO_ERRORS: RunEnded['errors'] = Object.freeze([])

function outcomeOf(error: unknown): RunEnded['outcome'] {
  if (error === undefined) return 'answered'
  if (isA(error, PipelineDeadlineError)) return 'late'
  if (isA(error, OverloadedError)) return 'refused'
  if (isA(error, PipelineCancelledError)) return 'cancelled'
  if (isA(error, PipelineStoppedError)) return 'stopped'
  return isA(error, RunMovedError) ? 'moved' : 'failed'
}
