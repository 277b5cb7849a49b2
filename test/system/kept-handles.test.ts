import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { revoked } from '../simulation/hostile.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()

/** A promise that the test resolves. */
function door() {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('the timers of a context that a handler keeps', () => {
  test.each(['after', 'every', 'cancel'] as const)(
    'are refused once its instance has ended, and the next instance has its own: %s [G2]',
    async (use) => {
      const s = system({ log: false })
      const { open, opened } = door()
      const done = door()
      let refused: unknown
      const Actor = defineActor({
        name: 'actor',
        state: () => ({ ticks: 0 }),
        on: {
          async keep(ctx) {
            const { timers } = ctx
            await opened
            try {
              if (use === 'cancel') timers.cancel('mine')
              else timers[use]('old', 0, 'tick')
            } catch (error) {
              refused = error
            }
            done.open()
          },
          set: (ctx) => ctx.timers.after('mine', 0, 'tick'),
          tick(ctx) {
            ctx.state.ticks += 1
          },
          ticks: (ctx) => ctx.state.ticks,
        },
      })
      const actor = s.spawn(Actor)
      actor.tell('keep')
      await new Promise((resolve) => setImmediate(resolve))
      actor.kill('to begin again')
      await actor.ask('set')
      open()
      await done.opened
      expect(refused).toMatchObject({ code: 'stale-context' })
      await eventually(async () => expect(await actor.ask('ticks')).toBe(1))
    },
  )
})

describe('a reply that is not there yet', () => {
  const Late = defineActor({
    name: 'late',
    on: {
      never: (ctx) => ctx.reply(new Promise(() => {})),
      fails: (ctx) => ctx.reply(Promise.reject(new Error('mine'))),
      throwing: (ctx) => ctx.reply(revoked()),
      callable() {
        const made = (): void => {}
        Reflect.set(made, 'then', (resolve: (n: number) => void) => resolve(7))
        return made as unknown
      },
    },
  })

  test.each(['never', 'fails', 'throwing'] as const)(
    'given to ctx.reply fails its handler, and the ask settles: %s [G13]',
    async (type) => {
      const late = system({ log: false }).spawn(Late)
      await expect(late.ask(type, undefined, { timeout: '10s' })).rejects.toMatchObject({
        code: 'handler-failed',
      })
    },
  )

  test('is awaited where the handler returns it, also one that can be called', async () => {
    expect(await system().spawn(Late).ask('callable')).toBe(7)
  })
})

describe('[G51] whoever aborts a handler', () => {
  const als = new AsyncLocalStorage<string>()

  test.each(['caller', 'neutral'] as const)('its listeners run in its own context: %s', async (context) => {
    const s = system({ log: false, context })
    const heard: (string | undefined)[] = []
    let begun = 0
    const listen = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        begun += 1
        signal.addEventListener('abort', () => {
          heard.push(als.getStore())
          resolve()
        })
      })
    const Actor = defineActor({ name: 'actor', on: { go: (ctx) => listen(ctx.signal) } })
    const step = defineProcessor({
      name: 'step',
      input: z.number(),
      output: z.number(),
      async process(n, ctx) {
        await listen(ctx.signal)
        return n
      },
    })
    const actor = s.spawn(Actor) as ActorRef<{ go: () => void }>
    const running = await s.run(pipeline('p', z.number()).to(step))
    const asked = als.run('asker', () => [actor.ask('go'), running.ask(1)].map((ask) => ask.catch(() => {})))
    await eventually(() => expect(begun).toBe(2))
    als.run('admin', () => {
      actor.kill('an admin says so')
      running.kill('step')
    })
    const own = context === 'caller' ? 'asker' : undefined
    expect(heard.slice(0, 2)).toEqual([own, own])
    await running.stop({ drain: 0 })
    await Promise.all(asked)
  })
})
