import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { onManualClock } from '../system/on-manual-clock.ts'

const N = z.number()

/** A pipeline of two steps, the second of which takes `ms`. */
const slow = (ms: number, wait: (ms: number) => Promise<void>) => {
  const Double = defineProcessor({ name: 'double', input: N, output: N, process: (x) => x * 2 })
  const Wait = defineProcessor({
    name: 'wait',
    input: N,
    output: N,
    concurrency: 4,
    process: async (x) => {
      await wait(ms)
      return x
    },
  })
  return pipeline('slow', N).to(Double).to(Wait)
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: { code: string }) => error.code,
  )

describe('running.stop', () => {
  test('takes no more, lets work in flight end, and frees the name', async () => {
    const { kernel, system, wait } = onManualClock()
    const running = await system.run(slow(100, wait))
    const asked = [1, 2, 3].map((x) => settled(running.ask(x)))
    await kernel.advance(10)
    const stopped = running.stop()
    expect(await settled(running.ask(4))).toBe('pipeline-stopped')
    expect(() => running.weights({ 'double→wait': 1 })).toThrow(
      expect.objectContaining({ code: 'pipeline-stopped' }),
    )
    await kernel.advance(100)
    await stopped
    expect(await Promise.all(asked)).toEqual([2, 4, 6])
    expect(running.processors().map(({ state }) => state)).toEqual(['stopped', 'stopped'])
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
    const again = await system.run(slow(1, wait))
    const answer = settled(again.ask(5))
    await kernel.advance(5)
    expect(await answer).toBe(10)
    expect(system.ledger('slow')).toMatchObject({ accepted: 2, balanced: true })
    await Promise.all([system.stop(), kernel.settle()])
  })

  test('fails what has not ended after the drain, and loses nothing from the ledger', async () => {
    const { kernel, system, wait } = onManualClock()
    const running = await system.run(slow(1000, wait))
    const asked = [1, 2, 3, 4, 5, 6].map((x) => settled(running.ask(x)))
    await kernel.advance(10)
    const [first, second] = [running.stop({ drain: '100ms' }), running.stop({ drain: '1h' })]
    await kernel.advance(99)
    expect(running.inFlight).toBe(6)
    await kernel.advance(1)
    await Promise.all([first, second])
    expect(await Promise.all(asked)).toEqual(asked.map(() => 'pipeline-stopped'))
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: { cancelled: 6 } })
    expect(system.pending()).toMatchObject({ asks: 0 })
    await kernel.advance(2000)
    await Promise.all([system.stop(), kernel.settle()])
  })

  test('other pipelines and actors of the system continue', async () => {
    const { kernel, system, wait } = onManualClock()
    const Same = defineProcessor({ name: 'same', input: N, output: N, process: (x) => x })
    const other = await system.run(pipeline('other', N).to(Same))
    const running = await system.run(slow(1, wait))
    await Promise.all([running.stop(), kernel.settle()])
    const answer = settled(other.ask(7))
    await kernel.settle()
    expect(await answer).toBe(7)
    await Promise.all([system.stop(), kernel.settle()])
  })

  test('a drain that is no duration is refused, and nothing has stopped', async () => {
    const { kernel, system, wait } = onManualClock()
    const running = await system.run(slow(1, wait))
    expect(await settled(running.stop({ drain: 'soon' as never }))).toBe('invalid-argument')
    expect(await settled(running.stop({ drian: 1 } as never))).toBe('invalid-argument')
    const answer = settled(running.ask(1))
    await kernel.advance(5)
    expect(await answer).toBe(2)
    await Promise.all([system.stop(), kernel.settle()])
  })
})
