import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { federatedAverage } from '../../src/merge/federated-average.ts'
import { PrivacyAccountant } from '../../src/merge/privacy-accountant.ts'

const f32 = (...values: number[]): Float32Array => Float32Array.from(values)
const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}
const weight = fc.float({ min: -1000, max: 1000, noNaN: true })
const update = (length: number) =>
  fc.record({
    weights: fc.array(weight, { minLength: length, maxLength: length }).map((values) => f32(...values)),
    samples: fc.integer({ min: 1, max: 1000 }),
  })

test('each part counts by its samples', () => {
  const round = federatedAverage()({
    a: { weights: f32(1, 0), samples: 30 },
    b: { weights: f32(0, 1), samples: 10 },
    c: undefined,
  })
  expect([...round.weights]).toEqual([0.75, 0.25])
  expect(round).toMatchObject({ samples: 40, participants: 2 })
})

test('layers keep their names, whatever they are called', () => {
  const layers = (value: number) =>
    Object.fromEntries([
      ['dense/kernel', f32(value, value)],
      ['__proto__', f32(2 * value)],
    ])
  const { weights } = federatedAverage()({
    a: { weights: layers(1), samples: 1 },
    b: { weights: layers(3), samples: 1 },
  })
  expect(Object.entries(weights).map(([name, values]) => [name, [...values]])).toEqual([
    ['dense/kernel', [2, 2]],
    ['__proto__', [4]],
  ])
})

test('the average lies within its parts, equal parts stay as they are, and order does not matter', () => {
  fc.assert(
    fc.property(fc.array(update(3), { minLength: 1, maxLength: 6 }), (updates) => {
      const merged = (list: typeof updates) =>
        federatedAverage()(Object.fromEntries(list.map((one, i) => [`b${i}`, one]))).weights
      const mean = merged(updates)
      const again = merged([...updates].reverse())
      for (let at = 0; at < 3; at++) {
        const column = updates.map(({ weights }) => weights[at] as number)
        expect(mean[at]).toBeGreaterThanOrEqual(Math.min(...column) - 1e-3)
        expect(mean[at]).toBeLessThanOrEqual(Math.max(...column) + 1e-3)
        expect(again[at]).toBeCloseTo(mean[at] as number, 3)
      }
      const [one] = updates as [(typeof updates)[number]]
      for (const [at, value] of merged([one, one, one]).entries())
        expect(value).toBeCloseTo(one.weights[at] as number, 3)
    }),
  )
})

test('as parts come, in any order, the average is the same', () => {
  fc.assert(
    fc.property(fc.array(update(4), { minLength: 1, maxLength: 6 }), (updates) => {
      const parts = Object.fromEntries(updates.map((one, i) => [`b${i}`, one]))
      const merge = federatedAverage()
      const under = merge.begin<Float32Array>({ input: undefined, branches: Object.keys(parts), weights: {} })
      for (const [branch, part] of Object.entries(parts).reverse()) under.add(branch, part)
      const [whole, grown] = [merge(parts).weights, under.result().weights]
      for (const [at, value] of whole.entries()) expect(grown[at]).toBeCloseTo(value, 3)
    }),
  )
})

test('what does not fit is named by branch, layer and place, and leaves no trace in a sum in progress', () => {
  const merge = federatedAverage()
  const good = { weights: { w: f32(1, 2) }, samples: 1 }
  const merged = (bad: object) => thrown(() => merge({ a: good, b: bad as never }))
  expect(merged({ weights: { w: f32(1) }, samples: 1 })).toMatchObject({
    code: 'merge',
    path: 'parts.b.weights.w',
  })
  expect(merged({ weights: { v: f32(1, 2) }, samples: 1 })).toMatchObject({ path: 'parts.b.weights.w' })
  expect(merged({ weights: f32(1, 2), samples: 1 })).toMatchObject({ path: 'parts.b.weights' })
  expect(merged({ weights: { w: f32(1, Number.NaN) }, samples: 1 })).toMatchObject({
    path: 'parts.b.weights.w[1]',
  })
  expect(merged({ weights: { w: [1, 2] }, samples: 1 })).toMatchObject({ path: 'parts.b.weights.w' })
  expect(merged({ weights: { w: f32(1, 2) }, samples: 0 })).toMatchObject({ path: 'parts.b.samples' })
  expect(merged({ weights: { w: f32(1, 2) }, samples: Number.NaN })).toMatchObject({
    path: 'parts.b.samples',
  })
  expect(thrown(() => merge({}))).toMatchObject({ code: 'merge' })
  const under = merge.begin<Float32Array>({ input: undefined, branches: ['a', 'b'], weights: {} })
  expect(thrown(() => under.add('a', { weights: f32(Number.NaN, 1, 1), samples: 1 }))).toMatchObject({
    code: 'merge',
  })
  under.add('b', { weights: f32(3, 4), samples: 2 })
  expect([...under.result().weights]).toEqual([3, 4])
})

/** As little noise as can be: what is left is the clipping. */
const privacy = (over: object = {}) => ({
  kernel: new ManualKernel({ seed: 7 }),
  accountant: new PrivacyAccountant({ delta: 1e-5 }),
  clip: 1,
  noiseMultiplier: 1e-9,
  cohort: 2,
  ...over,
})

test('with privacy each update is clipped to the bound over all its layers, weighs alike, and is divided by the cohort', () => {
  const round = federatedAverage({ privacy: privacy() })({
    a: { weights: { x: f32(3), y: f32(4) }, samples: 1000 },
    b: { weights: { x: f32(0.5), y: f32(0) }, samples: 1 },
  })
  expect(round.weights.x[0]).toBeCloseTo((0.6 + 0.5) / 2, 5)
  expect(round.weights.y[0]).toBeCloseTo(0.8 / 2, 5)
  expect(round.privacy?.clipped).toBe(1)
  const capped = federatedAverage({ privacy: privacy({ samplesCap: 100 }) })({
    a: { weights: f32(0.5), samples: 50 },
    b: { weights: f32(0.5), samples: 5000 },
  })
  expect(capped.weights[0]).toBeCloseTo((0.25 + 0.5) / 2, 5)
})

test('one participant moves the sum by the clipping bound at most, whatever it sends', () => {
  fc.assert(
    fc.property(update(5), update(5), (rest, one) => {
      const merged = (parts: object) =>
        federatedAverage({ privacy: privacy({ cohort: 1 }) })(parts as { rest: typeof rest }).weights
      const [without, withOne] = [merged({ rest }), merged({ rest, one })]
      const moved = Math.hypot(...withOne.map((value, at) => value - (without[at] as number)))
      expect(moved).toBeLessThanOrEqual(1 + 1e-4)
    }),
  )
})

test('the noise has the deviation that is promised, from secure bytes of a real process too', () => {
  for (const kernel of [new ManualKernel({ seed: 3 }), platformKernel()]) {
    const n = 40_000
    const { weights, privacy: told } = federatedAverage({
      privacy: privacy({ kernel, clip: 2, noiseMultiplier: 3, cohort: 4 }),
    })({ a: { weights: new Float32Array(n), samples: 1 } })
    const mean = weights.reduce((sum, value) => sum + value, 0) / n
    const deviation = Math.sqrt(weights.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
    const fourth = weights.reduce((sum, value) => sum + (value - mean) ** 4, 0) / n / deviation ** 4
    expect(told?.noise).toBe(1.5)
    // Eight standard errors: a sound source fails once in 10^15 runs.
    expect(Math.abs(mean)).toBeLessThan((8 * 1.5) / Math.sqrt(n))
    expect(Math.abs(deviation / 1.5 - 1)).toBeLessThan(8 / Math.sqrt(2 * n))
    expect(Math.abs(fourth - 3)).toBeLessThan(8 * Math.sqrt(96 / n))
  }
})

test('the same seed gives the same noise, and no two rounds the same', () => {
  const parts = { a: { weights: f32(0, 0), samples: 1 } }
  const merge = () => federatedAverage({ privacy: privacy({ noiseMultiplier: 1 }) })
  const [first, again] = [merge(), merge()]
  const round = first(parts).weights
  expect([...again(parts).weights]).toEqual([...round])
  expect([...first(parts).weights]).not.toEqual([...round])
})

test('every round costs, and one beyond the budget is refused before anything is released', () => {
  const accountant = new PrivacyAccountant({ delta: 1e-5, epsilon: 4 })
  const merge = federatedAverage({ privacy: privacy({ accountant, noiseMultiplier: 2 }) })
  const parts = { a: { weights: f32(1), samples: 1 } }
  const spent = merge(parts).privacy?.epsilon as number
  expect(spent).toBeGreaterThan(0)
  expect(thrown(() => merge({}))).toMatchObject({ code: 'merge' })
  expect(accountant.epsilon).toBe(spent)
  let refusal: unknown
  for (let round = 0; round < 10 && refusal === undefined; round++) refusal = thrown(() => void merge(parts))
  expect(refusal).toMatchObject({ code: 'privacy-budget-spent', budget: 4, spent: accountant.epsilon })
  expect(accountant.epsilon).toBeLessThanOrEqual(4)
})

test('privacy options out of range are named', () => {
  const option = (over: object) => thrown(() => federatedAverage({ privacy: privacy(over) }))
  for (const name of ['clip', 'noiseMultiplier', 'cohort', 'samplesCap', 'sampleRate']) {
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(option({ [name]: value })).toMatchObject({ code: 'invalid-argument', path: `privacy.${name}` })
  }
})
