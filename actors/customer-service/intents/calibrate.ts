import { type ByReader, type Calibration, READERS, type ReaderName, type SignScale } from './intent-model.ts'
import { pool, scopeOf, signsOf } from './pool.ts'
import type { Reading } from './reading.ts'

/** A held-out example as the readers saw it, with its label (-1: out of scope). */
export interface Seen {
  readonly label: number
  readonly readings: ByReader<Reading>
}

const TEMPERATURES = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
const LEAST = 1e-3

/** Temperatures by likelihood, weights by likelihood of the vote, and the threshold by the share of messages in scope that it keeps. */
export function calibrate(
  seen: readonly Seen[],
  outside: readonly Seen[],
  kept: number,
): { readonly calibration: Calibration; readonly accuracy: Record<string, number> } {
  const temperature = Object.fromEntries(
    READERS.map((name) => [
      name,
      bestOf(TEMPERATURES, (t) => likelihood(seen, (one) => heated(one.readings[name], t))),
    ]),
  ) as Record<ReaderName, number>
  const at = (one: Seen): ByReader<Reading> =>
    Object.fromEntries(
      READERS.map((name) => [
        name,
        { ...one.readings[name], top: heated(one.readings[name], temperature[name]) },
      ]),
    ) as unknown as ByReader<Reading>
  const warm = seen.map((one) => ({ label: one.label, readings: at(one) }))
  const weights = bestWeights(warm)
  const pooled = bestOf([1, 1.3, 1.6, 2, 2.5, 3], (t) =>
    likelihood(warm, ({ readings }) => pool({ ...readings }, weights, { pooled: t, signs: {} }).ranked),
  )
  const vote = (readings: ByReader<Reading>) => pool({ ...readings }, weights, { pooled, signs: {} })
  const signsIn = (readings: ByReader<Reading>) => signsOf(Object.values(readings), vote(readings).ranked)
  const signs = warm.map(({ readings }) => signsIn(readings))
  const alone = warm.map(({ readings }) => signsOf([readings.ngrams], vote(readings).ranked))
  const scales = { ...scalesOf(alone), ...scalesOf(signs) }
  const scores = signs.map((one) => scopeOf(one, scales)).sort((a, b) => a - b)
  const outsideScores = outside.map((one) => scopeOf(signsIn(at(one)), scales))
  const threshold = scores[Math.floor(scores.length * (1 - kept))] ?? Number.NEGATIVE_INFINITY
  return {
    calibration: { temperature, weights, pooled, signs: scales, threshold },
    accuracy: {
      ...Object.fromEntries(READERS.map((name) => [name, accuracy(seen, (one) => one.readings[name].top)])),
      vote: accuracy(warm, ({ readings }) => vote(readings).ranked),
      ...(outside.length === 0
        ? {}
        : { outOfScopeRecall: outsideScores.filter((score) => score < threshold).length / outside.length }),
    },
  }
}

type Top = Reading['top']

function heated({ top }: Reading, t: number): Top {
  const raised = top.map(([label, p]) => [label, Math.max(p, 1e-9) ** t] as const)
  const sum = raised.reduce((all, [, p]) => all + p, 0)
  return raised.map(([label, p]) => [label, p / sum])
}

function bestWeights(seen: readonly Seen[]): ByReader<number> {
  const candidates = SHARES.flatMap((linear) =>
    SHARES.flatMap((nearest) => {
      const ngrams = Math.round((1 - linear - nearest) * 10) / 10
      return ngrams < 0.1 ? [] : [{ linear, nearest, ngrams }]
    }),
  )
  return bestOf(candidates, (weights) =>
    likelihood(seen, ({ readings }) => pool({ ...readings }, weights, { pooled: 1.6, signs: {} }).ranked),
  )
}

/** The first of the best. */
function bestOf<T>(choices: readonly T[], score: (choice: T) => number): T {
  let best = choices[0] as T
  let most = Number.NEGATIVE_INFINITY
  for (const choice of choices) {
    const own = score(choice)
    if (own > most) [best, most] = [choice, own]
  }
  return best
}

function likelihood(seen: readonly Seen[], topOf: (one: Seen) => Top): number {
  return seen.reduce((sum, one) => {
    const own = topOf(one).find(([label]) => label === one.label)?.[1] ?? 0
    return sum + Math.log(Math.max(own, LEAST))
  }, 0)
}

function accuracy(seen: readonly Seen[], topOf: (one: Seen) => Top): number {
  return seen.length === 0 ? 0 : seen.filter((one) => topOf(one)[0]?.[0] === one.label).length / seen.length
}

function scalesOf(rows: readonly Readonly<Record<string, number>>[]): Record<string, SignScale> {
  return Object.fromEntries(
    Object.keys(rows[0] ?? {}).map((name) => {
      const values = rows.map((row) => row[name] as number)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      return [name, { mean, deviation: Math.sqrt(square) }]
    }),
  )
}
