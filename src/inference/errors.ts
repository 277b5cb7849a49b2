import { GanglionError, messageOfError, partsOf, say } from '../kernel/errors.ts'

export type InferenceErrorCode =
  | 'model-not-found'
  | 'version-not-found'
  | 'model-damaged'
  | 'model-unsupported'
  | 'model-too-large'
  | 'hub-unreachable'
  | 'hub-refused'
  | 'hub-offline'
  | 'cache-unwritable'
  | 'bad-input'
  | 'bad-output'
  | 'worker-died'
  | 'worker-hung'
  | 'queue-full'
  | 'overloaded'
  | 'deadline'
  | 'cancelled'
  | 'stopped'

/** Any reason why rows can't go through a model; `code` says which. */
export class InferenceError extends GanglionError {
  constructor(
    code: InferenceErrorCode,
    what: string,
    details: {
      readonly path?: string
      readonly value?: unknown
      readonly remedy: string
      readonly cause?: unknown
    },
  ) {
    super(code, what, details)
  }
}

/**
 * Rows that can't be done by their deadline behind the rows that go before them. They were refused as they came. Code
 * `overloaded`.
 */
export class InferenceOverloadedError extends InferenceError {
  /** Estimated time until the rows would be done, milliseconds. */
  readonly estimate: number
  /** Such rows would be accepted after this many milliseconds, if no others arrive. */
  readonly retryAfter: number

  constructor(
    model: string,
    remainingMs: number,
    load: { readonly estimate: number; readonly waiting: number },
  ) {
    const { estimate, waiting } = partsOf(load)
    const retryAfter = typeof remainingMs === 'number' ? Math.max(1, Math.ceil(estimate - remainingMs)) : 1
    super(
      'overloaded',
      say`rows for '${model}' would take about ${Math.round(estimate)} ms: ${waiting} rows wait`,
      {
        path: 'deadline',
        value: remainingMs,
        remedy: say`Try again after ${retryAfter} ms, or allow a later deadline`,
      },
    )
    this.estimate = estimate
    this.retryAfter = retryAfter
  }
}

/** How an error travels from a worker: errors of the engine keep their code, path and remedy. */
export interface ErrorRecord {
  readonly code: InferenceErrorCode | undefined
  readonly message: string
  readonly path?: string
  readonly remedy: string
}

export function recordOf(error: unknown): ErrorRecord {
  if (error instanceof InferenceError) {
    return {
      code: error.code as InferenceErrorCode,
      message: error.message,
      ...(error.path === undefined ? {} : { path: error.path }),
      remedy: error.remedy,
    }
  }
  return { code: undefined, message: messageOfError(error), remedy: '' }
}

/**
 * A worker's error on this side. One without a code came from the model or its input. A worker counts the rows of its batch;
 * `index` is the row's position in its caller's list.
 */
export function errorOf(record: ErrorRecord, model: string, index = 0): InferenceError {
  const remedy = record.remedy === '' ? 'Check the input of this row against the model card' : record.remedy
  const what = record.message.endsWith(remedy)
    ? record.message.slice(0, -remedy.length).trim()
    : record.message
  const own = (text: string) => text.replace(/\brows\[\d+\]/, say`rows[${index}]`)
  return new InferenceError(record.code ?? 'bad-input', own(what), {
    path: own(record.path ?? model),
    remedy,
  })
}

export function stoppedError(): InferenceError {
  return new InferenceError('stopped', 'the inference engine has stopped', {
    path: 'inference',
    remedy: 'Ask a running system',
  })
}

export function deadlineError(deadline: number): InferenceError {
  return new InferenceError('deadline', 'the deadline passed before the rows were done', {
    path: 'deadline',
    value: deadline,
    remedy: 'Use a longer deadline, or fewer rows at once',
  })
}

export function cancelledError(cause: unknown): InferenceError {
  return new InferenceError('cancelled', 'the rows were cancelled', {
    path: 'signal',
    remedy: 'Nothing to do: the caller has settled',
    cause,
  })
}

export function diedError(deaths: number, model: string, cause: unknown, value?: unknown): InferenceError {
  return new InferenceError('worker-died', say`${deaths} workers died on a row for '${model}'`, {
    path: model,
    value,
    remedy: 'Check the row and the memory; the row is not tried again',
    cause,
  })
}

export function hungError(ms: number, path: string): InferenceError {
  return new InferenceError('worker-hung', say`a worker has run for ${ms} ms on input for '${path}'`, {
    path,
    value: ms,
    remedy:
      "Check the rows; only with isolation: 'process' can the worker be killed and its rows tried again",
  })
}
