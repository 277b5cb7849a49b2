import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { type ActorDefinition, type ActorRef, type Ctx, defineActor } from '../../src/index.ts'
import { simulate } from '../../src/simulation/index.ts'
import { turns } from '../../src/testkit/until.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()

/** A door that handlers wait at. */
const door = () => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
const codes = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.map((result) =>
    result.status === 'fulfilled' ? result.value : (result.reason as { code: unknown }).code,
  )

describe('bounds bound', () => {
  test('what is between two attempts takes room in the mailbox', async () => {
    const s = system()
    const Failing = defineActor({
      name: 'failing',
      mailbox: { capacity: 3 },
      retry: { attempts: 2, backoff: '1m' },
      on: {
        go() {
          throw new Error('no')
        },
      },
    })
    const ref = s.spawn(Failing)
    let taken = 0
    for (let i = 0; i < 20; i++) {
      try {
        ref.tell('go', undefined, { orderKey: `key-${i}` })
        taken += 1
      } catch (error) {
        expect(error).toMatchObject({ code: 'mailbox-full' })
      }
      await turns()
    }
    expect(taken).toBe(3)
    expect(s.ledger()).toMatchObject({ accepted: 3, inFlight: 3, balanced: true })
  })

  test('[G50] a sender that has given up leaves no message behind', async () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const s = system()
    const { opened, open } = door()
    const Slow = defineActor({
      name: 'slow',
      mailbox: { capacity: 1, overflow: 'backpressure' },
      on: { go: (_ctx, _body: object) => opened },
    })
    const ref = s.spawn(Slow)
    ref.tell('go', {})
    await turns()
    ref.tell('go', {})
    const MB = 1_000_000
    // In its own function: whoever keeps the errors keeps what their stacks hold.
    const giveUp = async (): Promise<unknown[]> => {
      const given: Promise<unknown>[] = []
      for (let i = 0; i < 100; i++) {
        const [offered, asked] = [new Uint8Array(MB), new Uint8Array(MB)]
        given.push(ref.offer('go', offered, { timeout: 5 }), ref.ask('go', asked, { timeout: 5 }))
      }
      return codes(await Promise.allSettled(given))
    }
    expect(new Set(await giveUp())).toEqual(new Set(['expired', 'ask-timeout']))
    await new Promise((resolve) => setTimeout(resolve, 20))
    gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(30 * MB)
    open()
  })

  test('an actor does not wait for an attempt that could only begin after the deadline', async () => {
    const s = system()
    const Failing = defineActor({
      name: 'failing',
      retry: { attempts: 3, backoff: '10s' },
      on: {
        go() {
          throw new Error('the reason')
        },
      },
    })
    const error = await s
      .spawn(Failing)
      .ask('go', undefined, { timeout: '5s' })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'handler-failed', cause: { message: 'the reason' } })
    expect(s.deadLetters.list()).toMatchObject([{ reason: 'expired' }])
  })

  test.each(['backpressure', 'reject', 'drop-oldest', 'drop-newest'] as const)(
    'a network’s latency leaves %s what it is',
    async (overflow) => {
      const result = await simulate({ seed: 3, faults: { delay: ['1ms', '20ms'] } }, async (sim) => {
        const s = sim.system()
        const seen: number[] = []
        const Slow = defineActor({
          name: 'slow',
          mailbox: { capacity: 1, overflow },
          on: {
            async go(ctx, x: number) {
              seen.push(x)
              await new Promise<void>((resolve) => sim.kernel.timers.after(100, () => resolve(), undefined))
              void ctx
            },
          },
        })
        const ref = s.spawn(Slow)
        await Promise.allSettled([1, 2, 3, 4, 5].map((x) => ref.offer('go', x)))
        await sim.settle()
        const lost = s.deadLetters.list().map((letter) => letter.reason)
        if (overflow === 'backpressure') {
          expect(lost).toEqual([])
          expect([...seen].sort()).toEqual([1, 2, 3, 4, 5])
        } else {
          expect(new Set(lost)).toEqual(new Set(['shed']))
          expect(seen.length + lost.length).toBe(5)
        }
      })
      expect(result.failure).toBeUndefined()
    },
  )
})

describe('recipients that are several', () => {
  test('an offer goes to the replica that has room', async () => {
    const s = system()
    const { opened, open } = door()
    const Slow = defineActor({
      name: 'slow',
      mailbox: { capacity: 1, overflow: 'backpressure' },
      on: { go: () => opened },
    })
    const router = s.router(Slow, { replicas: 2 })
    const [first] = router.replicas
    first?.tell('go')
    await turns()
    first?.tell('go')
    await router.offer('go')
    await router.offer('go')
    open()
    await eventually(() => expect(router.load).toBe(0))
  })

  test('a replica that refuses a message does not hide those who have taken it', async () => {
    const s = system()
    let sizes = 0
    const Worker = defineActor({
      name: 'worker',
      mailbox: {
        bytes: 1000,
        sizeOf: () => {
          sizes += 1
          if (sizes === 2) throw new Error('no size for you')
          return 1
        },
      },
      on: { go: () => 'done' },
    })
    const router = s.router(Worker, { replicas: 3, route: 'first' })
    expect(await router.ask('go')).toBe('done')
    sizes = 0
    const all = s.router(Worker, { replicas: 3, route: 'broadcast' })
    all.tell('go')
    await eventually(() => expect(s.ledger()).toMatchObject({ accepted: 5, inFlight: 0, balanced: true }))
    // Of the copy that one replica has refused nobody else would hear.
    expect(s.deadLetters.list({ reason: 'shed' })).toHaveLength(1)
  })

  test('the first reply ends the work of the others, and so does an abort [G130]', async () => {
    const s = system()
    let aborted = 0
    let begun = 0
    const Racer = defineActor({
      name: 'racer',
      state: () => ({ fast: false }),
      on: {
        fast(ctx) {
          ctx.state.fast = true
        },
        async go(ctx) {
          begun += 1
          if (ctx.state.fast) return 'fast'
          await new Promise<void>((resolve) =>
            ctx.signal.addEventListener('abort', () => {
              aborted += 1
              resolve()
            }),
          )
          return 'slow'
        },
      },
    })
    const router = s.router(Racer, { replicas: 3, route: 'first' })
    router.replicas[0]?.tell('fast')
    expect(await router.ask('go')).toBe('fast')
    await eventually(() => expect(aborted).toBe(2))
    const all = s.router(Racer, { replicas: 3, route: 'first' })
    const controller = new AbortController()
    const running = all.ask('go', undefined, { signal: controller.signal })
    const waiting = all.ask('go', undefined, { signal: controller.signal })
    await eventually(() => expect(begun).toBe(6))
    controller.abort()
    expect(new Set(codes(await Promise.allSettled([running, waiting])))).toEqual(new Set(['cancelled']))
    await eventually(() => expect(all.load).toBe(0))
    expect([begun, aborted]).toEqual([6, 5])
    expect(s.ledger().balanced).toBe(true)
  })
})

describe('a message that was given up', () => {
  test('its handler finds it so, also when it asks for its signal only afterwards', async () => {
    const s = system()
    const { opened, open } = door()
    const seen: boolean[] = []
    const Late = defineActor({
      name: 'late',
      on: {
        async go(ctx) {
          await opened
          seen.push(ctx.signal.aborted)
        },
        next: (ctx) => ctx.signal.aborted,
      },
    })
    const ref = s.spawn(Late)
    const controller = new AbortController()
    const asked = ref.ask('go', undefined, { signal: controller.signal })
    await eventually(() => expect(ref.load).toBe(1))
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    open()
    expect(await ref.ask('next')).toBe(false)
    expect(seen).toEqual([true])
  })
})

describe('the shape of a tree overflows nothing', () => {
  type Grow = { grow: (ctx: Ctx<undefined>, left: number) => void }
  const Nested = defineActor({
    name: 'n',
    on: {
      grow(ctx: Ctx<undefined>, left: number) {
        if (left > 0) ctx.tell(ctx.spawn(Nested) as ActorRef<Grow>, 'grow', left - 1)
      },
    },
  }) as ActorDefinition<Grow>

  test.each(['the actor', 'the system'])(
    '[G52] 5,000 actors, each in the other, end when %s stops',
    async (what) => {
      const s = system()
      const top = s.spawn(Nested)
      top.tell('grow', 5_000)
      await eventually(() => expect(s.ledger()).toMatchObject({ handled: 5_001, inFlight: 0 }))
      await (what === 'the system' ? s.stop() : top.stop())
      expect(top.state).toBe('stopped')
    },
  )

  test('20,000 actors, each linked to the next, die of the first', async () => {
    const s = system()
    const Link = defineActor({ name: 'link', on: { to: (ctx, other: ActorRef<unknown>) => ctx.link(other) } })
    const Parent = defineActor({
      name: 'parent',
      supervision: { on: { killed: 'stop', linked: 'stop' } },
      on: {
        chain(ctx, length: number) {
          const links = Array.from({ length }, () => ctx.spawn(Link))
          for (const [i, ref] of links.entries()) {
            const other = links[i + 1]
            if (other !== undefined) ctx.tell(ref, 'to', other)
          }
          return links
        },
      },
    })
    const links = await s.spawn(Parent).ask('chain', 20_000)
    await eventually(() => expect(s.ledger().inFlight).toBe(0))
    links[0]?.kill('test')
    await eventually(() => expect(links.every((ref) => ref.state === 'stopped')).toBe(true))
  })
})
