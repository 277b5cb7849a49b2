import { GanglionError, isA } from '../kernel/errors.ts'

const LINKS_MAX = 16

/** Codes of errors that say: not now. One made from a remote service's answer counts like ours. */
const BUSY: ReadonlySet<unknown> = new Set([
  'overloaded',
  'pipeline-full',
  'mailbox-full',
  'queue-full',
  'breaker-open',
  'bulkhead-full',
  'rate-limited',
])

interface Link {
  readonly code?: unknown
  readonly cause?: unknown
  readonly retryAfter?: unknown
  readonly retryAfterMs?: unknown
}

/** Whether an error of the chain says that its callee has no room now. */
export function isBusy(error: unknown): boolean {
  return firstOf(error, ({ code }) => (BUSY.has(code) ? true : undefined)) ?? false
}

/**
 * Milliseconds until a callee wants to be asked again, from the first error of the chain that says so in `retryAfter` or
 * `retryAfterMs`: any of ours, and a foreign one whose code is one of ours (`overloaded`, `breaker-open`, `rate-limited` …).
 * Undefined where none does.
 */
export function retryAfterOf(error: unknown): number | undefined {
  return firstOf(error, (link) => {
    // Other libraries count in seconds under the same names.
    if (!isA(link, GanglionError) && !BUSY.has(link.code)) return undefined
    return [link.retryAfter, link.retryAfterMs].find(
      (ms): ms is number => typeof ms === 'number' && Number.isFinite(ms) && ms >= 0,
    )
  })
}

/** What the first link gives that gives anything. A link that can't be read ends the chain. */
function firstOf<T>(error: unknown, given: (link: Link) => T | undefined): T | undefined {
  let at = error
  try {
    for (let link = 0; link < LINKS_MAX && typeof at === 'object' && at !== null; link++) {
      const found = given(at)
      if (found !== undefined) return found
      at = (at as Link).cause
    }
  } catch {
    // Whoever threw it made it unreadable on purpose, or by a getter that failed.
  }
  return undefined
}
