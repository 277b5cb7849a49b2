import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineActor, defineProcessor, pipeline } from '../../src/index.ts'

const shared = { list: [1, 2], when: new Date(0) }
const leaky = { call: () => 1 }
const giving = (value: unknown, late = false) =>
  defineProcessor({
    name: 'giving',
    input: z.unknown(),
    output: z.unknown(),
    retry: { attempts: 1 },
    process: () => (late ? Promise.resolve(value) : value),
  })
const system = createSystem({ serializeMessages: true, log: false })
const Teller = defineActor({
  name: 'teller',
  on: {
    returns: () => shared,
    replies: (ctx) => ctx.reply(shared),
    async later() {
      return shared
    },
  },
})

describe('[G3] with serializeMessages a caller gets a copy of the answer', () => {
  test.each([
    ['an actor, returned', () => system.spawn(Teller).ask('returns')],
    ['an actor, by ctx.reply', () => system.spawn(Teller).ask('replies')],
    ['an actor, awaited', () => system.spawn(Teller).ask('later')],
    ['a router', () => system.router(Teller, { replicas: 2, route: 'first' }).ask('returns')],
    ['a processor', () => system.spawn(giving(shared)).ask(1)],
    ['an asynchronous processor', () => system.spawn(giving(shared, true)).ask(1)],
    ['a pipeline', async () => (await system.run(pipeline('one', z.unknown()).to(giving(shared)))).ask(1)],
    ['a map', async () => (await system.run(pipeline('two', z.unknown()).map(() => shared))).ask(1)],
    [
      'a trace',
      async () =>
        (await (await system.run(pipeline('three', z.unknown()).to(giving(shared)))).trace(1)).value,
    ],
  ] as const)('of %s', async (_what, ask) => {
    const answer = await ask()
    expect(answer).toEqual(shared)
    expect(answer).not.toBe(shared)
  })

  test('and an answer that can’t leave the thread fails, by its path', async () => {
    const cause = { code: 'not-serializable', path: 'body.call' }
    await expect(system.spawn(giving(leaky)).ask(1)).rejects.toMatchObject({ code: 'handler-failed', cause })
    await expect(system.spawn(giving(leaky, true)).ask(1)).rejects.toMatchObject({
      code: 'handler-failed',
      cause,
    })
    const running = await system.run(pipeline('four', z.unknown()).to(giving(leaky)))
    await expect(running.ask(1)).rejects.toMatchObject({ code: 'processor-failed', cause })
    expect(running.inFlight).toBe(0)
    await system.stop()
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  })
})
