import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'

test('a long computation that awaits ctx.turn() lets other work of the process go first', async () => {
  await using system = createSystem()
  const order: string[] = []
  const long = defineProcessor({
    name: 'long',
    input: z.number(),
    output: z.number(),
    process: async (pieces, ctx) => {
      for (let piece = 1; piece <= pieces; piece++) {
        order.push(`piece ${piece}`)
        await ctx.turn()
      }
      return pieces
    },
  })
  const quick = defineProcessor({
    name: 'quick',
    input: z.number(),
    output: z.number(),
    process: (n) => n + 1,
  })
  const [slow, fast] = [
    await system.run(pipeline('slow', z.number()).to(long)),
    await system.run(pipeline('fast', z.number()).to(quick)),
  ]
  const asked = slow.ask(3)
  setImmediate(() => {
    order.push('a socket')
    fast.ask(1).then(() => order.push('a quick run'))
  })
  expect(await asked).toBe(3)
  expect(order.indexOf('a socket')).toBeLessThan(order.indexOf('piece 3'))
  expect(order.indexOf('a quick run')).toBeLessThan(order.length - 1)
})
