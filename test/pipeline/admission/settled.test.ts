import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { onManualClock } from '../../system/on-manual-clock.ts'

const N = z.number()

test('a run that has settled takes no more time: nothing queued, resting or beside its failure starts [G58]', async () => {
  const { kernel, system, wait } = onManualClock()
  const began: string[] = []
  const step = (name: string, ms: number, fails = false) =>
    defineProcessor({
      name,
      input: N,
      output: N,
      retry: { attempts: 3, backoff: '200ms' },
      process: async (n) => {
        began.push(`${name}${n}`)
        await wait(ms)
        if (fails && n === 1) throw new Error('again')
        return n
      },
    })
  const running = await system.run(
    pipeline('p', N, { timeout: '10s' })
      .fan({ quick: step('quick', 10, true), queued: step('queued', 400) })
      .merge(({ quick, queued }) => quick + queued)
      .to(step('last', 10)),
  )
  const caller = new AbortController()
  const asked = [1, 2, 3].map((n) => running.ask(n, { signal: caller.signal }).catch(({ code }) => code))
  await kernel.advance(100)
  // 1 rests before its second attempt; 2 and 3 wait behind it in `queued`.
  expect(began.toSorted()).toEqual(['queued1', 'quick1', 'quick2', 'quick3'])
  caller.abort()
  await kernel.advance(5000)
  expect(await Promise.all(asked)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect(began).toHaveLength(4)
  const { wasted, answered } = running.load()
  expect(answered.runs).toBe(0)
  expect(wasted).toMatchObject({ runs: 3 })
  // 100 ms of `queued`, and what `quick` did and rested.
  expect(wasted.ms).toBeGreaterThan(100)
  await Promise.all([system.stop(), kernel.settle()])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a run that waits for a person takes no place in flight', async () => {
  const { kernel, system } = onManualClock()
  const Ask = defineProcessor({
    name: 'ask',
    input: N,
    output: N,
    process: async (n, ctx) => (n === 0 ? n : ((await ctx.human({ question: 'how many?' })) as number)),
  })
  const one = { min: 1, max: 1, initial: 1 }
  const running = await system.run(pipeline('p', N, { admission: { limit: one } }).to(Ask))
  const asked = running.ask(1)
  const other = running.ask(0)
  await kernel.advance(0)
  expect(await other).toBe(0)
  expect(running.load()).toMatchObject({ inFlight: 0, waiting: 0 })
  await running.answer(running.pending()[0]?.id as string, 7)
  await kernel.advance(0)
  expect(await asked).toBe(7)
  expect(running.load()).toMatchObject({ inFlight: 0, answered: { runs: 2 } })
  await Promise.all([system.stop(), kernel.settle()])
})
