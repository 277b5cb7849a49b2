import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor } from '../../src/index.ts'
import { type Simulation, simulate } from '../../src/simulation/index.ts'
import { behaviorTestkit, createTestSystem, ManualKernel } from '../../src/testkit/index.ts'

const Ticket = defineActor({
  name: 'ticket',
  on: {
    issue: ({ kernel }) => ({
      id: kernel.ids.unique(),
      at: kernel.clock.now(),
      seat: kernel.random.stream('seats').integer(1_000_000),
    }),
    leftMs: (ctx) => ctx.deadline - ctx.kernel.clock.monotonic(),
  },
})

const Stamp = defineProcessor({
  name: 'stamp',
  input: z.string(),
  output: z.string(),
  process: (text, { kernel }) =>
    `${text} at ${kernel.clock.now()}, ${kernel.random.stream('stamp').integer(1_000_000)}`,
})

/** Time, chance and ids of a handler are those of its system: G108. */
test('an actor and a processor have the time that a test sets [G108]', async () => {
  const system = createTestSystem({ seed: 7 })
  const ticket = system.spawn(Ticket)
  await system.advance('3h')
  expect((await ticket.ask('issue')).at).toBe(system.kernel.clock.now())
  expect(await ticket.ask('leftMs', undefined, { timeout: '2s' })).toBe(2000)
  const stamp = system.spawn(Stamp)
  expect(await stamp.ask('a')).toMatch(new RegExp(`^a at ${system.kernel.clock.now()}, `))
  await system.stop()
})

test('without a system too [G108]', () => {
  const kernel = new ManualKernel({ seed: 3 })
  const kit = behaviorTestkit(Ticket, { kernel })
  const first = kit.run('issue') as { readonly at: number; readonly seat: number }
  expect(first.at).toBe(0)
  const again = behaviorTestkit(Ticket, { kernel: new ManualKernel({ seed: 3 }) }).run('issue')
  expect(again).toEqual(first)
})

test('a simulation repeats them by its seed, and another seed gives others [G108]', async () => {
  const issued = async (seed: number): Promise<string[]> => {
    const lines: string[] = []
    await simulate({ seed }, async (sim: Simulation) => {
      const system = sim.system()
      const ticket = system.spawn(Ticket)
      for (const _ of sim.times(3)) lines.push(JSON.stringify(await ticket.ask('issue')))
      const stamp = system.spawn(Stamp)
      lines.push(await stamp.ask('a'))
    })
    return lines
  }
  const first = await issued(1)
  expect(first).toHaveLength(4)
  expect(new Set(first).size).toBe(4)
  expect(await issued(1)).toEqual(first)
  const other = await issued(2)
  for (const line of other) expect(first).not.toContain(line)
})
