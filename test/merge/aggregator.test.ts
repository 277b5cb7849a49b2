import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { Aggregator } from '../../src/merge/aggregator.ts'
import type { AggregatorOptions, Correlation } from '../../src/merge/aggregator-options.ts'
import type { JoinResult } from '../../src/merge/join.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'

type P = { a: number; b: number; c: number }
type Value = { sum: number; seen: Record<string, number | undefined> }

const names = ['a', 'b', 'c'] as const
const sumOf = (parts: { readonly [K in keyof P]: P[K] | undefined }): Value => ({
  sum: names.reduce((sum, name) => sum + (parts[name] ?? 0), 0),
  seen: { ...parts },
})

/** An aggregator on a manual clock, and what it told. */
function made(over: Partial<AggregatorOptions<P, Value>> = {}) {
  const kernel = new ManualKernel()
  const results = new Map<Correlation, JoinResult<Value, P>>()
  const failures = new Map<
    Correlation,
    { code?: string; missing?: string[]; failed?: string[]; cause?: unknown }
  >()
  const late: [Correlation, string, number][] = []
  let told = 0
  const joins = new Aggregator<P, Value>({
    kernel,
    name: 'joins',
    expected: names,
    merge: sumOf,
    onResult: (correlation, result) => {
      told += 1
      results.set(correlation, result)
    },
    onFailure: (correlation, error) => {
      told += 1
      failures.set(correlation, error as never)
    },
    onLate: (correlation, branch, part) => late.push([correlation, branch, part]),
    ...over,
  })
  return { kernel, joins, results, failures, late, told: () => told }
}
const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test('parts are merged by correlation, with the record of who came and what each counted', () => {
  const { joins, results } = made({ weights: { a: 2, b: 1, c: 1 } })
  expect(joins.add('x', 'a', 1)).toBe('waiting')
  joins.add('y', 'a', 10)
  joins.add('x', 'c', 3)
  expect(joins.open).toBe(2)
  expect(joins.add('x', 'b', 2)).toBe('merged')
  expect(results.get('x')).toMatchObject({
    value: { sum: 6 },
    parts: { a: 1, b: 2, c: 3 },
    arrived: ['a', 'b', 'c'],
    missing: [],
    weights: { a: 0.5, b: 0.25, c: 0.25 },
  })
  expect(joins.open).toBe(1)
  expect(joins.explain('y')).toEqual({
    state: 'open',
    arrived: ['a'],
    failed: [],
    missing: ['b', 'c'],
    late: [],
  })
})

test('at its quorum it gives grace, then answers without the rest; what comes later is late, once', async () => {
  const { joins, kernel, results, late } = made({ quorum: 2, grace: '50ms' })
  joins.add(7, 'a', 1)
  joins.add(7, 'b', 2)
  await kernel.advance(49)
  expect(results.size).toBe(0)
  await kernel.advance(1)
  expect(results.get(7)).toMatchObject({
    value: { sum: 3 },
    missing: ['c'],
    weights: { a: 0.5, b: 0.5, c: 0 },
  })
  expect(joins.add(7, 'c', 4)).toBe('late')
  expect(joins.add(7, 'c', 4)).toBe('duplicate')
  expect(joins.add(7, 'a', 9)).toBe('duplicate')
  expect(late).toEqual([[7, 'c', 4]])
  expect(joins.explain(7)).toMatchObject({ state: 'merged', missing: ['c'], late: ['c'] })
})

test('a deadline before the end of the grace ends the join at the deadline', async () => {
  const { joins, kernel, results, failures } = made({ quorum: 2, grace: '50ms', deadline: '20ms' })
  joins.add(1, 'a', 1)
  joins.add(2, 'a', 1)
  joins.add(2, 'b', 1)
  await kernel.advance(20)
  expect(results.get(2)).toMatchObject({ missing: ['c'] })
  expect(failures.get(1)).toMatchObject({ code: 'quorum-missed', missing: ['b', 'c'] })
})

test('a failure that no quorum can do without fails the join at once, with its cause', () => {
  const { joins, failures } = made()
  const cause = new Error('broken')
  joins.add(1, 'a', 1)
  expect(joins.fail(1, 'b', cause)).toBe('failed')
  expect(failures.get(1)).toMatchObject({ code: 'quorum-missed', failed: ['b'], missing: ['c'], cause })
})

test('partial continues with one part, a default stands in with the weight of its part', async () => {
  const partial = made({ onMissing: 'partial', deadline: '10ms' })
  partial.joins.add(1, 'b', 5)
  partial.joins.fail(1, 'a', new Error('no'))
  await partial.kernel.advance(10)
  expect(partial.results.get(1)).toMatchObject({
    value: { sum: 5, seen: { a: undefined, b: 5 } },
    missing: ['c'],
  })
  expect([...(partial.results.get(1)?.failed.keys() ?? [])]).toEqual(['a'])
  const filled = made({ onMissing: { default: 100 }, deadline: '10ms' })
  filled.joins.add(1, 'b', 5)
  await filled.kernel.advance(10)
  expect(filled.results.get(1)).toMatchObject({
    value: { sum: 205 },
    arrived: ['b'],
    missing: ['a', 'c'],
    weights: { a: 1 / 3, b: 1 / 3, c: 1 / 3 },
  })
})

test('a remembered join is forgotten after its time, and beyond the number that is kept', async () => {
  const { joins, kernel } = made({ remember: '1s', maxRemembered: 2, onMissing: 'partial', quorum: 1 })
  for (const id of [1, 2, 3]) joins.add(id, 'a', id)
  expect(joins.remembered).toBe(2)
  expect(joins.explain(1)).toBeUndefined()
  expect(joins.add(2, 'b', 1)).toBe('late')
  await kernel.advance(1000)
  expect(joins.remembered).toBe(0)
  expect(joins.add(2, 'b', 1)).toBe('merged')
})

test('one open join too many is refused with its part; parts of open ones still come in', () => {
  const { joins, results } = made({ maxOpen: 2 })
  joins.add(1, 'a', 1)
  joins.add(2, 'a', 1)
  expect(thrown(() => joins.add(3, 'a', 33))).toMatchObject({
    code: 'aggregator-full',
    path: 'joins.maxOpen',
    part: 33,
  })
  for (const name of ['b', 'c'] as const) joins.add(1, name, 1)
  expect(results.has(1)).toBe(true)
  expect(joins.add(3, 'a', 33)).toBe('waiting')
})

test('a stop fails every open join by name and hands later parts back', () => {
  const { joins, kernel, failures } = made({ quorum: 2, grace: '50ms' })
  joins.add(1, 'a', 1)
  joins.add(2, 'a', 1)
  joins.add(2, 'b', 1)
  joins.stop()
  joins.stop()
  expect([...failures.values()].map(({ code }) => code)).toEqual(['aggregator-stopped', 'aggregator-stopped'])
  expect(thrown(() => joins.add(3, 'a', 5))).toMatchObject({ code: 'aggregator-stopped', part: 5 })
  expect(kernel.pendingTimers).toBe(0)
})

test('a merge that throws fails its join with that error; a callback that throws leaves the other joins alone', async () => {
  const refused = made({
    merge: () => {
      throw new RangeError('no')
    },
  })
  for (const name of names) refused.joins.add(1, name, 1)
  expect(refused.failures.get(1)).toBeInstanceOf(RangeError)
  const seen: Correlation[] = []
  const kernel = new ManualKernel()
  const joins = new Aggregator<P, Value>({
    kernel,
    name: 'joins',
    expected: names,
    deadline: 5,
    merge: sumOf,
    onResult: () => {},
    onFailure: (correlation) => {
      seen.push(correlation)
      if (correlation === 1) throw new Error('callback')
    },
  })
  joins.add(1, 'a', 1)
  joins.add(2, 'a', 1)
  await expect(kernel.advance(5)).rejects.toThrow('callback')
  await kernel.advance(1)
  expect(seen).toEqual([1, 2])
  expect(joins.open).toBe(0)
})

test('bad options and branches are named', () => {
  const option = (over: object) => thrown(() => made(over as never))
  expect(option({ quorum: 4 })).toMatchObject({ code: 'invalid-argument', path: 'joins.quorum' })
  expect(option({ expected: ['a', 'a'] })).toMatchObject({ path: 'joins.expected' })
  expect(option({ weights: { z: 1 } })).toMatchObject({ path: 'joins.weights.z' })
  expect(option({ weights: { a: Number.NaN } })).toMatchObject({ path: 'joins.weights.a' })
  expect(option({ maxOpen: 0 })).toMatchObject({ path: 'joins.maxOpen' })
  expect(option({ incremental: true })).toMatchObject({ path: 'joins.incremental' })
  expect(option({ deadline: -1 })).toMatchObject({ path: 'joins.deadline' })
  expect(thrown(() => made().joins.fail(1, 'z' as never, 'lost'))).toMatchObject({ path: 'joins.z' })
})

test('any number of branches, also beyond 32, and any names', () => {
  const expected = ['__proto__', 'constructor', ...Array.from({ length: 70 }, (_, i) => `b${i}`)]
  let value: unknown
  const joins = new Aggregator<Record<string, number>, number>({
    kernel: new ManualKernel(),
    name: 'wide',
    expected,
    merge: (parts) => Object.values(parts).reduce<number>((sum, part) => sum + (part ?? 0), 0),
    onResult: (_, result) => {
      value = result.value
    },
    onFailure: () => {},
  })
  for (const [place, branch] of expected.entries()) joins.add(1, branch, place)
  expect(value).toBe((71 * 72) / 2)
})

test('incremental or not, in whatever order parts come, the value is the same and each join answers once', () => {
  type Event = { id: number; branch: 'a' | 'b' | 'c'; part: number; lost: boolean }
  const event: fc.Arbitrary<Event> = fc.record({
    id: fc.integer({ min: 0, max: 5 }),
    branch: fc.constantFrom('a', 'b', 'c'),
    part: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    lost: fc.boolean(),
  })
  const run = (events: readonly Event[], incremental: boolean) => {
    const told = new Map<Correlation, number | 'failed'>()
    let answers = 0
    const joins = new Aggregator<P, number>({
      kernel: new ManualKernel(),
      name: 'mean',
      expected: names,
      quorum: 2,
      weights: { a: 0.5, b: 0.2 },
      merge: weightedAverage(),
      incremental,
      onResult: (id, { value }) => {
        answers += 1
        told.set(id, value)
      },
      onFailure: (id) => {
        answers += 1
        told.set(id, 'failed')
      },
    })
    for (const { id, branch, part, lost } of events) {
      if (lost) joins.fail(id, branch, new Error('lost'))
      else joins.add(id, branch, part)
    }
    expect(answers).toBe(told.size)
    return told
  }
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const [batch, incremental] = [run(events, false), run(events, true)]
      expect([...incremental.keys()]).toEqual([...batch.keys()])
      for (const [id, value] of batch) {
        if (value === 'failed') expect(incremental.get(id)).toBe('failed')
        else expect(incremental.get(id)).toBeCloseTo(value, 6)
      }
    }),
  )
})

test('ten thousand joins that open together all answer at their deadline, and none is kept', async () => {
  const { joins, kernel, told } = made({ deadline: '1s', remember: '1s' })
  for (let id = 0; id < 10_000; id++) joins.add(id, 'a', id)
  await kernel.advance(1000)
  expect(told()).toBe(10_000)
  expect(joins.open).toBe(0)
  await kernel.advance(1000)
  expect(joins.remembered).toBe(0)
})
