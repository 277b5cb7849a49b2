import { type Calibration, READERS } from './intent-model.ts'
import type { Reading } from './reading.ts'

/** The readers' opinions as one. */
export interface Opinion {
  /** Most probable intents, best first: number of the label, probability. */
  readonly ranked: readonly (readonly [label: number, probability: number])[]
  /** Share of the weight of the readers that agree with the first. */
  readonly agreement: number
  /** How much it is like the examples; below `threshold` it is out of scope. */
  readonly scope: number
  readonly missing: readonly string[]
}

/** Probability of an intent that a reader does not name, at least: a reader must not rule one out alone. */
const LEAST = 1e-3
const RANKED = 5

/**
 * Weighted vote by the logarithmic opinion pool: `p(c) ∝ Π_i p_i(c)^{w_i}`, with the weights of A over the readers that arrived.
 * A missing reader leaves the others' shares as they were among themselves.
 *
 * Source: Genest, Zidek, "Combining Probability Distributions", Statistical Science 1986.
 */
export function pool(
  parts: Readonly<Record<string, Reading | undefined>>,
  weights: { readonly [name: string]: number },
  calibration: Pick<Calibration, 'pooled' | 'signs'>,
): Opinion {
  const came = Object.entries(parts).flatMap(([name, reading]) =>
    reading === undefined ? [] : [{ name, reading, weight: weights[name] ?? 0 }],
  )
  const whole = came.reduce((sum, { weight }) => sum + weight, 0)
  const share = (weight: number) => (whole > 0 ? weight / whole : 1 / came.length)
  const named = new Set(came.flatMap(({ reading }) => reading.top.map(([label]) => label)))
  const logs = [...named].map((label) => {
    const sum = came.reduce((all, { reading, weight }) => {
      const own = reading.top.find(([one]) => one === label)?.[1] ?? 0
      return all + share(weight) * Math.log(Math.max(own, LEAST))
    }, 0)
    return [label, sum * calibration.pooled] as const
  })
  logs.sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const best = logs[0]?.[1] ?? 0
  const sum = logs.reduce((all, [, log]) => all + Math.exp(log - best), 0)
  const ranked = logs
    .slice(0, RANKED)
    .map(([label, log]) => [label, Math.exp(log - best) / sum] as [number, number])
  const winner = ranked[0]?.[0]
  return {
    ranked,
    agreement: came.reduce(
      (all, { reading, weight }) => all + (reading.top[0]?.[0] === winner ? share(weight) : 0),
      0,
    ),
    scope: scopeOf(
      signsOf(
        came.map(({ reading }) => reading),
        ranked,
      ),
      calibration.signs,
    ),
    missing: READERS.filter((name) => parts[name] === undefined),
  }
}

/** All signs of scope of a message. */
export function signsOf(
  readings: readonly Reading[],
  ranked: Opinion['ranked'],
): Readonly<Record<string, number>> {
  const signs = Object.assign({}, ...readings.map((reading) => reading.signs))
  // How sure the vote is says less than the others, so it counts where they are missing.
  return Object.keys(signs).length > 0 ? signs : { certainty: Math.log(Math.max(ranked[0]?.[1] ?? 0, LEAST)) }
}

/** The mean of the signs that there are, each in deviations from its mean: a missing reader moves no threshold. */
export function scopeOf(signs: Readonly<Record<string, number>>, scales: Calibration['signs']): number {
  const known = Object.entries(signs).flatMap(([name, value]) => {
    const scale = scales[name]
    return scale === undefined ? [] : [(value - scale.mean) / (scale.deviation || 1)]
  })
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}
