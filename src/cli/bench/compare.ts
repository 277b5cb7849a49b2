import type { RateResult } from './summary.ts'

/** What became of one figure since the base run. */
export interface Change {
  readonly rate: number
  readonly figure: 'p50' | 'p99' | 'goodput'
  readonly before: number
  readonly now: number
  /** `unsure`: it moved, but other programs used so much of the machine in one of the runs that it may be theirs. */
  readonly verdict: 'same' | 'better' | 'worse' | 'unsure'
}

/**
 * Less than this is never a change: the same build differs by as much from one minute to the next. p99 of a tenth of the
 * time rests on few requests.
 */
const LEAST = { p50: 0.15, p99: 0.4, goodput: 0.05 } as const
/** Where other programs use more of the machine than this, a time says more of them than of what is measured. */
const OTHERS_MOST = 0.2
/** Standard deviations of the rank sum that chance exceeds once in 700 comparisons. */
const SURE = 3

/**
 * Compares rates that both runs have, figure by figure, over the tenths of their time.
 *
 * Source: Mann, Whitney, "On a test of whether one of two random variables is stochastically larger than the other", 1947.
 */
export function compared(base: readonly RateResult[], results: readonly RateResult[]): Change[] {
  return results.flatMap((result) => {
    const before = base.find(({ rate }) => rate === result.rate)
    if (before === undefined) return []
    return (['p50', 'p99', 'goodput'] as const).map((figure) => change(result.rate, figure, before, result))
  })
}

function change(rate: number, figure: Change['figure'], base: RateResult, result: RateResult): Change {
  const [was, is] = [base.blocks[figure], result.blocks[figure]].map((values) =>
    values.filter((value) => Number.isFinite(value)),
  ) as [number[], number[]]
  const [before, now] = [median(was), median(is)]
  const moved = Math.abs(now - before) > LEAST[figure] * before
  const isSure = Math.abs(rankSum(was, is)) > SURE
  // Where a whole run had no answer, nothing needs a test.
  const vanished = figure === 'goodput' && before > 0 && now === 0
  if (!vanished && !(moved && isSure)) return { rate, figure, before, now, verdict: 'same' }
  if (Math.max(base.others ?? 0, result.others ?? 0) > OTHERS_MOST)
    return { rate, figure, before, now, verdict: 'unsure' }
  const isMore = now > before
  return { rate, figure, before, now, verdict: isMore === (figure === 'goodput') ? 'better' : 'worse' }
}

/** How far the ranks of `b` lie from chance, in standard deviations; 0 where either has too few values. */
function rankSum(a: readonly number[], b: readonly number[]): number {
  if (a.length < 4 || b.length < 4) return 0
  let wins = 0
  for (const x of a) for (const y of b) wins += y > x ? 1 : y === x ? 0.5 : 0
  const pairs = a.length * b.length
  return (wins - pairs / 2) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(half)] as number)
    : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}
