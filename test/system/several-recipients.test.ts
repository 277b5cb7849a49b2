import { describe, expect, test } from 'vitest'
import { defineActor, type Ref } from '../../src/index.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const system = ownSystems()
const soon = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const slow = (handled: () => void, overflow: 'reject' | 'backpressure' = 'backpressure') =>
  defineActor({
    name: 'slow',
    mailbox: { capacity: 1, overflow },
    on: {
      async go() {
        await soon(5)
        handled()
        return 'done'
      },
    },
  })

describe.each(['first', 'broadcast'] as const)('a router by %s whose replicas are full', (route) => {
  test('lets an ask wait for room where its actors do', async () => {
    const router = system().router(
      slow(() => {}),
      { replicas: 2, route },
    )
    const asks = Array.from({ length: 5 }, () => router.ask('go'))
    expect(await Promise.all(asks)).toEqual(Array(5).fill('done'))
  })

  test('resolves an offer once every replica has taken it, and refuses a tell as a whole [G130]', async () => {
    const s = system()
    let handled = 0
    const router = s.router(
      slow(() => {
        handled += 1
      }),
      { replicas: 2, route },
    )
    const offers = Array.from({ length: 5 }, () => router.offer('go'))
    expect(() => router.tell('go')).toThrow(expect.objectContaining({ code: 'mailbox-full' }))
    await Promise.all(offers)
    await eventually(() => expect(handled).toBe(10))
    expect(s.ledger()).toMatchObject({ accepted: 10, handled: 10, balanced: true })
  })

  test('an offer that waits for room in all of them ends with its timeout, and none takes it later', async () => {
    const s = system()
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const Waits = defineActor({
      name: 'waits',
      mailbox: { capacity: 1, overflow: 'backpressure' },
      on: { go: () => opened },
    })
    const router = s.router(Waits, { replicas: 2, route })
    for (let round = 0; round < 2; round++) await router.offer('go')
    await expect(router.offer('go', undefined, { timeout: 5 })).rejects.toMatchObject({ code: 'expired' })
    open()
    await eventually(() => expect(router.load).toBe(0))
    expect(s.ledger()).toMatchObject({ accepted: 4, handled: 4, balanced: true })
  })
})

test('a replica that is full makes a dead letter of its copy of a broadcast [G130]', async () => {
  const s = system({ log: false })
  const router = s.router(
    slow(() => {}, 'reject'),
    { replicas: 3, route: 'broadcast' },
  )
  router.replicas[0]?.tell('go')
  router.tell('go')
  expect(s.deadLetters.list()).toMatchObject([{ reason: 'shed', recipient: router.replicas[0]?.path }])
  expect(s.ledger()).toMatchObject({ accepted: 4, balanced: true })
})

describe('a replica that asks its own router', () => {
  const chain = (more: object = {}) =>
    defineActor({
      name: 'chain',
      ...more,
      on: {
        async down(
          ctx,
          { to, left }: { to: Ref<{ down(ctx: never, body: object): number }>; left: number },
        ): Promise<number> {
          return left === 0 ? 0 : 1 + (await ctx.ask(to, 'down', { to, left: left - 1 }, { timeout: '2s' }))
        },
      },
    })
  const causes = (error: unknown): string[] => {
    const codes: string[] = []
    for (
      let at = error as { code?: string; cause?: unknown } | undefined;
      at !== undefined;
      at = at.cause as never
    )
      codes.push(`${at.code}`)
    return codes
  }

  test.each(['round-robin', 'consistent-hash', 'least-loaded'] as const)(
    'by %s: fails at once where no replica is free [G16]',
    async (route) => {
      const router = system({ log: false }).router(chain(), { replicas: 2, route, key: () => 'one' })
      const to = router as never
      const error = await router.ask('down', { to, left: 2 }, { timeout: '1s' }).catch((thrown) => thrown)
      expect(causes(error).at(-1)).toBe('call-cycle')
    },
  )

  test('gets another replica where one is free, whoever has the turn', async () => {
    const router = system().router(chain(), { replicas: 3 })
    const to = router as never
    for (const _turn of [1, 2, 3])
      expect(await router.ask('down', { to, left: 2 }, { timeout: '1s' })).toBe(2)
  })
})

test('a timeout of an ask to all replicas says that they had begun [G14]', async () => {
  const Hangs = defineActor({ name: 'hangs', on: { go: () => new Promise<void>(() => {}) } })
  const router = system().router(Hangs, { replicas: 2, route: 'first' })
  const error = await router.ask('go', undefined, { timeout: 500 }).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'ask-timeout' })
  expect(error.report.runMs).toBeGreaterThan(0)
})

test('a router of too many replicas is refused, and nothing has started', () => {
  const s = system()
  const Idle = defineActor({ name: 'idle', on: { go: () => 1 } })
  for (const replicas of [0, 1.5, Number.NaN, 1e9])
    expect(() => s.router(Idle, { replicas })).toThrow(expect.objectContaining({ path: 'replicas' }))
  expect(s.paths()).toEqual([])
})

test('a topic forgets subscribers that have stopped, though nothing is published', async () => {
  const s = system()
  const Idle = defineActor({ name: 'idle', on: { hear: () => {} } })
  const refs = Array.from({ length: 100 }, () => s.spawn(Idle))
  for (const ref of refs) s.subscribe('news', ref, 'hear')
  const last = s.spawn(Idle)
  await Promise.all(refs.splice(0).map((ref) => ref.stop()))
  for (let i = 0; i < 100; i++) s.subscribe('news', last, 'hear')
  expect(s.publish('news')).toBe(100)
})

test('a topic and a message type that are no text are refused by path', () => {
  const s = system()
  const ref = s.spawn(defineActor({ name: 'idle', on: { hear: () => {} } }))
  expect(() => s.subscribe(7 as never, ref, 'hear')).toThrow(expect.objectContaining({ path: 'topic' }))
  expect(() => s.subscribe('news', ref, 7 as never)).toThrow(expect.objectContaining({ path: 'type' }))
})
