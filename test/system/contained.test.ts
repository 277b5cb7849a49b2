import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { GIVEN, revoked, THROWN, throwing, withThen } from '../simulation/hostile.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()

describe('whatever user code throws or returns, one actor’s failure stays one actor’s failure', () => {
  const Neighbour = defineActor({ name: 'neighbour', on: { ping: () => 'pong' } })

  test.each(THROWN)('[G48] a handler throws %s', async (_what, make) => {
    const s = system()
    const Bad = defineActor({
      name: 'bad',
      on: {
        now() {
          throw make()
        },
        async later() {
          throw make()
        },
        fine: () => 1,
      },
    })
    const bad = s.spawn(Bad)
    const neighbour = s.spawn(Neighbour)
    await expect(bad.ask('now')).rejects.toMatchObject({ code: 'handler-failed' })
    await expect(bad.ask('later')).rejects.toMatchObject({ code: 'handler-failed' })
    expect(await bad.ask('fine')).toBe(1)
    expect(await neighbour.ask('ping')).toBe('pong')
    expect(s.deadLetters.size).toBe(2)
    expect(s.ledger().balanced).toBe(true)
  })

  test.each([
    ['an ordinary text, whole', 'no toner', 'no toner'],
    ['16,384 characters, whole', 'x'.repeat(16_384), 'x'.repeat(16_384)],
    [
      'a text of 1 M characters, its beginning',
      'x'.repeat(2 ** 20),
      `${'x'.repeat(16_384)}… (1032192 more characters)`,
    ],
  ])(
    '[G161] a handler and a processor throw %s, and the error around it repeats it',
    async (_what, said, repeated) => {
      const s = system({ log: false })
      const fails = (): never => {
        throw new Error(said)
      }
      const bad = s.spawn(defineActor({ name: 'bad', on: { fails } }))
      const processor = s.spawn(
        defineProcessor({ name: 'step', input: z.number(), output: z.number(), process: fails }),
      )
      // One after the other: what fails before anybody waits for it ends the test run.
      for (const ask of [() => bad.ask('fails'), () => processor.ask(1)]) {
        const error: Error = await ask().then(
          () => expect.fail('it did not fail'),
          (thrown: Error) => thrown,
        )
        expect(error.message.includes(`: ${repeated}. `)).toBe(true)
        expect(error.message.length).toBeLessThan(repeated.length + 300)
        expect((error.cause as Error).message === said).toBe(true)
      }
    },
  )

  test.each(THROWN)('a processor throws %s', async (_what, make) => {
    const s = system()
    const Bad = defineProcessor({
      name: 'bad',
      input: z.boolean(),
      output: z.number(),
      retry: { attempts: 2 },
      process: (bad) => {
        if (bad) throw make()
        return 1
      },
    })
    const bad = s.spawn(Bad)
    await expect(bad.ask(true)).rejects.toMatchObject({ code: 'handler-failed' })
    expect(await bad.ask(false)).toBe(1)
    expect(s.ledger().balanced).toBe(true)
  })

  test.each(THROWN)('a step, a map and a selector of a pipeline throw %s', async (_what, make) => {
    const s = system()
    const Step = defineProcessor({
      name: 'step',
      input: z.string(),
      output: z.string(),
      process: (at) => {
        if (at === 'step') throw make()
        return at
      },
    })
    const hurt = (at: string, here: string): string => {
      if (at === here) throw make()
      return at
    }
    const running = await s.run(
      pipeline('bad', z.string())
        .to(Step)
        .map((at) => hurt(at, 'map'))
        .branch(
          (at) => {
            hurt(at, 'selector')
            return 'only'
          },
          { only: Step },
        ),
    )
    for (const at of ['step', 'map', 'selector'])
      await expect(running.ask(at)).rejects.toMatchObject({ code: 'processor-failed' })
    expect(await running.ask('fine')).toBe('fine')
    expect(s.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  })

  test.each(THROWN)('a start throws %s, and gives up after its restarts', async (_what, make) => {
    const s = system()
    let starts = 0
    const Bad = defineActor({
      name: 'bad',
      state: () => {
        starts += 1
        throw make()
      },
      on: { go: () => 1 },
    })
    const Parent = defineActor({
      name: 'parent',
      supervision: { intensity: { restarts: 2, within: '1m' }, backoff: { min: 1, max: 2 } },
      on: { begin: (ctx) => void ctx.spawn(Bad) },
    })
    const parent = s.spawn(Parent, { restart: 'temporary' })
    parent.tell('begin')
    await eventually(() => expect(parent.state).toBe('stopped'))
    expect(starts).toBe(3)
  })

  test.each(GIVEN)('a handler, then a processor, gives %s', async (_what, make) => {
    const s = system()
    const bad = s.spawn(defineActor({ name: 'bad', on: { go: () => make(), fine: () => 1 } }))
    await expect(bad.ask('go')).rejects.toMatchObject({ code: 'handler-failed' })
    expect(await bad.ask('fine')).toBe(1)
    const processor = s.spawn(
      defineProcessor({ name: 'p', input: z.any(), output: z.any(), process: (x) => (x === 1 ? 1 : make()) }),
    )
    await expect(processor.ask(0)).rejects.toMatchObject({ code: 'handler-failed' })
    expect(await processor.ask(1)).toBe(1)
    expect(s.ledger().balanced).toBe(true)
  })

  test('[G149] a thenable of another library, or a promise of another realm, is followed', async () => {
    const s = system()
    const ref = s.spawn(
      defineActor({
        name: 'foreign',
        on: {
          go: () => withThen((done: (value: number) => void) => done(7)) as unknown as Promise<number>,
          far: () => runInNewContext('Promise.resolve(8)') as Promise<number>,
        },
      }),
    )
    expect(await ref.ask('go')).toBe(7)
    expect(await ref.ask('far')).toBe(8)
  })

  test('a listener of events that throws or rejects hears on, and does no harm', async () => {
    const s = system()
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const heard: string[] = []
    s.events.subscribe(() => {
      throw Object.create(null)
    })
    s.events.subscribe(async () => {
      throw new Error('too late')
    })
    s.events.subscribe((event) => heard.push(event.type))
    const ref = s.spawn(Neighbour)
    expect(await ref.ask('ping')).toBe('pong')
    await ref.stop()
    expect(heard).toContain('lifecycle')
    // Once a listener: the one that throws, and the one that rejects.
    expect(warned).toHaveBeenCalledTimes(2)
    warned.mockRestore()
  })

  test('signals that reject are noted, and end nothing else', async () => {
    const s = system()
    const errors: string[] = []
    s.events.subscribe((event) => {
      if (event.type === 'log') errors.push(event.text)
    })
    const ref = s.spawn(
      defineActor({
        name: 'a',
        signals: {
          stopping: (async () => {
            throw new Error('stopping went wrong')
          }) as () => void,
          restarting: (async () => {
            throw new Error('restarting went wrong')
          }) as () => void,
        },
        on: { ping: () => 'pong' },
      }),
    )
    ref.kill('test')
    expect(await ref.ask('ping')).toBe('pong')
    await ref.stop()
    await eventually(() => expect(errors).toHaveLength(2))
    expect(errors.join()).toContain('stopping went wrong')
  })

  test('a child whose stopping stops its sibling goes with its parent’s crash, names and all', async () => {
    const s = system()
    const Child = defineActor({
      name: 'child',
      state: () => ({ sibling: undefined as { stop(): Promise<void> } | undefined }),
      signals: { stopping: (ctx) => void ctx.state.sibling?.stop() },
      on: {
        knows(ctx, sibling: { stop(): Promise<void> }) {
          ctx.state.sibling = sibling
        },
      },
    })
    const Parent = defineActor({
      name: 'parent',
      signals: {
        started: (ctx) => {
          const [, two, three] = ['one', 'two', 'three'].map((name) => ctx.spawn(Child, { name }))
          if (three !== undefined && two !== undefined) ctx.tell(three, 'knows', two)
        },
      },
      on: { ping: () => 'pong' },
    })
    const parent = s.spawn(Parent)
    await parent.ask('ping')
    parent.kill('test')
    expect(await parent.ask('ping')).toBe('pong')
    expect(parent.states.filter((state) => state === 'restarting')).toHaveLength(1)
  })
})

describe('a message ends once, also where its instance is ended from outside', () => {
  const ended = (s: ActorSystem): void => {
    const { balanced, inFlight } = s.ledger()
    expect({ balanced, inFlight }).toEqual({ balanced: true, inFlight: 0 })
  }

  test('[G49] set aside, then awaited, then killed: it is handled once more, not twice', async () => {
    const s = system()
    const handled: number[] = []
    const Actor = defineActor({
      name: 'a',
      retry: { attempts: 2 },
      on: {
        async hold(ctx) {
          handled.push(ctx.attempt)
          if (handled.length > 1) return
          ctx.stash()
          await new Promise(() => undefined)
        },
        ping: () => 'pong',
      },
    })
    const ref = s.spawn(Actor)
    ref.tell('hold')
    await eventually(() => expect(handled).toHaveLength(1))
    ref.kill('test')
    await ref.ask('ping')
    expect(handled).toEqual([1, 2])
    ended(s)
  })

  test('answered, then awaited, then killed: no dead letter', async () => {
    const s = system()
    const Actor = defineActor({
      name: 'a',
      on: {
        async go(ctx): Promise<undefined> {
          ctx.reply(1)
          await new Promise(() => undefined)
        },
        ping: () => 'pong',
      },
    })
    const ref = s.spawn(Actor)
    expect(await (ref.ask('go') as Promise<unknown>)).toBe(1)
    ref.kill('test')
    await ref.ask('ping')
    expect(s.deadLetters.size).toBe(0)
    ended(s)
  })

  test.each(['answered', 'set aside'])(
    'the ledger balances while a handler that has %s runs on',
    async (what) => {
      const s = system()
      const balanced: boolean[] = []
      const note = (): void => void balanced.push(s.ledger().balanced)
      let goOn: () => void = () => undefined
      const Actor = defineActor({
        name: 'a',
        on: {
          async go(ctx): Promise<undefined> {
            if (balanced.length > 0) return
            if (what === 'answered') ctx.reply(1)
            else ctx.stash()
            note()
            await new Promise<void>((resolve) => {
              goOn = resolve
            })
          },
          back: (ctx) => ctx.unstash(),
        },
      })
      const ref = s.spawn(Actor)
      const asked = ref.ask('go')
      await eventually(() => expect(balanced).toHaveLength(1))
      note()
      goOn()
      await ref.ask('back')
      await asked
      expect(balanced).toEqual([true, true])
      ended(s)
    },
  )

  test.each(['stash then reply', 'reply then stash'])('%s in one handler is refused', async (order) => {
    const s = system()
    const refused: unknown[] = []
    const attempt = (call: () => void): void => {
      try {
        call()
      } catch (error) {
        refused.push((error as { code: unknown }).code)
      }
    }
    const Actor = defineActor({
      name: 'a',
      on: {
        go(ctx) {
          if (refused.length > 0) return
          if (order === 'stash then reply') ctx.stash()
          attempt(() => ctx.reply(1))
          if (order === 'reply then stash') attempt(() => ctx.stash())
        },
        back: (ctx) => ctx.unstash(),
      },
    })
    const ref = s.spawn(Actor)
    const asked = ref.ask('go')
    await ref.ask('back')
    await asked
    expect(refused).toEqual(['reply'])
    ended(s)
  })

  test.each(['stash', 'reply'])('%s, then killed by itself while it is on the stack', async (what) => {
    const s = system()
    let runs = 0
    const Actor = defineActor({
      name: 'a',
      on: {
        go(ctx) {
          runs += 1
          if (runs > 1) return
          if (what === 'stash') ctx.stash()
          else ctx.reply(1)
          ;(ctx.self as ActorRef<unknown>).kill('test')
          if (what === 'stash') throw new Error('and then it throws')
        },
        ping: () => 'pong',
      },
    })
    const ref = s.spawn(Actor)
    await ref.ask('go')
    expect(await ref.ask('ping')).toBe('pong')
    expect(runs).toBe(what === 'stash' ? 2 : 1)
    ended(s)
  })

  test('resumed after a timeout, the old handler can’t answer the next message', async () => {
    const s = system()
    const stale: unknown[] = []
    let release: () => void = () => undefined
    const Actor = defineActor({
      name: 'a',
      timeout: 20,
      on: {
        async slow(ctx): Promise<undefined> {
          await new Promise<void>((resolve) => {
            release = resolve
          })
          try {
            ctx.reply('of the first')
          } catch (error) {
            stale.push((error as { code: unknown }).code)
          }
        },
        async next() {
          release()
          await Promise.resolve()
          await Promise.resolve()
          return 'of the second'
        },
      },
    })
    const Parent = defineActor({
      name: 'parent',
      supervision: { on: { 'attempt-timeout': 'resume' } },
      on: { child: (ctx) => ctx.spawn(Actor) },
    })
    const child = await s.spawn(Parent).ask('child')
    await expect(child.ask('slow')).rejects.toMatchObject({ code: 'handler-failed' })
    expect(await child.ask('next')).toBe('of the second')
    await eventually(() => expect(stale).toEqual(['stale-context']))
    ended(s)
  })

  test('[G25] one start at a time, however often a sibling’s crash restarts it meanwhile', async () => {
    const s = system()
    let starting = 0
    let most = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const Slow = defineActor({
      name: 'slow',
      signals: {
        async started() {
          starting += 1
          most = Math.max(most, starting)
          await gate
          starting -= 1
        },
      },
      on: { ping: () => 'pong' },
    })
    const Sibling = defineActor({ name: 'sibling', on: { ping: () => 'pong' } })
    const Parent = defineActor({
      name: 'parent',
      supervision: { strategy: 'one-for-all', intensity: { restarts: 9 }, backoff: { min: 1, max: 1 } },
      on: { children: (ctx) => [ctx.spawn(Slow), ctx.spawn(Sibling)] as const },
    })
    const [slow, sibling] = await s.spawn(Parent).ask('children')
    for (let i = 0; i < 3; i++) {
      sibling.kill('test')
      expect(await sibling.ask('ping')).toBe('pong')
    }
    open()
    expect(await slow.ask('ping')).toBe('pong')
    expect(most).toBe(1)
    expect(starting).toBe(0)
  })
})

describe('what can’t be sent is refused by path, before a handle in it is looked for', () => {
  const deep = (levels: number): unknown => {
    let value: unknown = 1
    for (let i = 0; i < levels; i++) value = [value]
    return value
  }
  test.each([
    ['100,000 levels', () => deep(100_000), 'body'],
    ['a revoked proxy', () => ({ in: revoked() }), 'body.in'],
    ['a getter that throws', () => ({ list: [throwing('x')] }), 'body.list[0].x'],
    ['an array of 400 million', () => ({ long: new Array(4e8) }), 'body.long'],
    ['one that has a handle beside', (ref: unknown) => ({ ref, in: throwing('x') }), 'body.in.x'],
  ] as const)('%s', async (_what, make, path) => {
    const s = system({ serializeMessages: true })
    const ref = s.spawn(defineActor({ name: 'a', on: { go: (_ctx, _body: unknown) => 1 } }))
    const error = await ref.ask('go', make(ref)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'not-serializable', path: expect.stringContaining(path) })
    expect(await ref.ask('go', { ref })).toBe(1)
  })
})

test.each([
  ['throws a revoked proxy', () => Reflect.ownKeys(revoked()).length],
  ['gives no number', () => 'large' as never],
  ['gives NaN', () => Number.NaN],
  ['gives less than nothing', () => -1],
])('a mailbox’s sizeOf that %s refuses the message at its sender [G48]', async (_what, sizeOf) => {
  const s = system()
  const on = { take: (_ctx: unknown, n: number) => n }
  const sized = s.spawn(defineActor({ name: 'sized', mailbox: { bytes: 100, sizeOf }, on }))
  expect(() => sized.tell('take', 1)).toThrow(/sizeOf of 'ganglion\/sized/)
  await expect(sized.ask('take', 2)).rejects.toMatchObject({
    code: 'invalid-argument',
    value: { type: 'take', body: 2 },
  })
  expect(s.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
})

test.each([
  ['throws', () => throwing('key') as never],
  ['gives an object without a prototype', () => ({ key: Object.create(null) }) as never],
])('a router’s key that %s refuses the message at its sender', async (_what, options) => {
  const s = system()
  const Worker = defineActor({ name: 'worker', on: { take: () => 1 } })
  const key = (): string => (options() as { key: string }).key
  const router = s.router(Worker, { name: 'pool', replicas: 2, route: 'consistent-hash', key })
  const refused = { code: 'invalid-argument', path: 'ganglion/pool.key', value: { type: 'take' } }
  expect(() => router.tell('take')).toThrow(expect.objectContaining(refused) as Error)
  await expect(router.ask('take')).rejects.toMatchObject(refused)
})

test('a router that hashes a body which is no JSON refuses it at its sender', () => {
  const s = system()
  const Worker = defineActor({ name: 'worker', on: { take: (_ctx, _n: bigint) => 1 } })
  const router = s.router(Worker, { name: 'pool', replicas: 2, route: 'consistent-hash' })
  expect(() => router.tell('take', 1n)).toThrow(
    expect.objectContaining({ code: 'invalid-argument' }) as Error,
  )
})
