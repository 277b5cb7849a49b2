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

test('slow steps leave turns between them, whether of one processor or of several: counted, not timed [G164]', async () => {
  await using system = createSystem()
  let done = 0
  const slow = (name: string) =>
    defineProcessor({
      name,
      input: z.number(),
      output: z.number(),
      process: (n) => {
        for (const end = performance.now() + 3; performance.now() < end; );
        done += 1
        return n
      },
    })
  const running = await system.run(pipeline('slow', z.number()).to(slow('first')).to(slow('second')))
  const asked = Array.from({ length: 6 }, (_, i) => running.ask(i))
  const seen: number[] = [done]
  const look = () => {
    seen.push(done)
    if (done < 12) setImmediate(look)
  }
  setImmediate(look)
  await Promise.all(asked)
  const between = seen.slice(1).map((now, i) => now - (seen[i] as number))
  expect(Math.max(...between)).toBeLessThanOrEqual(2)
})

test('of many that give way one continues in each turn of the event loop: counted, not timed [G164]', async () => {
  await using system = createSystem()
  let pieces = 0
  const long = defineProcessor({
    name: 'long',
    input: z.number(),
    output: z.number(),
    concurrency: 8,
    process: async (n, ctx) => {
      for (let piece = 0; piece < 4; piece++) {
        await ctx.turn()
        pieces += 1
      }
      return n
    },
  })
  const running = await system.run(pipeline('long', z.number()).to(long))
  const asked = Array.from({ length: 8 }, (_, i) => running.ask(i))
  const seen: number[] = []
  const look = () => {
    seen.push(pieces)
    if (pieces < 32) setImmediate(look)
  }
  setImmediate(look)
  await Promise.all(asked)
  const between = seen.slice(1).map((now, i) => now - (seen[i] as number))
  expect(Math.max(...between)).toBeLessThanOrEqual(1)
})

test('steps and what gave way take turns of the event loop, one at a time: counted, not timed [G191]', async () => {
  await using system = createSystem()
  const done = { steps: 0, pieces: 0 }
  const busy = () => {
    for (const end = performance.now() + 3; performance.now() < end; );
  }
  const long = defineProcessor({
    name: 'long',
    input: z.number(),
    output: z.number(),
    process: async (pieces, ctx) => {
      for (let piece = 0; piece < pieces; piece++) {
        await ctx.turn()
        busy()
        done.pieces += 1
      }
      return pieces
    },
  })
  const step = defineProcessor({
    name: 'step',
    input: z.number(),
    output: z.number(),
    process: (n) => {
      busy()
      done.steps += 1
      return n
    },
  })
  const [pieces, steps] = [
    await system.run(pipeline('pieces', z.number()).to(long)),
    await system.run(pipeline('steps', z.number()).to(step)),
  ]
  const asked = [pieces.ask(12), ...Array.from({ length: 12 }, (_, n) => steps.ask(n))]
  let turns = 0
  let apart = 0
  const look = () => {
    turns += 1
    if (done.pieces < 12 && done.steps < 12) apart = Math.max(apart, Math.abs(done.pieces - done.steps))
    if (done.pieces + done.steps < 24) setImmediate(look)
  }
  setImmediate(look)
  await Promise.all(asked)
  expect(turns).toBeGreaterThanOrEqual(22)
  expect(apart).toBeLessThanOrEqual(2)
})
