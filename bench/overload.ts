/**
 * Goodput under overload: open-loop arrivals from half of the capacity to eight times as much, deadline 1 s.
 *
 *     npm run -s bench -- overload [--json] [--full] [--quick] [--only=sleep,burn,team]
 *
 * Short by default (about four minutes); `--full` measures every load for longer and all series. Run on the compiled
 * package (`dist`).
 */
import { jobOnASlowedMachine, slowedMachine } from './overload/machine.ts'
import { bursts, type Durations, halfLoad, loads } from './overload/measure.ts'
import { burning, sleeping, team } from './overload/subjects.ts'
import type { BenchResult } from './result.ts'

const QUICK: Durations = { loads: [3], warmMs: 200, ms: 800, capacityMs: 300, burstMs: 400, afterMs: 1000 }
const SHORT: Durations = {
  loads: [0.5, 3, 8],
  warmMs: 500,
  ms: 2_000,
  capacityMs: 1_000,
  burstMs: 3_000,
  afterMs: 4_000,
}
const FULL: Durations = {
  loads: [0.25, 0.5, 1, 2, 3, 5, 8],
  warmMs: 1_000,
  ms: 6_000,
  capacityMs: 2_000,
  burstMs: 10_000,
  afterMs: 6_000,
}

export async function run({
  quick,
  argv,
}: {
  readonly quick: boolean
  readonly argv: readonly string[]
}): Promise<BenchResult[]> {
  const durations = quick ? QUICK : argv.includes('--full') ? FULL : SHORT
  const only = argv
    .find((word) => word.startsWith('--only='))
    ?.slice(7)
    .split(',')
  const results: BenchResult[] = []
  for (const make of [sleeping, burning, team]) {
    if (only !== undefined && !only.includes(make.subject)) continue
    const subject = await make()
    try {
      results.push(...(await loads(subject, durations)))
      results.push(...(await bursts(subject, durations)))
      if (!quick) results.push(...(await halfLoad(subject, durations)))
      if (!quick && subject.name === 'burn') results.push(...(await slowedMachine(subject, durations)))
      if (!quick && subject.name === 'burn') results.push(...(await jobOnASlowedMachine(durations)))
    } finally {
      await subject.stop()
    }
    if (!quick && make === team) results.push(...(await slowedTeam(durations)))
  }
  // Where nothing was answered there is no latency.
  return results.filter(({ value }) => Number.isFinite(value))
}

/** Workers that are less urgent would starve beside processes that take every core: these are as urgent as the rest. */
async function slowedTeam(durations: Durations): Promise<BenchResult[]> {
  const subject = await team(0)
  try {
    return await slowedMachine(subject, durations)
  } finally {
    await subject.stop()
  }
}
