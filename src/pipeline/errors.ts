import { GanglionError, listed, listOf, messageOfError, partsOf, say, text } from '../kernel/errors.ts'
import type { Hop } from '../message/header.ts'

/** One problem of a plan: its place, the value found there, and the reason. */
export interface PlanProblem {
  /** `'merge.quorum'`, `'nodes.reader.replicas'`, `'edges.a→b'` … */
  readonly path: string
  readonly value: unknown
  readonly what: string
}

/** A pipeline's plan can't run. `problems` lists everything wrong with it; `path` is that of the first. Code `pipeline-plan`. */
export class PipelinePlanError extends GanglionError {
  readonly problems: readonly PlanProblem[]

  constructor(pipeline: string, problems: readonly PlanProblem[]) {
    const all = listOf(problems)
    const [first] = all
    super('pipeline-plan', say`pipeline '${pipeline}' can't run: ${all.map(({ what }) => what).join('; ')}`, {
      path: first?.path ?? pipeline,
      value: first?.value,
      remedy: 'Fix what `problems` lists: each entry names its place in the plan and what is wrong there',
    })
    this.problems = all
  }
}

/** No such run is in flight or remembered. Code `unknown-run`. */
export class UnknownRunError extends GanglionError {
  constructor(pipeline: string, id: number, where: 'in flight' | 'remembered') {
    super('unknown-run', say`pipeline '${pipeline}' has no run ${text(id)} ${where}`, {
      path: 'runId',
      value: id,
      remedy:
        where === 'in flight'
          ? 'Use the id of a run that has not settled: the first event of a stream has it, running.runs() lists them'
          : 'Use the id of one of the last runs, or keep more of them with the option `history`',
    })
  }
}

/** The run was taken out of this process by a checkpoint, to continue elsewhere. Code `run-moved`. */
export class RunMovedError extends GanglionError {
  constructor(pipeline: string, id: number) {
    super('run-moved', say`run ${id} of pipeline '${pipeline}' was checkpointed`, {
      path: pipeline,
      value: id,
      remedy: 'Wait for it where running.resume() continues it',
    })
  }
}

/** A loop has used all its turns and its condition does not hold. Code `loop-bound`; `result` is the last turn's value. */
export class LoopBoundError extends GanglionError {
  readonly result: unknown

  constructor(loop: string, max: number, result: unknown) {
    super('loop-bound', say`loop '${loop}' was not done after ${max} turns`, {
      path: say`${loop}.max`,
      value: max,
      remedy: "Allow more turns, or take the last turn's value as the answer with onMax: 'value'",
    })
    this.result = result
  }
}

/** A branch's selector chose a path that does not exist, and there is no `otherwise`. Code `no-such-branch`. */
export class NoSuchBranchError extends GanglionError {
  constructor(branch: string, choice: unknown, ways: readonly string[]) {
    super('no-such-branch', say`branch '${branch}' has no path '${text(choice)}', only ${listed(ways)}`, {
      path: branch,
      value: choice,
      remedy: 'Make the selector choose one of them, or add a path named otherwise',
    })
  }
}

/** Too many runs are in flight. Nothing was started; `input` is handed back. Code `pipeline-full`. */
export class PipelineFullError extends GanglionError {
  readonly input: unknown

  constructor(pipeline: string, maxInFlight: number, input: unknown) {
    super('pipeline-full', say`pipeline '${pipeline}' has ${maxInFlight} runs in flight`, {
      path: say`${pipeline}.maxInFlight`,
      value: maxInFlight,
      remedy: 'Try again later (an HTTP service answers 503 with Retry-After), or raise maxInFlight',
      stack: false,
    })
    this.input = input
  }
}

/**
 * The run can't be answered by its deadline, or too many wait: it was refused before it began. Code `overloaded`; `input` is
 * handed back. `retryAfter`: milliseconds until a run like it would be taken, if no others come. `estimate`: milliseconds
 * that it would have taken.
 */
export class OverloadedError extends GanglionError {
  readonly input: unknown
  readonly retryAfter: number
  readonly estimate: number

  constructor(
    pipeline: string,
    timeoutMs: number,
    load: {
      readonly estimate: number
      readonly retryAfter: number
      readonly inFlight: number
      readonly waiting: number
    },
    input: unknown,
  ) {
    const { estimate, retryAfter, inFlight, waiting } = partsOf(load)
    const busy = say`${inFlight} runs are in flight and ${waiting} wait`
    super('overloaded', say`pipeline '${pipeline}' would take about ${Math.round(estimate)} ms: ${busy}`, {
      path: say`${pipeline}.admission`,
      value: timeoutMs,
      remedy: say`Try again after ${retryAfter} ms (an HTTP service answers 503 with Retry-After), or allow a longer timeout`,
      stack: false,
    })
    this.input = input
    this.retryAfter = retryAfter
    this.estimate = estimate
  }
}

/** The pipeline is draining or has stopped; `input` is handed back. Code `pipeline-stopped`. */
export class PipelineStoppedError extends GanglionError {
  readonly input: unknown

  constructor(pipeline: string, input: unknown) {
    super('pipeline-stopped', say`pipeline '${pipeline}' has stopped`, {
      path: pipeline,
      remedy: 'Ask a running pipeline; this one accepts no new work',
    })
    this.input = input
  }
}

/** A processor failed for good and no join could answer without it. Code `processor-failed`; the cause is its error. */
export class ProcessorFailedError extends GanglionError {
  readonly processor: string
  /** Attempts that began; 0 if it lost the message before the first. */
  readonly attempts: number
  readonly hops: readonly Hop[]

  constructor(processor: string, attempts: number, hops: readonly Hop[], cause: unknown) {
    const how = attempts === 0 ? 'lost its message before an attempt' : say`failed (attempt ${attempts})`
    super('processor-failed', say`processor '${processor}' ${how}: ${messageOfError(cause)}`, {
      path: processor,
      remedy: 'See the cause, and the hops for the path so far; the message is in the dead letters',
      cause,
    })
    this.processor = processor
    this.attempts = attempts
    this.hops = hops
  }
}

/** The run's deadline passed. Code `deadline`; `hops` shows where the time went, `waitingFor` which steps had not answered. */
export class PipelineDeadlineError extends GanglionError {
  readonly hops: readonly Hop[]
  readonly waitingFor: readonly string[]

  constructor(pipeline: string, timeoutMs: number, hops: readonly Hop[], waitingFor: readonly string[]) {
    const spent = listOf(hops)
      .map((hop) => say`${hop.processor} ${(hop.queueMs + hop.runMs).toFixed(1)} ms`)
      .join(', ')
    const open = listOf(waitingFor).length === 0 ? '' : say`; still waiting for ${listed(waitingFor)}`
    super(
      'deadline',
      say`pipeline '${pipeline}' did not answer within ${timeoutMs} ms (${spent || 'no hop ended'}${open})`,
      {
        path: say`${pipeline}.timeout`,
        value: timeoutMs,
        remedy: 'Use a longer timeout, or make the slow processor faster',
        stack: false,
      },
    )
    this.hops = hops
    this.waitingFor = waitingFor
  }
}

/** The caller's signal was aborted. Code `cancelled`; the cause is the signal's reason. */
export class PipelineCancelledError extends GanglionError {
  constructor(pipeline: string, cause: unknown) {
    super('cancelled', say`the run of pipeline '${pipeline}' was cancelled`, {
      path: pipeline,
      remedy: 'Nothing is left running; ask again if the answer is still wanted',
      cause,
    })
  }
}

/** A running pipeline can't be changed in this way; it stays unchanged. Code `reshape`. */
export class ReshapeError extends GanglionError {
  constructor(what: string, path: string, value: unknown, remedy: string, cause?: unknown) {
    super('reshape', what, { path, value, remedy, cause })
  }
}

/** Bytes that are not a checkpoint of this pipeline; nothing was started. */
export class CheckpointError extends GanglionError {
  /** Codes: `checkpoint-damaged`, `checkpoint-version`, `checkpoint-mismatch` (another pipeline, or another version of it), `checkpoint-taken`. */
  constructor(
    code: 'checkpoint-damaged' | 'checkpoint-version' | 'checkpoint-mismatch' | 'checkpoint-taken',
    what: string,
    details: { path: string; value?: unknown; remedy: string; cause?: unknown },
  ) {
    super(code, what, details)
  }
}
