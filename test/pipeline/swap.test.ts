import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { until } from '../../src/testkit/until.ts'

const Num = z.number()
const constant = (name: string, value: number) =>
  defineProcessor({ name, input: Num, output: Num, process: () => value })
/** 1 from a and 0 from b: the answer is the share of a. */
const shares = (options: { readonly quorum?: number } = {}) =>
  pipeline('p', Num)
    .fan({ a: constant('a', 1), b: constant('b', 0) }, { weights: { a: 0.5, b: 0.5 } })
    .merge((parts, at) => weightedAverage()(parts as Record<string, number>, at), options)

test('a swap counts for the runs that begin after it', async () => {
  await using system = createSystem()
  const running = await system.run(shares())
  expect(await running.ask(1)).toBe(0.5)
  running.weights({ 'a→merge': 0.9, 'b->merge': 0.1 })
  expect(await running.ask(1)).toBeCloseTo(0.9, 12)
  expect(running.matrix().A[3]).toEqual([0, 0.9, 0.1, 0])
  const { names } = running.matrix()
  running.swap(
    RoutingMatrix.from({
      names: [...names].reverse(),
      edges: [
        { from: 'input', to: 'a', weight: 1 },
        { from: 'input', to: 'b', weight: 1 },
        { from: 'b', to: 'merge', weight: 1 },
      ],
    }),
  )
  expect(await running.ask(1)).toBe(0)
})

test('every run is routed wholly by one A while it is swapped under load [G41]', async () => {
  await using system = createSystem()
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: constant('a', 1), b: constant('b', 0) }, { weights: { a: 1, b: 0 } })
      .merge(weightedAverage(), { name: 'first' })
      .map((first, { input }) => ({ first, n: input }))
      .fan({
        kept: defineProcessor({
          name: 'kept',
          input: z.object({ first: Num, n: Num }),
          output: z.object({ first: Num, n: Num }),
          process: (x) => x,
        }),
        held: defineProcessor({
          name: 'held',
          input: z.object({ first: Num, n: Num }),
          output: Num,
          concurrency: 64,
          process: async ({ n }) => {
            if (n < 32) await gate
            return n
          },
        }),
      })
      .merge((parts, { weights }) => ({ first: parts.kept.first, second: weights.kept }), { name: 'second' }),
  )
  running.weights({ 'kept→second': 1, 'held→second': 0 })
  const old = Array.from({ length: 32 }, (_, n) => running.ask(n))
  // All of them are past their first merge, and none past its second.
  await until(() => running.processors().find(({ name }) => name === 'held')?.load === 32)
  running.weights({ 'a→first': 0, 'b→first': 1, 'kept→second': 0, 'held→second': 1 })
  const young = Array.from({ length: 32 }, (_, n) => running.ask(32 + n))
  expect(new Set((await Promise.all(young)).map((x) => JSON.stringify(x)))).toEqual(
    new Set(['{"first":0,"second":0}']),
  )
  release()
  expect(new Set((await Promise.all(old)).map((x) => JSON.stringify(x)))).toEqual(
    new Set(['{"first":1,"second":1}']),
  )
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('an arrow of weight 0 closes its branch, and the join waits for the others only', async () => {
  await using system = createSystem()
  const running = await system.run(shares())
  running.weights({ 'input→b': 0 })
  const trace = await running.trace(1)
  expect(trace.value).toBe(1)
  expect(trace.hops.map(({ processor }) => processor)).toEqual(['a', 'merge'])
  running.weights({ 'input→b': 1 })
  expect(await running.ask(1)).toBe(0.5)
})

test('what is wrong with a new A is refused by its place, and nothing changes', async () => {
  await using system = createSystem()
  const running = await system.run(shares({ quorum: 2 }))
  const refusals: [() => void, string, string | undefined][] = [
    [() => running.weights({ 'a→merge': Number.NaN }), 'routing-matrix', 'edges.a→merge'],
    [() => running.weights({ 'a→merge': -1 }), 'routing-matrix', 'edges.a→merge'],
    [() => running.weights({ 'z→merge': 1 }), 'routing-matrix', 'edges.z→merge'],
    [() => running.weights({ 'a→b': 1 }), 'routing-matrix', 'edges.a→b'],
    [() => running.weights({ nonsense: 1 }), 'routing-matrix', undefined],
    [() => running.swap({ names: ['input', 'a', 'b'], edges: [] }), 'routing-matrix', 'names'],
    [() => running.swap({ names: ['input', 'a', 'b', 'c', 'merge'], edges: [] }), 'routing-matrix', 'names'],
    [() => running.swap({ names: ['input', 'a', 'b', 'merge'], A: [[1]] }), 'routing-matrix', undefined],
    [() => running.swap([]), 'pipeline-plan', 'p'],
  ]
  for (const [refused, code, path] of refusals) {
    const error = caught(refused)
    expect(error).toMatchObject({ code })
    if (path !== undefined && code === 'routing-matrix') expect(error).toMatchObject({ path })
  }
  expect(await running.ask(1)).toBe(0.5)
})

test('a quorum that the branches left can not reach is refused', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: constant('a', 1), b: constant('b', 0), c: constant('c', 0) })
      .merge((parts) => Object.keys(parts).length, { quorum: 2 }),
  )
  running.weights({ 'input→c': 0 })
  expect(caught(() => running.weights({ 'input→b': 0 }))).toMatchObject({ code: 'pipeline-plan' })
})

test('during a shutdown a swap is refused', async () => {
  const system = createSystem()
  const running = await system.run(shares())
  await system.stop()
  expect(caught(() => running.weights({ 'a→merge': 1 }))).toMatchObject({ code: 'pipeline-stopped' })
  expect(caught(() => running.remove('a'))).toMatchObject({ code: 'pipeline-stopped' })
  expect(caught(() => running.resize('a', 2))).toMatchObject({ code: 'pipeline-stopped' })
})

function caught(f: () => void): unknown {
  try {
    f()
  } catch (error) {
    return error
  }
  return undefined
}
