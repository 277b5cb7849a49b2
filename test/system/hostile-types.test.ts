import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  type ActorRef,
  createSystem,
  defineActor,
  defineProcessor,
  InvalidArgumentError,
} from '../../src/index.ts'

test('a message type that is not a string is a dead letter of that message, and the system continues', async () => {
  await using system = createSystem({ log: false })
  const Echo = defineActor({ name: 'echo', on: { say: (_ctx, text: string) => text } })
  const echo = system.spawn(Echo)
  const hostile = [Symbol('s'), null, undefined, 0, Object.create(null), () => 1]
  for (const type of hostile) {
    echo.tell(type as never, undefined as never)
    await expect(echo.ask(type as never, undefined as never)).rejects.toMatchObject({ code: 'unhandled' })
  }
  expect(await echo.ask('say', 'still here')).toBe('still here')
  expect(system.deadLetters.list({ reason: 'unhandled' })).toHaveLength(2 * hostile.length)
  expect(system.ledger().balanced).toBe(true)
})

interface Saying {
  say: (ctx: never, text: string) => string
}

const misspelt = (nearest: string) =>
  expect.objectContaining({ code: 'invalid-argument', remedy: expect.stringContaining(`'${nearest}'`) })

test('a misspelt option of a single call is refused with the nearest, and a signal that is none', async () => {
  await using system = createSystem({ log: false })
  const Echo = defineActor({
    name: 'echo',
    on: {
      say: (_ctx, text: string) => text,
      later: (ctx) => ctx.schedule(1, ctx.self, 'say', 'x', { priorty: 1 } as never),
      on: (ctx) => ctx.ask(ctx.self as ActorRef<Saying>, 'say', 'x', { timout: 1 } as never),
    },
  })
  const Upper = defineProcessor({
    name: 'upper',
    input: z.string(),
    output: z.string(),
    process: (text) => text,
  })
  const echo = system.spawn(Echo)
  const upper = system.spawn(Upper)
  const router = system.router(Echo, { replicas: 1 })
  for (const to of [echo, router]) {
    expect(() => to.tell('say', 'x', { priorty: 1 } as never)).toThrow(misspelt('priority'))
    expect(() => to.tell('say', 'x', null as never)).toThrow(InvalidArgumentError)
    await expect(to.ask('say', 'x', { timout: 1 } as never)).rejects.toEqual(misspelt('timeout'))
    await expect(to.offer('say', 'x', { signl: 1 } as never)).rejects.toEqual(misspelt('signal'))
    await expect(to.ask('say', 'x', { signal: {} } as never)).rejects.toMatchObject({ path: 'signal' })
    await expect(to.ask('say', 'x', { timeout: '1s' })).resolves.toBe('x')
  }
  await expect(echo.ask('later')).rejects.toMatchObject({ cause: misspelt('priority') })
  await expect(echo.ask('on')).rejects.toMatchObject({ cause: misspelt('timeout') })
  expect(() => upper.tell('x', { priorty: 1 } as never)).toThrow(misspelt('priority'))
  await expect(upper.ask('x', { timout: 1 } as never)).rejects.toEqual(misspelt('timeout'))
  expect(() => system.spawn(Upper, { nmae: 'x' } as never)).toThrow(misspelt('name'))
  expect(() => system.stop({ drian: 1 } as never)).toThrow(misspelt('drain'))
  expect(system.ledger().balanced).toBe(true)
})

test('a router is found by its name, and takes messages as one', async () => {
  await using system = createSystem({ log: false })
  const Echo = defineActor({ name: 'echo', on: { say: (_ctx, text: string) => text } })
  const pool = system.router(Echo, { replicas: 2, name: 'pool' })
  const found = system.find('pool') as typeof pool
  expect(await found.ask('say', 'x')).toBe('x')
  expect(found.path).toBe(pool.path)
})

test('a reason, a behavior or an actor that is none is refused by a code, or told as what it is', async () => {
  await using system = createSystem({ log: false })
  const codes: unknown[] = []
  const refused = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      codes.push((error as { code?: unknown }).code)
    }
  }
  const Odd = defineActor({
    name: 'odd',
    on: {
      try(ctx) {
        refused(() => ctx.watch(null as never))
        refused(() => ctx.link(undefined as never))
        refused(() => ctx.become(Symbol('s') as never))
      },
    },
  })
  const odd = system.spawn(Odd)
  await odd.ask('try')
  expect(codes).toEqual(['invalid-argument', 'invalid-argument', 'unknown-state'])
  odd.kill(Symbol('why') as never)
  odd.kill(Object.create(null))
  await expect(odd.ask('try')).resolves.toBeUndefined()
})
