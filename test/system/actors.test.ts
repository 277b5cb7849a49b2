import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, { by }: { by: number }) {
      ctx.state.n += by
    },
    total: (ctx) => ctx.state.n,
    fail() {
      throw new Error('broken on purpose')
    },
  },
})

test('tell changes the state, ask reads it [G8]', async () => {
  await using system = createSystem()
  const counter = system.spawn(Counter)
  for (let i = 0; i < 1000; i++) counter.tell('add', { by: 2 })
  expect(await counter.ask('total')).toBe(2000)
  expect(system.ledger()).toMatchObject({
    accepted: 1001,
    handled: 1000,
    answered: 1,
    inFlight: 0,
    balanced: true,
  })
})

test('a crash resets the state, keeps the mailbox, and makes the message a dead letter [G1]', async () => {
  await using system = createSystem()
  const counter = system.spawn(Counter)
  counter.tell('add', { by: 2 })
  counter.tell('fail')
  counter.tell('add', { by: 3 })
  expect(await counter.ask('total')).toBe(3)
  expect(counter.states).toEqual(['starting', 'running', 'restarting', 'running'])
  const [letter] = system.deadLetters.list()
  expect(letter).toMatchObject({ type: 'fail', reason: 'failed', attempt: 1 })
  expect(letter?.errors.map((e) => e.message)).toContain('broken on purpose')
  await expect(counter.ask('fail')).rejects.toThrow('broken on purpose')
  expect(system.ledger().balanced).toBe(true)
})

test('asks in a row leave turns to timers [G4]', async () => {
  await using system = createSystem()
  const counter = system.spawn(Counter)
  let beats = 0
  const beat = setInterval(() => {
    beats += 1
  }, 1)
  let asks = 0
  for (; beats < 5 && asks < 1_000_000; asks += 1) await counter.ask('total')
  clearInterval(beat)
  expect(asks).toBeLessThan(1_000_000)
})

test('an actor that is found by its definition is one of it', async () => {
  await using system = createSystem()
  const Clerk = defineActor({ name: 'clerk', on: { greet: (_ctx, who: string) => `hello, ${who}` } })
  const Guard = defineActor({ name: 'guard' })
  const clerk = system.spawn(Clerk, { name: 'first' })
  expect(system.find('first', Clerk)).toBe(clerk)
  expect(await system.find('first', Clerk).ask('greet', 'Ada')).toBe('hello, Ada')
  for (const path of system.paths()) expect(system.find(path, Clerk)).toBe(clerk)
  expect(() => system.find('first', Guard)).toThrow(
    expect.objectContaining({
      code: 'unknown-actor',
      path: 'first',
      message: expect.stringContaining("'clerk'"),
    }),
  )
})
