import { InvalidArgumentError, messageOfError } from './errors.ts'
import { isThenable, promiseOf } from './thenable.ts'

/**
 * The decision of a user's function where a promise can't be awaited: the promise would be taken for a value, and its
 * rejection would go unhandled.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for a promise.
 */
export function atOnce<T>(path: string, decided: T): T {
  if (!isThenable(decided)) return decided
  promiseOf(decided).catch(() => {})
  throw new InvalidArgumentError(`the function of '${path}' returned a promise`, {
    path,
    value: decided,
    remedy: 'Do the asynchronous work in an earlier step, and decide by its value',
  })
}

/**
 * A user's callback that is called for its effect may be asynchronous: its rejection becomes a process warning and ends
 * nothing.
 */
export function warnIfRejected(what: string, result: unknown): void {
  if (isThenable(result)) promiseOf(result).then(undefined, (error: unknown) => warnOf(what, error))
}

/** Warns the process's operator that user code has failed where no caller waits for it. */
export function warnOf(what: string, error: unknown): void {
  process.emitWarning(`${what}: ${messageOfError(error)}`, 'GanglionWarning')
}
