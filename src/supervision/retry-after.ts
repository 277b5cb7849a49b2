import { GanglionError, isA } from '../kernel/errors.ts'

const LINKS_MAX = 16

/**
 * Milliseconds until a callee wants to be asked again, from the first error of the chain that says so (`overloaded`,
 * `breaker-open`, `rate-limited`); undefined where none does.
 */
export function retryAfterOf(error: unknown): number | undefined {
  let at = error
  for (let link = 0; link < LINKS_MAX && isA(at, GanglionError); link++) {
    const { retryAfter, retryAfterMs } = at as { retryAfter?: unknown; retryAfterMs?: unknown }
    for (const ms of [retryAfter, retryAfterMs]) if (typeof ms === 'number' && ms >= 0) return ms
    at = at.cause
  }
  return undefined
}
