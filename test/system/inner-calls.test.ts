import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type AnyRef, type Ctx, defineActor, defineProcessor, pipeline, type RefOf } from '../../src/index.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()
const unhandled: unknown[] = []
const note = (error: unknown) => unhandled.push(error)
process.on('unhandledRejection', note)
afterEach(async () => {
  await turn()
  expect(unhandled.splice(0)).toEqual([])
})
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code
const settled = (promise: Promise<unknown>) => promise.then((value) => ['is', value], codeOf)

/** Works until nobody wants it any more, and notes why it ended. */
const slow = (aborts: unknown[]) =>
  defineActor({
    name: 'slow',
    on: {
      work: (ctx) =>
        new Promise<void>((_resolve, reject) => {
          ctx.signal.addEventListener('abort', () => {
            aborts.push(codeOf(ctx.signal.reason))
            reject(ctx.signal.reason)
          })
        }),
    },
  })

const relay = (name: string, to: AnyRef, heard: unknown[]) =>
  defineActor({
    name,
    on: {
      async work(ctx) {
        return ctx.ask(to as RefOf<ReturnType<typeof slow>>, 'work').catch((error: unknown) => {
          heard.push(codeOf(error))
          throw error
        })
      },
    },
  })

describe('an ask made with the context ends with the ask that its handler serves [G15]', () => {
  test('when the caller’s signal is aborted, through every hop', async () => {
    const s = system()
    const [aborts, heard]: [unknown[], unknown[]] = [[], []]
    const last = s.spawn(slow(aborts))
    const middle = s.spawn(relay('middle', last, heard))
    const first = s.spawn(relay('first', middle, heard))
    const caller = new AbortController()
    const asked = settled(first.ask('work', undefined, { signal: caller.signal }))
    await eventually(() => expect(last.load).toBe(1))
    caller.abort(new Error('left'))
    expect(await asked).toBe('cancelled')
    await eventually(() => expect(aborts).toEqual(['cancelled']))
    expect(heard).toEqual(['cancelled', 'cancelled'])
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    expect(s.ledger().balanced).toBe(true)
  })

  test('when its asker gives up', async () => {
    const s = system()
    const [aborts, heard]: [unknown[], unknown[]] = [[], []]
    const last = s.spawn(slow(aborts))
    const first = s.spawn(relay('first', last, heard))
    expect(await settled(first.ask('work', undefined, { timeout: 500 }))).toBe('ask-timeout')
    await eventually(() => expect(aborts).toHaveLength(1))
    expect(['cancelled', 'ask-timeout']).toContain(heard[0])
  })

  test.each(['kill', 'stop'] as const)('when its instance ends by %s', async (end) => {
    const s = system()
    const aborts: unknown[] = []
    const last = s.spawn(slow(aborts))
    const First = defineActor({
      name: 'first',
      shutdown: 5,
      on: { work: async (ctx: Ctx<undefined>) => ctx.ask(last, 'work') },
    })
    const first = s.spawn(First)
    const asked = settled(first.ask('work'))
    await eventually(() => expect(last.load).toBe(1))
    if (end === 'kill') first.kill('test')
    else await first.stop()
    expect(await asked).toBe('handler-failed')
    await eventually(() => expect(aborts).toEqual(['cancelled']))
  })

  test('what waits in a mailbox is not begun, behind a router too', async () => {
    const s = system()
    let begun = 0
    const Busy = defineActor({
      name: 'busy',
      on: {
        hold: (_ctx, until: Promise<void>) => until,
        work() {
          begun += 1
        },
      },
    })
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const pool = s.router(Busy, { replicas: 1 })
    pool.tell('hold', gate)
    const First = defineActor({
      name: 'first',
      on: { work: async (ctx: Ctx<undefined>) => ctx.ask(pool as unknown as RefOf<typeof Busy>, 'work') },
    })
    const caller = new AbortController()
    const asked = settled(s.spawn(First).ask('work', undefined, { signal: caller.signal }))
    await eventually(() => expect(pool.load).toBe(2))
    caller.abort()
    open()
    expect(await asked).toBe('cancelled')
    await eventually(() => expect(pool.load).toBe(0))
    expect(begun).toBe(0)
  })

  test('a processor and a pipeline that are asked with ctx.signal', async () => {
    const s = system()
    const aborts: unknown[] = []
    const step = defineProcessor({
      name: 'step',
      input: z.number(),
      output: z.number(),
      process: (n, { signal }) =>
        new Promise<number>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborts.push(n)
            reject(signal.reason)
          })
        }),
    })
    const alone = s.spawn(step)
    const running = await s.run(pipeline('p', z.number()).to(step))
    const First = defineActor({
      name: 'first',
      on: {
        async work(ctx) {
          const { signal } = ctx
          await Promise.all([alone.ask(1, { signal }), running.ask(2, { signal })])
        },
      },
    })
    const caller = new AbortController()
    const asked = settled(s.spawn(First).ask('work', undefined, { signal: caller.signal }))
    await eventually(() => expect([alone.load, running.inFlight]).toEqual([1, 1]))
    await turn()
    caller.abort()
    expect(await asked).toBe('cancelled')
    await eventually(() => expect(aborts.sort()).toEqual([1, 2]))
  })
})

test('after its asker has gone, a handler’s calls are refused and its signal is aborted', async () => {
  const s = system()
  const last = s.spawn(defineActor({ name: 'last', on: { work: () => 'done' } }))
  const heard: unknown[] = []
  const First = defineActor({
    name: 'first',
    on: {
      async work(ctx, caller: AbortController) {
        caller.abort()
        await turn()
        heard.push(await settled(ctx.ask(last, 'work')))
        heard.push(await settled(ctx.offer(last, 'work')))
        heard.push(ctx.signal.aborted)
      },
    },
  })
  const caller = new AbortController()
  expect(await settled(s.spawn(First).ask('work', caller, { signal: caller.signal }))).toBe('cancelled')
  await eventually(() => expect(heard).toEqual(['cancelled', 'cancelled', true]))
})

test('calls that a handler leaves behind continue, whatever becomes of later messages', async () => {
  const s = system()
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const last = s.spawn(defineActor({ name: 'last', on: { work: () => gate.then(() => 'done') } }))
  const heard: unknown[] = []
  const First = defineActor({
    name: 'first',
    on: {
      leave(ctx) {
        void settled(ctx.ask(last, 'work')).then((outcome) => heard.push(outcome))
      },
      early(ctx) {
        ctx.reply('early')
        return settled(ctx.ask(last, 'work')).then((outcome) => void heard.push(outcome))
      },
      hang: () => new Promise<void>(() => {}),
    },
  })
  const first = s.spawn(First)
  await first.ask('leave')
  const caller = new AbortController()
  expect(await first.ask('early', undefined, { signal: caller.signal })).toBe('early')
  caller.abort()
  open()
  await eventually(() =>
    expect(heard).toEqual([
      ['is', 'done'],
      ['is', 'done'],
    ]),
  )
})

test('[G149] a call that fails before its handler awaits it, or that it never awaits, ends no process', async () => {
  const s = system()
  const bad = s.spawn(
    defineActor({
      name: 'bad',
      on: {
        work() {
          throw new Error('bad')
        },
      },
    }),
  )
  const First = defineActor({
    name: 'first',
    on: {
      async work(ctx) {
        const call = ctx.ask(bad, 'work')
        void ctx.ask(bad, 'work')
        await turn()
        await turn()
        return settled(call)
      },
    },
  })
  expect(await s.spawn(First).ask('work')).toBe('handler-failed')
})

describe('the context of an instance that has ended', () => {
  test('is refused for everything, and does nothing [G2]', async () => {
    const s = system()
    const other = s.spawn(defineActor({ name: 'other', on: { work: () => 1 } }))
    let kept: Ctx<{ n: number }> | undefined
    const First = defineActor({
      name: 'first',
      state: () => ({ n: 0 }),
      states: { one: { name: () => 'one' }, two: { name: () => 'two' } },
      on: {
        keep(ctx) {
          kept = ctx
          return new Promise<void>(() => {})
        },
        count: (ctx) => {
          ctx.state.n += 1
          return ctx.state.n
        },
      },
    })
    const first = s.spawn(First, { name: 'first' })
    first.tell('keep')
    await eventually(() => expect(kept).toBeDefined())
    const ctx = kept as Ctx<{ n: number }>
    first.kill('test')
    await eventually(() => expect(first.state).toBe('running'))
    const acts: Record<string, () => unknown> = {
      state: () => ctx.state,
      sender: () => ctx.sender,
      attempt: () => ctx.attempt,
      deadline: () => ctx.deadline,
      timers: () => ctx.timers,
      tell: () => ctx.tell(other, 'work'),
      reply: () => ctx.reply(1),
      fail: () => ctx.fail(new Error('late')),
      become: () => ctx.become('two'),
      stash: () => ctx.stash(),
      unstash: () => ctx.unstash(),
      spawn: () => ctx.spawn(First),
      stop: () => ctx.stop(other),
      stopSelf: () => ctx.stopSelf(),
      watch: () => ctx.watch(other),
      unwatch: () => ctx.unwatch(other),
      link: () => ctx.link(other),
      unlink: () => ctx.unlink(other),
      schedule: () => ctx.schedule(1, other, 'work'),
      maybe: () => ctx.maybe('point'),
    }
    for (const [name, act] of Object.entries(acts)) {
      expect(act, name).toThrow(expect.objectContaining({ code: 'stale-context', path: first.path }) as Error)
    }
    expect(await settled(ctx.ask(other, 'work'))).toBe('stale-context')
    expect(await settled(ctx.offer(other, 'work'))).toBe('stale-context')
    expect(ctx.signal.aborted).toBe(true)
    expect(await first.ask('name')).toBe('one')
    expect(await first.ask('count')).toBe(1)
    expect(first.states.filter((state) => state === 'restarting')).toHaveLength(1)
  })

  test('crashes no later instance by a failure that it had announced', async () => {
    const s = system()
    let starts = 0
    const First = defineActor({
      name: 'first',
      state: () => {
        starts += 1
        return {}
      },
      on: {
        work(ctx) {
          ctx.fail(new Error('from outside of the message'))
          throw new Error('from within')
        },
        fine: () => 1,
      },
    })
    const first = s.spawn(First)
    expect(await settled(first.ask('work'))).toBe('handler-failed')
    expect(await first.ask('fine')).toBe(1)
    expect(starts).toBe(2)
  })
})

test('with serializeMessages what ctx.reply gives is a copy, and refused by its path where it can’t be one', async () => {
  const s = system({ serializeMessages: true })
  const kept = { list: [1] }
  const Desk = defineActor({
    name: 'desk',
    on: {
      give: (ctx) => ctx.reply(kept),
      bad: (ctx) => ctx.reply({ list: [() => 1] }),
      fixed(ctx) {
        try {
          ctx.reply({ list: [() => 1] })
        } catch (error) {
          ctx.reply((error as { path: string }).path)
        }
      },
    },
  })
  const desk = s.spawn(Desk)
  const got = await desk.ask('give')
  expect(got).toEqual(kept)
  expect(got).not.toBe(kept)
  await expect(desk.ask('bad')).rejects.toMatchObject({
    code: 'handler-failed',
    cause: { code: 'not-serializable', path: 'body.list[0]' },
  })
  expect(await desk.ask('fixed')).toBe('body.list[0]')
  expect(s.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
})
