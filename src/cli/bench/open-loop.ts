import type { Kernel } from '../../kernel/kernel.ts'

/** How a request ended. */
export const OUTCOMES = ['answered', 'refused', 'late', 'failed', 'wrong'] as const
export type BenchOutcome = (typeof OUTCOMES)[number]

/** One request as the loop sends it: it rejects if it is refused or fails, and resolves with whether its answer is right. */
export type Ask = (request: number, leftMs: number) => Promise<boolean>

/** Every request of one rate, in the order in which they were due. Times in milliseconds. */
export interface Played {
  readonly due: Float64Array
  /** From when it was due until it ended; NaN if it never did. */
  readonly tookMs: Float64Array
  /** Index into `OUTCOMES`. */
  readonly outcome: Uint8Array
  /** What the first of those that failed was rejected with; undefined if none did. */
  readonly failure: unknown
}

/** Codes of refusals: nothing was begun for them. HTTP targets give 429 and 503 the code `refused`. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'overloaded',
  'pipeline-full',
  'mailbox-full',
  'queue-full',
  'breaker-open',
  'rate-limited',
  'refused',
])
const AT = Object.fromEntries(OUTCOMES.map((name, at) => [name, at])) as Record<BenchOutcome, number>
/** Sooner than this the loop does not sleep: timers are late by about as much. */
const SLEEP_LEAST_MS = 2

/** Poisson arrivals: when each request is due, milliseconds from the start. The same seed gives the same times. */
export function arrivals(kernel: Kernel, rate: number, ms: number, seed: string): Float64Array {
  const random = kernel.random.stream(`bench arrivals ${seed}`)
  const times: number[] = []
  for (let at = 0; ; ) {
    at -= (Math.log(1 - random.next()) / rate) * 1000
    if (at >= ms) return Float64Array.from(times)
    times.push(at)
  }
}

/**
 * Asks at the given times, whatever has or has not been answered (an open loop). A request that is sent late, since the thread was
 * busy, counts from when it was due, so nothing is left out that a caller would have waited for.
 *
 * Source: Tene, "How NOT to measure latency" (coordinated omission), 2013.
 */
export async function play(kernel: Kernel, due: Float64Array, ask: Ask, deadlineMs: number): Promise<Played> {
  const { clock, timers } = kernel
  const tookMs = new Float64Array(due.length).fill(Number.NaN)
  const outcome = new Uint8Array(due.length).fill(AT.late)
  const startedAt = clock.monotonic()
  const now = (): number => clock.monotonic() - startedAt
  let open = 0
  let failure: unknown
  const end = (request: number, how: BenchOutcome): void => {
    const took = now() - (due[request] as number)
    tookMs[request] = took
    outcome[request] = AT[how === 'answered' && took > deadlineMs ? 'late' : how]
    open -= 1
  }
  await paced(kernel, due, now, (request) => {
    open += 1
    ask(request, Math.max(1, (due[request] as number) + deadlineMs - now())).then(
      (isRight) => end(request, isRight ? 'answered' : 'wrong'),
      (error: unknown) => {
        const how = outcomeOf(error)
        if (how === 'failed') failure ??= error
        end(request, how)
      },
    )
  })
  // Any later answer is too late.
  const last = now() + deadlineMs
  while (open > 0 && now() < last)
    await new Promise<void>((resolve) => void timers.after(5, resolve, undefined, true))
  return { due, tookMs, outcome, failure }
}

/** Calls `send` for every request when it is due, by a clock that begins with the first; at once for those that are overdue. */
export async function paced(
  { timers, turns }: Pick<Kernel, 'timers' | 'turns'>,
  due: Float64Array,
  now: () => number,
  send: (request: number) => void,
): Promise<void> {
  for (let next = 0; next < due.length; ) {
    for (; next < due.length && (due[next] as number) <= now(); next++) send(next)
    const wait = next < due.length ? (due[next] as number) - now() : 0
    await (wait > SLEEP_LEAST_MS
      ? new Promise<void>((resolve) => void timers.after(wait - 1, resolve, undefined, true))
      : new Promise<void>((resolve) => turns.later(resolve)))
  }
}

function outcomeOf(error: unknown): BenchOutcome {
  const { code } = (error ?? {}) as { code?: unknown }
  if (REFUSALS.has(code)) return 'refused'
  return code === 'deadline' || code === 'ask-timeout' || code === 'timeout' ? 'late' : 'failed'
}
