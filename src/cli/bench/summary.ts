import { chainText, errorChain } from '../../kernel/errors.ts'
import { type BenchOutcome, OUTCOMES, type Played } from './open-loop.ts'

/** Blocks that a rate's time is cut into: what differs between them is noise. */
const BLOCKS = 10
/** Of what was asked, the share that must be answered in time for the rate to count as carried. */
const CARRIED = 0.95

/** Latencies of answers in milliseconds, from when the request was due. NaN where there was none. */
export interface Percentiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Where the time of a step went, mean milliseconds a request. */
export interface StageTime {
  readonly stage: string
  /** In mailboxes. */
  readonly queueMs: number
  /** On the main thread. */
  readonly cpuMs: number
  /** Awaited, without model calls. */
  readonly awaitedMs: number
  /** In the engine's queue. */
  readonly poolMs: number
  /** In models. */
  readonly modelMs: number
}

/** What one rate gave. */
export interface RateResult {
  /** Requests a second that were due. */
  readonly rate: number
  readonly requests: number
  /** How long they were due for. */
  readonly seconds: number
  readonly counts: Readonly<Record<BenchOutcome, number>>
  /** Right answers within the deadline, a second. */
  readonly goodput: number
  readonly latency: Percentiles
  /** The same by tenths of the time, for comparing with another run. */
  readonly blocks: {
    readonly p50: readonly number[]
    readonly p99: readonly number[]
    readonly goodput: readonly number[]
  }
  readonly stages: readonly StageTime[]
  /** Of the first request that failed, and of the first wrong answer: what a person needs to find out why. */
  readonly firstFailure?: string
  readonly firstWrong?: string
  /** Share of the machine that other programs used meanwhile, 0 to 1. Absent for a URL: its server is one of them. */
  readonly others?: number
}

export function summary(played: Played, rate: number, ms: number, stages: readonly StageTime[]): RateResult {
  const counts = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<BenchOutcome, number>
  for (const at of played.outcome) counts[OUTCOMES[at] as BenchOutcome] += 1
  const blocks = Array.from({ length: BLOCKS }, (_, at) => ({
    from: (ms * at) / BLOCKS,
    to: (ms * (at + 1)) / BLOCKS,
  })).map(({ from, to }) => answeredOf(played, from, to))
  return {
    rate,
    requests: played.due.length,
    seconds: ms / 1000,
    counts,
    goodput: (counts.answered / ms) * 1000,
    latency: percentiles(answeredOf(played, 0, Number.POSITIVE_INFINITY)),
    blocks: {
      p50: blocks.map((times) => quantile(times, 0.5)),
      p99: blocks.map((times) => quantile(times, 0.99)),
      goodput: blocks.map(({ length }) => (length / (ms / BLOCKS)) * 1000),
    },
    stages,
    ...(played.failure === undefined
      ? {}
      : {
          firstFailure: chainText(errorChain(played.failure)),
        }),
  }
}

/** The greatest rate that was carried, with nothing before it that was not; undefined if none was. */
export function saturation(results: readonly RateResult[]): RateResult | undefined {
  let carried: RateResult | undefined
  for (const result of results) {
    if (result.counts.answered < CARRIED * result.requests) break
    carried = result
  }
  return carried
}

/** Latencies of the answers that were due in a stretch of time, in order. */
function answeredOf({ due, tookMs, outcome }: Played, from: number, to: number): Float64Array {
  const times: number[] = []
  for (let at = 0; at < due.length; at++) {
    const dueAt = due[at] as number
    if (outcome[at] === 0 && dueAt >= from && dueAt < to) times.push(tookMs[at] as number)
  }
  return Float64Array.from(times).sort()
}

function percentiles(sorted: Float64Array): Percentiles {
  const [p50, p90, p99, p999] = [0.5, 0.9, 0.99, 0.999].map((share) => quantile(sorted, share)) as [
    number,
    number,
    number,
    number,
  ]
  return { p50, p90, p99, p999, max: sorted.at(-1) ?? Number.NaN }
}

/** The nearest rank: a value that was measured. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
