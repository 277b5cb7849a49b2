import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, type Processor } from '../../src/behavior/define-processor.ts'
import { weightedVote } from '../../src/merge/weighted-vote.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { JoinOptions } from '../../src/pipeline/plan/step-options.ts'
import { rewardOfAgreement } from '../../src/routing/bandits/rewards.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import { ucb1 } from '../../src/routing/bandits/ucb1.ts'
import { abTest } from '../../src/routing/policies/ab-test.ts'
import { canary } from '../../src/routing/policies/canary.ts'
import { conditional } from '../../src/routing/policies/conditional.ts'
import { consistentHash } from '../../src/routing/policies/consistent-hash.ts'
import { shadow } from '../../src/routing/policies/shadow.ts'
import { all, topK, weightedRandom } from '../../src/routing/policies/weighted.ts'
import type { RoutePolicy } from '../../src/routing/policy.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { until } from '../../src/testkit/until.ts'

const Num = z.number()
const says = (name: string, run?: (n: number) => void): Processor<number, string> =>
  defineProcessor({
    name,
    input: Num,
    output: z.string(),
    retry: { attempts: 1 },
    process: (n) => {
      run?.(n)
      return name
    },
  })
const three = (route: RoutePolicy<never, string>, join: JoinOptions = {}) =>
  pipeline('p', Num)
    .fan(
      { a: says('a'), b: says('b'), c: says('c') },
      { route: route as RoutePolicy<number, 'a' | 'b' | 'c'>, weights: { a: 3, b: 2, c: 1 } },
    )
    .merge((parts) => Object.values(parts).filter((part) => part !== undefined), join)

test('a join expects the chosen branches, and its quorum is at most their number', async () => {
  await using system = createSystem()
  const everyone = await system.run(three(all()))
  expect(await everyone.ask(1)).toEqual(['a', 'b', 'c'])
  await using second = createSystem()
  const best = await second.run(three(topK(2), { quorum: 3 }))
  const trace = await best.trace(1)
  expect(trace.value).toEqual(['a', 'b'])
  expect(trace.joins[0]).toMatchObject({
    arrived: ['a', 'b'],
    missing: [],
    weights: { a: 0.6, b: 0.4, c: 0 },
  })
  expect(second.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('policies choose by weight, by key and by condition', async () => {
  await using system = createSystem()
  const random = await system.run(three(weightedRandom()))
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => random.ask(n)))
  expect(new Set(answers.flat())).toEqual(new Set(['a', 'b', 'c']))
  expect(answers.every((one) => one.length === 1)).toBe(true)

  await using second = createSystem()
  const hashed = await second.run(three(consistentHash()))
  const byKey = async (orderKey: string) => (await hashed.ask(1, { orderKey }))[0]
  for (const key of ['x', 'y', 'z']) expect(await byKey(key)).toBe(await byKey(key))

  await using third = createSystem()
  const bySize = await third.run(
    three(conditional<number, 'a', 'c'>({ a: (n) => n > 10 }, { otherwise: 'c' })),
  )
  expect(await bySize.ask(11)).toEqual(['a'])
  expect(await bySize.ask(1)).toEqual(['c'])
})

test('a condition that throws, or takes nobody, fails its run alone', async () => {
  await using system = createSystem()
  const picky = await system.run(
    three(
      conditional({
        a: (n: number) => {
          if (n === 0) throw new Error('no')
          return n > 10
        },
      }),
    ),
  )
  expect(await picky.ask(0).catch((e: unknown) => e)).toMatchObject({
    code: 'processor-failed',
    cause: { message: 'no' },
  })
  expect(await picky.ask(1).catch((e: unknown) => e)).toMatchObject({ code: 'no-such-branch', path: 'merge' })
  expect(await picky.ask(11)).toEqual(['a'])
  expect(picky.inFlight).toBe(0)
})

test('a policy that names no branch of its fan is refused', async () => {
  await using system = createSystem()
  await expect(system.run(three(abTest({ a: 1, z: 1 })))).rejects.toMatchObject({ code: 'pipeline-plan' })
})

test('what a shadow emits never reaches the merge; its cost stands in the trace and the report [G44]', async () => {
  await using system = createSystem()
  const seen: number[] = []
  const running = await system.run(
    pipeline('p', Num)
      .fan(
        {
          a: says('a'),
          b: says('b', (n) => {
            seen.push(n)
            if (n === 2) throw new Error('a shadow may fail')
          }),
        },
        { route: shadow(all(), { to: ['b'] }) },
      )
      .merge((parts) => ({ ...parts })),
  )
  const { id, value } = await running.trace(1)
  expect(value).toEqual({ a: 'a', b: undefined })
  expect(await running.ask(2)).toEqual({ a: 'a', b: undefined })
  await until(() => system.ledger().inFlight === 0)
  expect(seen).toEqual([1, 2])
  const { hops, steps } = running.explain(id)
  expect(hops.find(({ processor }) => processor === 'b')).toMatchObject({ shadow: true, attempt: 1 })
  expect(steps.find(({ name }) => name === 'b')?.outcome).toBe('shadow')
  expect(running.routes.report().merge?.find(({ name }) => name === 'b')).toMatchObject({
    chosen: 0,
    shadowed: 2,
    ended: 2,
    failed: 1,
  })
  expect(system.ledger()).toMatchObject({ balanced: true, deadLettered: { failed: 1 } })
})

test('a canary that fails is taken back by itself', async () => {
  await using system = createSystem()
  let rolledBack = ''
  const running = await system.run(
    pipeline('p', Num)
      .fan(
        {
          old: says('old'),
          young: says('young', () => {
            throw new Error('not ready')
          }),
        },
        {
          route: canary({
            stable: 'old',
            canary: 'young',
            share: 0.5,
            samplesMin: 5,
            onRollback: (one) => {
              rolledBack = one.canary
            },
          }),
        },
      )
      .merge((parts) => parts.old ?? parts.young),
  )
  for (let n = 0; n < 100; n++) await running.ask(n).catch(() => {})
  expect(rolledBack).toBe('young')
  expect(await running.ask(1)).toBe('old')
})

test('feedback teaches, is explained, survives crashes and a restart of the process', async () => {
  await using system = createSystem()
  const learning = three(thompson())
  const running = await system.run(learning)
  for (let n = 0; n < 150; n++) {
    const { id, value } = await running.trace(n)
    running.feedback(id, value[0] === 'b' ? 1 : 0)
    if (n === 50) running.kill('merge')
  }
  const { id } = await running.trace(0)
  const [decision] = running.why(id)
  expect(decision).toMatchObject({ fan: 'merge', kind: 'thompson', why: { state: 'pending' } })
  expect(decision?.why?.branches.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  const count = (report: ReturnType<typeof running.routes.report>, name: string) =>
    report.merge?.find((one) => one.name === name)?.chosen ?? 0
  expect(count(running.routes.report(), 'b')).toBeGreaterThan(100)

  await using second = createSystem()
  const restored = await second.run(learning)
  restored.routes.restore(JSON.parse(JSON.stringify(running.routes.save())))
  restored.routes.freeze()
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => restored.ask(n)))
  expect(new Set(answers.flat())).toEqual(new Set(['b']))
})

test('voters teach by how far they agree', async () => {
  await using system = createSystem()
  const voter = (name: string, vote: string) =>
    defineProcessor({ name, input: Num, output: z.string(), process: () => vote })
  const running = await system.run(
    pipeline('p', Num)
      .fan(
        { odd: voter('odd', 'no'), one: voter('one', 'yes'), two: voter('two', 'yes') },
        { route: ucb1({ reward: rewardOfAgreement() }) },
      )
      .merge((parts, at) => weightedVote()(parts, at)),
  )
  const { id } = await running.trace(1)
  // A single voter agrees with itself: the reward is there without any feedback.
  expect(running.why(id)[0]?.why).toMatchObject({ state: 'settled' })
  expect(running.explain(id).votes.merge?.[0]).toMatchObject({ share: 1 })
})

test('bad feedback and bad states are refused by their place', async () => {
  await using system = createSystem()
  const running = await system.run(three(thompson()))
  const { id } = await running.trace(1)
  for (const reward of [-0.1, 1.1, Number.NaN, '1' as unknown as number]) {
    expect(caught(() => running.feedback(id, reward))).toMatchObject({
      code: 'invalid-argument',
      path: 'reward',
    })
  }
  running.feedback(id, 1)
  expect(caught(() => running.feedback(id, 1))).toMatchObject({ code: 'unknown-decision' })
  expect(caught(() => running.feedback(987_654, 1))).toMatchObject({ code: 'unknown-decision' })
  expect(caught(() => running.why(987_654))).toMatchObject({ code: 'unknown-decision' })
  const state = running.routes.save()
  for (const [bad, path] of [
    [undefined, 'state'],
    [{ ...state, version: 2 }, 'state.version'],
    [{ ...state, pipeline: 'other' }, 'state.pipeline'],
    [{ ...state, fans: { nowhere: state.fans.merge } }, 'state.fans.nowhere'],
  ] as const) {
    expect(caught(() => running.routes.restore(bad))).toMatchObject({ code: 'invalid-argument', path })
  }
  expect(caught(() => running.routes.freeze(true, 'nowhere'))).toMatchObject({ code: 'invalid-argument' })
})

function caught(f: () => void): unknown {
  try {
    f()
  } catch (error) {
    return error
  }
  return undefined
}
