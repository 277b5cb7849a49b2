import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { exp3 } from '../../src/routing/bandits/exp3.ts'
import { ShareKeeper } from '../../src/routing/bandits/share-bounds.ts'
import { leastLoaded } from '../../src/routing/policies/least-loaded.ts'
import { all } from '../../src/routing/policies/weighted.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'
import { onManualClock } from '../system/on-manual-clock.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })

/** Answers when it is let. */
const held = (name: string, capacity = 100) => {
  const waiting: (() => void)[] = []
  const processor = defineProcessor({
    name,
    input: Num,
    output: Num,
    mailbox: { capacity },
    process: (n) => new Promise<number>((resolve) => waiting.push(() => resolve(n))),
  })
  const letGo = () => {
    for (const one of waiting.splice(0)) one()
  }
  return { processor, waiting, letGo }
}
const sum = (parts: object) => Object.values(parts).reduce((a: number, b) => a + ((b as number) ?? 0), 0)

test('a part that came late within a branch is no failure of the branch', async () => {
  await using system = createSystem()
  const slow = held('slow')
  const after = held('after')
  const inner = pipeline('inner', Num)
    .fan({ fast: plus('fast', 1), slow: slow.processor })
    .merge(sum, { quorum: 1 })
  const running = await system.run(
    pipeline('p', Num).fan({ inner }, { route: all() }).merge(sum).to(after.processor),
  )
  const answer = running.ask(1)
  await until(() => after.waiting.length > 0)
  slow.letGo()
  await until(() => system.ledger().deadLettered.late !== undefined)
  after.letGo()
  expect(await answer).toBe(2)
  expect(running.routes.report().merge).toMatchObject([{ name: 'inner', ended: 1, failed: 0 }])
})

test('a branch that was cancelled has not failed: another did, or the caller left', async () => {
  await using system = createSystem()
  const broken = defineProcessor({
    name: 'broken',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: (n) => {
      if (n === 1) throw new Error('broken')
      return n
    },
  })
  const ok = held('ok')
  const running = await system.run(
    pipeline('p', Num).fan({ broken, ok: ok.processor }, { route: all() }).merge(sum),
  )
  await expect(running.ask(1)).rejects.toMatchObject({ code: 'processor-failed' })
  const caller = new AbortController()
  const left = running.ask(2, { signal: caller.signal })
  await turns(3)
  caller.abort()
  await expect(left).rejects.toMatchObject({ code: 'cancelled' })
  expect(running.routes.report().merge).toMatchObject([
    { name: 'broken', chosen: 2, ended: 2, failed: 1 },
    { name: 'ok', chosen: 2, ended: 0, failed: 0 },
  ])
})

test('a branch that refuses a message has failed', async () => {
  await using system = createSystem()
  const full = held('full', 1)
  const running = await system.run(
    pipeline('p', Num).fan({ full: full.processor }, { route: all() }).merge(sum),
  )
  const first = running.ask(1)
  await until(() => full.waiting.length > 0)
  const second = running.ask(2)
  await expect(running.ask(3)).rejects.toMatchObject({ code: 'processor-failed' })
  expect(running.routes.report().merge).toMatchObject([{ chosen: 3, failed: 1 }])
  full.letGo()
  await first
  await until(() => full.waiting.length > 0)
  full.letGo()
  await second
})

test('in a loop each turn of a fan counts once', async () => {
  await using system = createSystem()
  const body = pipeline('body', Num)
    .fan({ a: plus('a', 1), b: plus('b', 1) }, { route: all() })
    .merge(({ a = 0 }) => a)
  const running = await system.run(pipeline('p', Num).loop(body, { until: (n) => n >= 3, max: 5 }))
  await running.ask(0)
  const [report = []] = Object.values(running.routes.report())
  expect(report.map(({ chosen, ended }) => [chosen, ended])).toEqual([
    [3, 3],
    [3, 3],
  ])
})

test('the load of a branch that is a pipeline is that of all its steps', async () => {
  await using system = createSystem()
  const one = held('x')
  const two = held('x')
  const running = await system.run(
    pipeline('p', Num)
      .fan(
        { a: pipeline('a', Num).to(one.processor), b: pipeline('b', Num).to(two.processor) },
        { route: leastLoaded() },
      )
      .merge(sum),
  )
  const caller = new AbortController()
  const asked = Array.from({ length: 20 }, (_, n) => running.ask(n, { signal: caller.signal }))
  await turns(3)
  expect(running.routes.report().merge?.map(({ chosen }) => chosen)).toEqual([10, 10])
  caller.abort()
  await Promise.allSettled(asked)
})

test('EXP3 takes a state in which a branch in use was gone, and none with a weight of nothing', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 1), b: plus('b', 1) }, { route: exp3({ horizon: 100 }) })
      .merge(sum),
  )
  await running.ask(1)
  const saved = JSON.parse(JSON.stringify(running.routes.save()))
  const [arm, other] = saved.fans.merge.arms
  delete arm.weight
  running.routes.restore(saved)
  const { id } = await running.trace(1)
  const scores = running.why(id)[0]?.why?.branches.map(({ score }) => score)
  expect(scores).toEqual([0.5, 0.5].map((half) => expect.closeTo(half, 6)))
  other.weight = 0
  expect(() => running.routes.restore(saved)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})

test('what a branch is due stays due though A is swapped before every message', () => {
  const keeper = new ShareKeeper({ rare: { min: 0.25 } }, 'bounds')
  const allowed = new Uint8Array(2)
  let chosen = 0
  for (let n = 0; n < 40; n++) {
    keeper.see({ names: n % 2 === 0 ? ['usual', 'rare'] : ['rare', 'usual'], weights: new Float64Array(2) })
    keeper.open(allowed)
    const due = keeper.mostDue(allowed)
    const usual = n % 2
    keeper.chosen(due === -1 ? usual : due)
    if (due !== -1 && due !== usual) chosen += 1
  }
  expect(chosen).toBe(10)
})

test('the time that a run lay in a checkpoint is no latency of its branch', async () => {
  const { system, kernel } = onManualClock()
  const slow = held('slow')
  const running = await system.run(
    pipeline('p', Num).fan({ slow: slow.processor }, { route: all() }).merge(sum),
  )
  const moved = running.ask(1).catch((error: { code: string }) => error.code)
  await kernel.advance(7)
  const bytes = await running.checkpoint(running.runs()[0] as number)
  expect(await moved).toBe('run-moved')
  slow.waiting.length = 0
  await kernel.advance(5000)
  const resumed = running.resume(bytes)
  for (let at = 0; at < 10 && slow.waiting.length === 0; at++) await kernel.advance(1)
  await kernel.advance(2)
  slow.letGo()
  await kernel.advance(1)
  expect((await resumed).value).toBe(1)
  const [report] = running.routes.report().merge ?? []
  expect(report).toMatchObject({ ended: 1, failed: 0 })
  expect(report?.busyMs).toBeGreaterThanOrEqual(9)
  expect(report?.busyMs).toBeLessThan(100)
})
