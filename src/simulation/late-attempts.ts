import { isA } from '../kernel/errors.ts'
import { AttemptTimeoutError } from '../system/errors.ts'

/** Calls `tell` when an attempt with this signal is given up because its time is over: the handler itself may never hear of it. */
export function whenLate(signal: AbortSignal, tell: (error: AttemptTimeoutError) => void): void {
  const look = (): void => {
    const { reason } = signal
    if (isA(reason, AttemptTimeoutError)) tell(reason)
  }
  signal.addEventListener('abort', look, { once: true })
}
