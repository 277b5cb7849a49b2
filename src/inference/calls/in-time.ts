import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import { cancelledError, deadlineError } from '../errors.ts'

/**
 * The result of `work`, unless the caller leaves or its deadline passes first. A model may have to be downloaded, and the
 * download continues for other callers.
 */
export async function inTime<T>(kernel: Kernel, work: Promise<T>, call: InferenceCall): Promise<T> {
  const { signal, deadline = Number.POSITIVE_INFINITY } = call
  if (signal === undefined && deadline === Number.POSITIVE_INFINITY) return work
  let leave: (error: unknown) => void = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = reject
  })
  const onAbort = (): void => leave(cancelledError(signal?.reason))
  if (signal?.aborted) onAbort()
  whenAborted(signal, onAbort)
  const ms = deadline - kernel.clock.monotonic()
  const timer =
    ms === Number.POSITIVE_INFINITY
      ? undefined
      : kernel.timers.after(Math.max(0, ms), leave, deadlineError(deadline))
  try {
    return await Promise.race([work, left])
  } finally {
    timer?.cancel()
    forgetAbort(signal, onAbort)
  }
}
