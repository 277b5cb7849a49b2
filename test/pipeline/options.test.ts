import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { StageSupervisor } from '../../src/ports/host.ts'
import { canary } from '../../src/routing/policies/canary.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })
const one = plus('one', 1)
const base = pipeline('p', Num)
// As JavaScript gives it: no compiler looks at it.
const odd = (options: object) => options as never

test.each([
  ['a pipeline', () => pipeline('p', Num, odd({ maxInflight: 3 })), 'p.maxInflight', 'maxInFlight'],
  ['a step', () => base.to(one, odd({ time_out: '1s' })), 'p.one.time_out', 'timeout'],
  ['retry', () => base.to(one, { retry: odd({ attempt: 3 }) }), 'p.one.retry.attempt', 'attempts'],
  [
    'a mailbox',
    () => base.to(one, { mailbox: odd({ size: 3, capasity: 2 }) }),
    'p.one.mailbox.size',
    'capacity',
  ],
  ['a map', () => base.map((n) => n, odd({ nam: 'x' })), 'p.map.nam', 'name'],
  ['a tap', () => base.tap((n) => n, odd({ label: 'x' })), 'p.tap.label', 'name'],
  ['a fan', () => base.fan({ one }, odd({ policy: {} })), 'p.fan.policy', 'policies'],
  [
    'a policy',
    () => base.fan({ one }, { policies: { one: odd({ replica: 2 }) } }).merge(() => 1),
    'p.one.replica',
    'replicas',
  ],
  ['a merge', () => base.fan({ one }).merge(() => 1, odd({ Quorum: 1 })), 'p.merge.Quorum', 'quorum'],
  ['a branch', () => base.branch(() => 'one', { one }, odd({ named: 'x' })), 'p.branch.named', 'name'],
  [
    'a loop',
    () => base.loop(one, odd({ until: () => true, max: 1, onmax: 'value' })),
    'p.loop.onmax',
    'onMax',
  ],
])('a misspelt option of %s is refused, with the nearest that there is', (_of, build, path, nearest) => {
  expect(build).toThrow(
    expect.objectContaining({
      code: 'invalid-argument',
      path,
      remedy: expect.stringContaining(`The nearest is '${nearest}'`),
    }),
  )
})

test('options that are none are refused; one that is undefined is not given', () => {
  for (const none of [null, 3, 'x', []]) {
    expect(() => pipeline('p', Num, odd(none as never))).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  }
  expect(pipeline('p', Num, odd({ maxInflight: undefined })).name).toBe('p')
})

test('a run with a misspelt option, or a signal that is none, is refused and never begins', async () => {
  await using system = createSystem()
  const running = await system.run(base.fan({ one }).merge(({ one }) => one))
  const refused = (path: string) => ({ code: 'invalid-argument', path })
  await expect(running.ask(1, odd({ timeOut: '1s' }))).rejects.toMatchObject(refused('p.timeOut'))
  await expect(running.trace(1, odd({ orderkey: 'k' }))).rejects.toMatchObject(refused('p.orderkey'))
  await expect(running.ask(1, odd({ signal: {} }))).rejects.toMatchObject(refused('p.signal'))
  await expect(running.resume(new Uint8Array(), odd({ time: 1 }))).rejects.toMatchObject(refused('p.time'))
  expect(() => running.stream(1, odd({ bufer: 2 }))).toThrow(expect.objectContaining(refused('p.bufer')))
  expect(() => running.add('two', plus('two', 2), odd({ at: 'merge', wieght: 2 }))).toThrow(
    expect.objectContaining(refused('p.two.wieght')),
  )
  expect(running.inFlight).toBe(0)
  expect(await running.ask(1, { timeout: '1s' })).toBe(2)
})

test('a second pipeline of one name is refused, and one that never ran keeps no name', async () => {
  await using system = createSystem()
  const route = canary({ stable: 'one', canary: 'nobody' })
  const bad = base.fan({ one }, { route: route as never }).merge(() => 1)
  await expect(system.run(bad)).rejects.toMatchObject({ code: 'pipeline-plan' })
  const running = await system.run(base.to(one))
  await expect(system.run(base.to(plus('two', 2)))).rejects.toMatchObject({
    code: 'invalid-argument',
    path: 'name',
    value: 'p',
  })
  expect(await running.ask(1)).toBe(2)
  expect(system.ledger('p').inFlight).toBe(0)
  expect(system.ledger('p').accepted).toBe(1)
  // Another system has names of its own.
  await using other = createSystem()
  expect(await (await other.run(base.to(one))).ask(1)).toBe(2)
})

test('the name of a pipeline that has broken down for good is free again', async () => {
  await using system = createSystem()
  const supervise = vi.spyOn(system, 'supervise')
  const running = await system.run(base.to(one))
  // As when its restarts are used up.
  const { value: supervisor } = supervise.mock.results[0] as { value: StageSupervisor }
  supervisor.stop()
  await expect(running.ask(1)).rejects.toMatchObject({ code: 'actor-stopped' })
  expect(await (await system.run(base.to(one))).ask(1)).toBe(2)
})
