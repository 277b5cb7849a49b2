import { AsyncResource } from 'node:async_hooks'

/** The `AsyncLocalStorage` values at one moment: the request, tenant or span that a message belongs to. */
export type AsyncContext = AsyncResource

/** The context in which this was loaded: no caller's. */
export const NEUTRAL: AsyncContext = new AsyncResource('ganglion', { requireManualDestroy: true })

/** The context of the current caller. */
export function callersContext(): AsyncContext {
  return new AsyncResource('ganglion-message', { requireManualDestroy: true })
}
