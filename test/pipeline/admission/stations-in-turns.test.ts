import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../../src/index.ts'

/** A step that serves one message at a time, and the order in which it did. */
async function withOneServer(
  tenants: Record<string, number>,
  mailbox: { capacity?: number; overflow?: 'drop-oldest' } = {},
) {
  const served: string[] = []
  const Slow = defineProcessor({
    name: 'slow',
    input: z.string(),
    output: z.string(),
    mailbox,
    async process(text, ctx) {
      served.push(text)
      await ctx.turn()
      return text
    },
  })
  const system = createSystem()
  const running = await system.run(pipeline('p', z.string(), { admission: { tenants } }).to(Slow))
  const ask = (tenant: string, count: number, options: { orderKey?: string; priority?: number } = {}) =>
    Array.from({ length: count }, (_, i) => running.ask(`${tenant} ${i}`, { tenant, ...options }))
  return { served, ask, system, running }
}

test("at a step a tenant's messages wait for at most one of each other tenant's [G59]", async () => {
  const { served, ask, system } = await withOneServer({})
  await Promise.all([...ask('flood', 40), ...ask('small', 3)])
  expect(served.slice(0, 6).filter((text) => text.startsWith('small'))).toHaveLength(3)
  expect(served.filter((text) => text.startsWith('flood'))).toEqual(
    Array.from({ length: 40 }, (_, i) => `flood ${i}`),
  )
  await system.stop()
})

test('turns at a step go by share [G59]', async () => {
  const { served, ask, system } = await withOneServer({ gold: 3 })
  await Promise.all([...ask('plain', 24), ...ask('gold', 24)])
  const gold = served.slice(0, 20).filter((text) => text.startsWith('gold')).length
  expect(gold).toBeGreaterThanOrEqual(14)
  expect(gold).toBeLessThanOrEqual(16)
  await system.stop()
})

test('messages with an order key keep their order, whosever they are [G59]', async () => {
  const { served, ask, system } = await withOneServer({})
  await Promise.all([...ask('flood', 10, { orderKey: 'k' }), ...ask('small', 2, { orderKey: 'k' })])
  expect(served.slice(-2)).toEqual(['small 0', 'small 1'])
  await system.stop()
})

test('a priority counts within a tenant, and takes no turn from another [G59]', async () => {
  const { served, ask, system } = await withOneServer({})
  await Promise.all([...ask('flood', 20), ...ask('flood', 3, { priority: 7 }), ...ask('small', 3)])
  expect(served.slice(0, 7).filter((text) => text.startsWith('small'))).toHaveLength(3)
  await system.stop()
})

test('a full step sheds of the tenant that has most waiting, oldest first [G59]', async () => {
  const { ask, system } = await withOneServer({}, { capacity: 8, overflow: 'drop-oldest' })
  const small = ask('small', 3)
  const flood = ask('flood', 20)
  const answered = await Promise.allSettled([...small, ...flood])
  const kept = answered.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(kept.filter((text) => text.startsWith('small'))).toEqual(['small 0', 'small 1', 'small 2'])
  expect(kept.filter((text) => text.startsWith('flood')).at(-1)).toBe('flood 19')
  expect(answered.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
  await system.stop()
})

test('what is cancelled leaves its line, and the others go on in turn [G59]', async () => {
  const { served, ask, system, running } = await withOneServer({})
  const flood = ask('flood', 30)
  const gone = new AbortController()
  const left = Array.from({ length: 10 }, (_, i) =>
    running.ask(`left ${i}`, { tenant: 'left', signal: gone.signal }),
  )
  const small = ask('small', 3)
  gone.abort()
  const outcomes = await Promise.allSettled(left)
  await Promise.all([...flood, ...small])
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect(served.filter((text) => text.startsWith('left')).length).toBeLessThanOrEqual(1)
  expect(served.slice(0, 8).filter((text) => text.startsWith('small'))).toHaveLength(3)
  await system.stop()
})
