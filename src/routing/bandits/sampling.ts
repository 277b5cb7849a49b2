import type { RandomStream } from '../../kernel/kernel.ts'

/** Standard normal, by Marsaglia's polar method (1964). The second value of the pair is discarded, so a draw has no memory. */
export function normal(random: RandomStream): number {
  for (;;) {
    const u = 2 * random.next() - 1
    const v = 2 * random.next() - 1
    const s = u * u + v * v
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
  }
}

/** Gamma(shape, 1), shape > 0, by Marsaglia and Tsang (2000); below 1 boosted from shape + 1. */
export function gamma(random: RandomStream, shape: number): number {
  // 1 − next() is in (0, 1]: a power of 0 would make a draw of exactly 0.
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    const u = 1 - random.next()
    // The squeeze accepts nearly every draw without a logarithm.
    if (u < 1 - 0.0331 * x * x * x * x) return d * v
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Beta(a, b), a and b > 0, from two gammas. */
export function beta(random: RandomStream, a: number, b: number): number {
  const x = gamma(random, a)
  const y = gamma(random, b)
  // Both underflow only for shapes near 0, where a Beta is almost a coin flip with its mean.
  return x + y > 0 ? x / (x + y) : random.next() < a / (a + b) ? 1 : 0
}
