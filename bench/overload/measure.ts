import { type BenchResult, median } from '../result.ts'
import { arrivals } from './arrivals.ts'
import {
  answeredShare,
  goodput,
  inPartShare,
  latency,
  promptShare,
  recovery,
  refusedShare,
  wastedShare,
} from './figures.ts'
import { ANSWERED, type Contender, IN_PART, type Played, play, REFUSED } from './open-loop.ts'
import { sleep } from './work.ts'

export const DEADLINE_MS = 1_000
const SEED = 17
/** Requests that measure the capacity have all the time they need. */
const NO_HURRY_MS = 60_000
/** The figures of a series of bins. */
const BIN_MS = 500

/** Loads as multiples of the capacity, and how long each part takes, milliseconds. */
export interface Durations {
  readonly loads: readonly number[]
  /** At half of the capacity, before what is measured: what learns has learned. */
  readonly warmMs: number
  readonly ms: number
  readonly capacityMs: number
  readonly burstMs: number
  readonly afterMs: number
}

/** One kind of requests, and its contenders. */
export interface Compared {
  readonly name: string
  /** The first is ours; `no admission` is ours without. */
  readonly contenders: Readonly<Record<string, () => Contender | Promise<Contender>>>
  /** Requests in flight at which the capacity is measured. */
  readonly window: number
  /** Each load lasts so many times as long: a slow subject must answer often enough to tell something. */
  readonly pace: number
  readonly stop: () => Promise<void>
}

export const OURS = 'ganglion'
export const WITHOUT = 'no admission'

/** Every contender at every load. Each load gets a fresh contender, so no queue carries over. */
export async function loads(subject: Compared, durations: Durations): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const [name, make] of Object.entries(subject.contenders)) {
    const title = `${subject.name}, ${name}`
    process.stderr.write(`overload: ${title}\n`)
    const capacity = await capacityOf(make, subject.window, durations.capacityMs * subject.pace)
    results.push({ name: `${title}: capacity`, value: capacity, unit: 'answers/s' })
    // This machine is too slow for a single answer within the deadline.
    if (capacity === 0) continue
    for (const load of durations.loads) {
      for (const kind of load === 3 ? (['poisson', 'bursts'] as const) : (['poisson'] as const)) {
        const [warmMs, ms] = [durations.warmMs * subject.pace, durations.ms * subject.pace]
        const due = arrivals(
          [
            { ms: warmMs, rate: capacity / 2 },
            { ms, rate: load * capacity },
          ],
          kind,
          SEED,
        )
        const played = await once(make, (contender) => play(due, contender, DEADLINE_MS))
        // The first quarter fills the queues.
        const value = goodput(played, warmMs + ms / 4, warmMs + ms)
        const at = `${title}, ${load}×${kind === 'bursts' ? ' in bursts' : ''}`
        results.push(
          { name: `${at}: goodput`, value, unit: 'answers/s', ratio: value / capacity, of: 'capacity' },
          ...aside(at, played),
        )
      }
    }
  }
  return results
}

function aside(at: string, played: Played): BenchResult[] {
  return [
    { name: `${at}: p99 of the admitted`, value: latency(played, ANSWERED, 0.99), unit: 'ms' },
    { name: `${at}: p99 of a refusal`, value: latency(played, REFUSED, 0.99), unit: 'ms' },
    { name: `${at}: refusals within 5 ms`, value: promptShare(played), unit: 'share' },
    { name: `${at}: refused`, value: refusedShare(played), unit: 'share' },
    { name: `${at}: answered in part`, value: inPartShare(played), unit: 'share' },
    { name: `${at}: wasted work`, value: wastedShare(played), unit: 'share' },
  ].filter(({ value }) => !Number.isNaN(value))
}

/**
 * A burst at five times the capacity, with 0.8 of it before and after for equally long: how soon everyone is answered again,
 * and the shares answered before and after. A slow subject has longer parts and bins, so that each has requests enough.
 */
export async function bursts(subject: Compared, durations: Durations): Promise<BenchResult[]> {
  const [burstMs, afterMs, binMs] = [
    durations.burstMs,
    durations.afterMs * subject.pace,
    BIN_MS * subject.pace,
  ]
  const results: BenchResult[] = []
  for (const [name, make] of Object.entries(subject.contenders)) {
    const capacity = await capacityOf(make, subject.window, durations.capacityMs * subject.pace)
    if (capacity === 0) continue
    const due = arrivals(
      [
        { ms: afterMs, rate: 0.8 * capacity },
        { ms: burstMs, rate: 5 * capacity },
        { ms: afterMs, rate: 0.8 * capacity },
      ],
      'poisson',
      SEED,
    )
    const played = await once(make, (contender) => play(due, contender, DEADLINE_MS))
    const end = afterMs + burstMs
    const at = `${subject.name}, ${name}, burst`
    const ms = recovery(played, end, end + afterMs, binMs)
    if (!Number.isNaN(ms)) results.push({ name: `${at}: recovered after`, value: ms, unit: 'ms' })
    for (const [when, from] of [
      ['before', 0],
      ['afterwards', end],
    ] as const)
      results.push({
        name: `${at}: answered ${when}`,
        value: answeredShare(played, from, from + afterMs),
        unit: 'share',
      })
    for (let from = 0; from + binMs <= end + afterMs; from += binMs) {
      const value = goodput(played, from, from + binMs)
      const time = `${at}, second ${((from + binMs) / 1000).toFixed(1)}`
      results.push({
        name: `${time}: goodput`,
        value,
        unit: 'answers/s',
        ratio: value / capacity,
        of: 'capacity',
      })
    }
  }
  return results
}

/** The cost of admission when it is not needed, measured in turn so that both see the same machine. */
export async function halfLoad(subject: Compared, durations: Durations): Promise<BenchResult[]> {
  const ours = subject.contenders[OURS] as () => Promise<Contender>
  const without = subject.contenders[WITHOUT] as () => Promise<Contender>
  const capacity = await capacityOf(without, subject.window, durations.capacityMs * subject.pace)
  if (capacity === 0) return []
  const medians: number[][] = [[], []]
  let refused = 0
  for (let round = 0; round < 3; round++) {
    const due = arrivals([{ ms: durations.ms, rate: capacity / 2 }], 'poisson', SEED + round)
    for (const [at, make] of [ours, without].entries()) {
      const played = await once(make, (contender) => play(due, contender, DEADLINE_MS))
      medians[at]?.push(latency(played, ANSWERED, 0.5))
      if (make === ours) refused += refusedShare(played) / 3
    }
  }
  const [own = Number.NaN, base = Number.NaN] = medians.map(median)
  const at = `${subject.name}, ${OURS}, half load`
  return [
    { name: `${at}: refused`, value: refused, unit: 'share' },
    { name: `${at}: median`, value: own, unit: 'ms', ratio: own / base, of: WITHOUT },
  ]
}

/**
 * Answers a second in a closed loop: the most of `window` requests in flight all the time, and of one, since a service that
 * measures its own delay may refuse when there are more.
 */
export async function capacityOf(
  make: () => Contender | Promise<Contender>,
  window: number,
  ms: number,
): Promise<number> {
  return Math.max(await closedLoop(make, window, ms), await closedLoop(make, 1, ms))
}

async function closedLoop(
  make: () => Contender | Promise<Contender>,
  window: number,
  ms: number,
): Promise<number> {
  return once(make, async (contender) => {
    let count = 0
    let request = 0
    let from = Number.POSITIVE_INFINITY
    let to = performance.now() + ms * 1.5
    const one = async (): Promise<void> => {
      while (performance.now() < to) {
        const asked = contender.ask(request++, NO_HURRY_MS)
        const answered = await asked.then(
          (answer) => answer !== IN_PART,
          () => false,
        )
        // A service that measures its own delay may refuse even these few.
        if (!answered) await sleep(5)
        const now = performance.now()
        if (answered && now >= from && now < to) count += 1
      }
    }
    const lanes = Array.from({ length: window }, one)
    from = performance.now() + ms / 2
    to = from + ms
    await Promise.all(lanes)
    return (count * 1000) / ms
  })
}

export async function once<T>(
  make: () => Contender | Promise<Contender>,
  use: (contender: Contender) => Promise<T>,
): Promise<T> {
  const contender = await make()
  try {
    return await use(contender)
  } finally {
    await contender.stop()
  }
}
