import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  gaussianRdp,
  noiseMultiplierFor,
  PrivacyAccountant,
  type PrivacyAccountantOptions,
} from '../../src/merge/privacy-accountant.ts'

type Conversion = NonNullable<PrivacyAccountantOptions['conversion']>
const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

/** As TensorFlow Privacy counts: batch/n is the sampling rate, epochs·n/batch (rounded up) the steps. */
function epsilonOf(
  n: number,
  batch: number,
  z: number,
  epochs: number,
  delta: number,
  conversion: Conversion,
) {
  const accountant = new PrivacyAccountant({ delta, conversion })
  accountant.spend({ noiseMultiplier: z, sampleRate: batch / n, rounds: Math.ceil((epochs * n) / batch) })
  return accountant.epsilon
}

// tensorflow/privacy, privacy/analysis/compute_dp_sgd_privacy_test.py: Test0 and Test1, before and after its change to the
// tighter conversion. (Test2 has its optimum at the fractional order 1.25, which whole orders don't reach.)
test('it gives what the tests of TensorFlow Privacy publish', () => {
  expect(epsilonOf(60_000, 150, 1.3, 15, 1e-5, 'tight')).toBeCloseTo(0.7242234026109595, 7)
  expect(epsilonOf(100_000, 100, 1.0, 30, 1e-7, 'tight')).toBeCloseTo(1.4154988495444845, 7)
  expect(epsilonOf(60_000, 150, 1.3, 15, 1e-5, 'classic')).toBeCloseTo(0.941870567, 7)
  expect(epsilonOf(100_000, 100, 1.0, 30, 1e-7, 'classic')).toBeCloseTo(1.70928734, 7)
})

// tensorflow/privacy, tutorials/README.md: MNIST, n = 60,000, batch 256, δ = 1e-5, ε to two digits.
test('it gives what the MNIST tutorial of TensorFlow Privacy publishes', () => {
  expect(epsilonOf(60_000, 256, 1.12, 1, 1e-5, 'classic')).toBeCloseTo(1.0, 2)
  expect(epsilonOf(60_000, 256, 1.12, 2, 1e-5, 'classic')).toBeCloseTo(1.04, 2)
  expect(epsilonOf(60_000, 256, 1.12, 60, 1e-5, 'classic')).toBeCloseTo(2.92, 2)
  expect(epsilonOf(60_000, 256, 1.2, 10, 1e-5, 'classic')).toBeCloseTo(1.2, 2)
  // The published 9.74 is at a fractional order between 2 and 4: whole orders may say a little more, never less.
  const whole = epsilonOf(60_000, 256, 0.6, 30, 1e-5, 'classic')
  expect(whole).toBeGreaterThanOrEqual(9.735)
  expect(whole).toBeLessThan(9.8)
})

test('without sampling it is the closed form of the Gaussian mechanism', () => {
  for (const z of [0.5, 1, 4, 20])
    for (const order of [2, 7, 64]) expect(gaussianRdp(order, z)).toBe(order / (2 * z * z))
  // Mironov 2017: the least of α/2z² + ln(1/δ)/(α−1) over real α is 1/2z² + √(2 ln(1/δ))/z.
  for (const z of [2, 4, 10]) {
    const exact = 1 / (2 * z * z) + Math.sqrt(2 * Math.log(1e5)) / z
    const ours = epsilonOf(1, 1, z, 1, 1e-5, 'classic')
    expect(ours).toBeGreaterThanOrEqual(exact - 1e-12)
    expect(ours).toBeLessThan(exact * 1.01)
  }
})

/** Balle, Wang 2018, Theorem 8: the least δ of one Gaussian mechanism at ε. */
function exactDelta(epsilon: number, z: number): number {
  return phi(1 / (2 * z) - epsilon * z) - Math.exp(epsilon) * phi(-1 / (2 * z) - epsilon * z)
}

/** The normal distribution function, by Simpson's rule on its density from where nothing is left. */
function phi(x: number): number {
  const from = Math.min(-12, x - 1)
  const steps = 4000
  const h = (x - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const factor = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += factor * Math.exp(-((from + i * h) ** 2) / 2)
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
}

test('it never promises less than the exact ε of the Gaussian mechanism, and little more', () => {
  for (const z of [0.8, 1, 2, 4, 8]) {
    for (const rounds of [1, 10]) {
      const accountant = new PrivacyAccountant({ delta: 1e-5 })
      accountant.spend({ noiseMultiplier: z, rounds })
      // n Gaussian rounds are one with z/√n.
      const together = z / Math.sqrt(rounds)
      expect(exactDelta(accountant.epsilon, together)).toBeLessThanOrEqual(1e-5)
      expect(exactDelta(accountant.epsilon * 0.8, together)).toBeGreaterThan(1e-5)
    }
  }
})

test('more rounds, more sampling and less noise never cost less', () => {
  const z = fc.double({ min: 0.5, max: 20, noNaN: true })
  const q = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(z, z, q, q, fc.integer({ min: 1, max: 50 }), (z1, z2, q1, q2, rounds) => {
      const cost = (noiseMultiplier: number, sampleRate: number, times = rounds) =>
        new PrivacyAccountant({ delta: 1e-5 }).epsilonAfter({ noiseMultiplier, sampleRate, rounds: times })
      expect(cost(z1, q1, rounds + 1)).toBeGreaterThanOrEqual(cost(z1, q1))
      expect(cost(z1, Math.max(q1, q2))).toBeGreaterThanOrEqual(cost(z1, Math.min(q1, q2)) - 1e-9)
      expect(cost(Math.min(z1, z2), q1)).toBeGreaterThanOrEqual(cost(Math.max(z1, z2), q1) - 1e-9)
    }),
    { numRuns: 15 },
  )
})

test('rounds add up in any order, and a restored accountant continues where it stood', () => {
  const round = { noiseMultiplier: 1.1, sampleRate: 0.01, rounds: 50 }
  const other = { noiseMultiplier: 2, sampleRate: 0.1, rounds: 3 }
  const [a, b] = [new PrivacyAccountant({ delta: 1e-6 }), new PrivacyAccountant({ delta: 1e-6 })]
  expect(a.epsilon).toBe(0)
  a.spend(round)
  a.spend(other)
  b.spend(other)
  for (let i = 0; i < 50; i++) b.spend({ ...round, rounds: 1 })
  expect(b.epsilon).toBeCloseTo(a.epsilon, 9)
  const state = JSON.parse(JSON.stringify(a))
  expect(new PrivacyAccountant({ delta: 1e-6 }, state).epsilon).toBeCloseTo(a.epsilon, 12)
})

test('a budget refuses the round that would exceed it and counts nothing', () => {
  const accountant = new PrivacyAccountant({ delta: 1e-5, epsilon: 1 })
  const round = { noiseMultiplier: 1.1, sampleRate: 256 / 60_000, rounds: 100 }
  accountant.spend(round)
  const before = accountant.epsilon
  const refusal = thrown(() => accountant.spend({ ...round, rounds: 100_000 }))
  expect(refusal).toMatchObject({
    code: 'privacy-budget-spent',
    path: 'privacy.epsilon',
    budget: 1,
    spent: before,
  })
  expect(accountant.epsilon).toBe(before)
  accountant.spend(round)
  expect(accountant.epsilon).toBeGreaterThan(before)
})

test('the noise for an (ε, δ) keeps within it, and hardly less would not', () => {
  for (const goal of [
    { epsilon: 1, delta: 1e-5, rounds: 100, sampleRate: 0.1 },
    { epsilon: 8, delta: 1e-6 },
    { epsilon: 0.1, delta: 1e-5, rounds: 10 },
  ]) {
    const z = noiseMultiplierFor(goal)
    const { epsilon, delta, ...round } = goal
    const reached = (noiseMultiplier: number) =>
      new PrivacyAccountant({ delta }).epsilonAfter({ ...round, noiseMultiplier })
    expect(reached(z)).toBeLessThanOrEqual(epsilon)
    expect(reached(z * 0.999)).toBeGreaterThan(epsilon)
  }
})

test('values out of range are named', () => {
  const of = (run: () => unknown) => thrown(run)
  for (const delta of [0, 1, Number.NaN])
    expect(of(() => new PrivacyAccountant({ delta }))).toMatchObject({
      code: 'invalid-argument',
      path: 'delta',
    })
  expect(of(() => new PrivacyAccountant({ delta: 0.1, epsilon: 0 }))).toMatchObject({ path: 'epsilon' })
  expect(of(() => new PrivacyAccountant({ delta: 0.1, conversion: 'x' as never }))).toMatchObject({
    path: 'conversion',
  })
  const accountant = new PrivacyAccountant({ delta: 0.1 })
  expect(of(() => accountant.spend({ noiseMultiplier: 0 }))).toMatchObject({ path: 'noiseMultiplier' })
  expect(of(() => accountant.spend({ noiseMultiplier: 1, sampleRate: 1.1 }))).toMatchObject({
    path: 'sampleRate',
  })
  expect(of(() => accountant.spend({ noiseMultiplier: 1, rounds: 0.5 }))).toMatchObject({ path: 'rounds' })
  expect(of(() => gaussianRdp(1.5, 1))).toMatchObject({ path: 'order' })
  expect(of(() => noiseMultiplierFor({ epsilon: 0, delta: 0.1 }))).toMatchObject({ path: 'epsilon' })
})
