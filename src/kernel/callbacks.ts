import { InvalidArgumentError, messageOfError } from './errors.ts'
import { isThenable, promiseOf } from './thenable.ts'

/**
 * What a user's function decided, where a promise can't be waited for: it would be taken for a value, and its rejection
 * would have nobody.
 *
 * @throws InvalidArgumentError (`invalid-argument`): it is a promise.
 */
export function atOnce<T>(path: string, decided: T): T {
  if (!isThenable(decided)) return decided
  promiseOf(decided).catch(() => {})
  throw new InvalidArgumentError(`the function of '${path}' gave a promise`, {
    path,
    value: decided,
    remedy: 'Compute in a step before it, and decide by the value at hand',
  })
}

/** A user's callback, called for its effect, may be asynchronous: a rejection becomes a warning of the process and ends nothing. */
export function warnIfRejected(what: string, result: unknown): void {
  if (isThenable(result)) promiseOf(result).then(undefined, (error: unknown) => warnOf(what, error))
}

/** Tells whoever runs the process that user code has failed where nobody waits for it. */
export function warnOf(what: string, error: unknown): void {
  process.emitWarning(`${what}: ${messageOfError(error)}`, 'GanglionWarning')
}
