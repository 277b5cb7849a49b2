import { paced } from '../../dist/src/cli/bench/open-loop.js'
import { platformKernel } from '../../dist/src/kernel/platform-kernel.js'

/** A contender that answers requests: a pipeline, a queue, a pool or a service. */
export interface Contender {
  /**
   * Rejects if it refuses or fails; resolves to IN_PART if parts of the answer are missing. `leftMs`: until its deadline,
   * which counts from when it was due.
   */
  readonly ask: (request: number, leftMs: number) => Promise<unknown>
  /** Milliseconds of work that went into a request, finished or not. */
  readonly workOf: (request: number) => number
  readonly stop: () => Promise<void>
}

export const ANSWERED = 1
export const REFUSED = 2
export const FAILED = 3
/** Answered without what took too long: a lesser answer, counted apart. */
export const IN_PART = 4

/** The outcome of every request. Times in milliseconds from the start; NaN if there is none. */
export interface Played {
  readonly due: Float64Array
  readonly ended: Float64Array
  /** ANSWERED, IN_PART, REFUSED or FAILED; 0 if it never ended. */
  readonly outcome: Uint8Array
  readonly work: Float64Array
  readonly deadlineMs: number
}

/** Codes of refusals: nothing was begun for them. */
const REFUSALS: ReadonlySet<unknown> = new Set(['overloaded', 'pipeline-full', 'mailbox-full', 'refused'])

/**
 * Asks at the given times, whatever has or has not been answered (an open loop). A request that is asked late, since the
 * thread was busy, counts from when it was due: nothing is omitted that a caller would have waited for.
 */
export async function play(due: Float64Array, contender: Contender, deadlineMs: number): Promise<Played> {
  const ended = new Float64Array(due.length).fill(Number.NaN)
  const outcome = new Uint8Array(due.length)
  const startedAt = performance.now()
  let open = 0
  const end = (request: number, how: number): void => {
    ended[request] = performance.now() - startedAt
    outcome[request] = how
    open -= 1
  }
  const now = () => performance.now() - startedAt
  await paced(platformKernel(), due, now, (request) => {
    open += 1
    const leftMs = Math.max(1, (due[request] as number) + deadlineMs - now())
    contender.ask(request, leftMs).then(
      (answer) => end(request, answer === IN_PART ? IN_PART : ANSWERED),
      (error: { code?: unknown }) => end(request, REFUSALS.has(error.code) ? REFUSED : FAILED),
    )
  })
  // Any later answer is too late, and nobody waits for what a queue still holds.
  const last = performance.now() + deadlineMs + 100
  while (open > 0 && performance.now() < last) await new Promise((resolve) => setTimeout(resolve, 5))
  const work = Float64Array.from(due, (_, request) => contender.workOf(request))
  return { due, ended, outcome, work, deadlineMs }
}
