import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { behaviorTestkit } from '../../src/testkit/index.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()

test.each([false, true])(
  'a handler reads the key in every attempt and in a replay (frames: %s)',
  async (frames) => {
    const s = system({ serializeMessages: frames, log: false })
    const seen: unknown[] = []
    let broken = true
    const Card = defineActor({
      name: 'card',
      retry: { attempts: 2 },
      on: {
        charge(ctx) {
          seen.push([ctx.idempotencyKey, ctx.attempt])
          if (broken) throw new Error('no line')
          return ctx.idempotencyKey
        },
        after(ctx, other: boolean) {
          if (other) ctx.tell(ctx.self as typeof card, 'after', false)
          seen.push(ctx.idempotencyKey)
        },
      },
    })
    const card = s.spawn(Card)
    card.tell('charge', undefined, { idempotencyKey: 'order 7' })
    await eventually(() => expect(s.deadLetters.size).toBe(1))
    broken = false
    s.deadLetters.replay()
    await eventually(() => expect(seen).toHaveLength(3))
    expect(seen.splice(0)).toEqual([
      ['order 7', 1],
      ['order 7', 2],
      ['order 7', 1],
    ])
    expect(await card.ask('charge', undefined, { idempotencyKey: 'order 8' })).toBe('order 8')
    expect(await card.ask('charge')).toBe(undefined)
    seen.splice(0)
    // It names this work, and none that the handler begins.
    card.tell('after', true, { idempotencyKey: 'order 9' })
    await eventually(() => expect(seen).toEqual(['order 9', undefined]))
  },
)

test('so do a processor, and every step of a pipeline, also where the run continues elsewhere', async () => {
  const s = system({ log: false })
  let fails = 1
  const step = (name: string) =>
    defineProcessor({
      name,
      input: z.array(z.unknown()),
      output: z.array(z.unknown()),
      process: (before, ctx) => {
        if (fails-- > 0) throw new Error('again')
        return [...before, `${name} ${String(ctx.idempotencyKey)} ${ctx.attempt}`]
      },
    })
  const alone = s.spawn(step('alone'))
  expect(await alone.ask([], { idempotencyKey: 'k' })).toEqual(['alone k 2'])
  expect(await alone.ask([])).toEqual(['alone undefined 1'])
  const asks = defineProcessor({
    name: 'asks',
    input: z.array(z.unknown()),
    output: z.array(z.unknown()),
    process: async (before, ctx) => {
      await ctx.human({ question: 'go on?' })
      return [...before, `asks ${String(ctx.idempotencyKey)}`]
    },
  })
  const plan = pipeline('p', z.array(z.unknown())).to(step('a')).to(asks)
  const running = await s.run(plan)
  const asked = running.ask([], { idempotencyKey: 'k' }).catch((error: unknown) => error)
  await eventually(() => expect(running.pending()).toHaveLength(1))
  const run = running.pending()[0]?.run as number
  const stored = await running.checkpoint(run)
  await asked
  const other = await system({ log: false }).run(plan)
  const resumed = other.resume(stored)
  await eventually(() => expect(other.pending()).toHaveLength(1))
  await other.answer(other.pending()[0]?.id as string, true)
  expect((await resumed).value).toEqual(['a k 1', 'asks k'])
})

test('the testkit gives one', () => {
  const Card = defineActor({ name: 'card', on: { charge: (ctx) => ctx.idempotencyKey } })
  expect(behaviorTestkit(Card, { idempotencyKey: 'k' }).run('charge')).toBe('k')
})
