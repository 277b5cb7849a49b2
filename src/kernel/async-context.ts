import { AsyncResource } from 'node:async_hooks'

/** The `AsyncLocalStorage` values at one moment: the request, tenant or span that a message belongs to. */
export type AsyncContext = AsyncResource

/** The context in which this was loaded: no caller's. */
export const NEUTRAL: AsyncContext = new AsyncResource('ganglion', { requireManualDestroy: true })

/** The context of the current caller. */
export function callersContext(): AsyncContext {
  return new AsyncResource('ganglion-message', { requireManualDestroy: true })
}

/** Aborts in the context of the work that is aborted, not of whoever aborts it: its listeners are the work's own code. */
export function abortIn(
  context: AsyncContext | undefined,
  controller: AbortController,
  reason: unknown,
): void {
  if (controller.signal.aborted) return
  ;(context ?? NEUTRAL).runInAsyncScope(() => controller.abort(reason))
}
