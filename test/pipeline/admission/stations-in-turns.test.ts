import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../../src/index.ts'

/** A step that serves one message at a time, and the order in which it did. */
async function withOneServer(tenants: Record<string, number>) {
  const served: string[] = []
  const Slow = defineProcessor({
    name: 'slow',
    input: z.string(),
    output: z.string(),
    async process(text, ctx) {
      served.push(text)
      await ctx.turn()
      return text
    },
  })
  const system = createSystem()
  const running = await system.run(pipeline('p', z.string(), { admission: { tenants } }).to(Slow))
  const ask = (tenant: string, count: number, orderKey?: string) =>
    Array.from({ length: count }, (_, i) =>
      running.ask(`${tenant} ${i}`, { tenant, ...(orderKey === undefined ? {} : { orderKey }) }),
    )
  return { served, ask, system }
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
  await Promise.all([...ask('flood', 10, 'k'), ...ask('small', 2, 'k')])
  expect(served.slice(-2)).toEqual(['small 0', 'small 1'])
  await system.stop()
})
