import { expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { behaviorTestkit, createTestSystem, matchers } from '../../src/testkit/index.ts'
import { onManualClock } from './on-manual-clock.ts'

const Slow = defineActor({
  name: 'slow',
  mailbox: { capacity: 1 },
  on: { go: (_ctx, _n: number) => new Promise<number>(() => {}) },
})

test('a router whose replicas are full hands the message back, scattered or not; one without replicas too', async () => {
  const { kernel, system } = onManualClock()
  const robin = system.router(Slow, { name: 'robin', replicas: 1 })
  robin.tell('go', 1, { priority: 1 })
  await kernel.settle()
  robin.tell('go', 2)
  expect(() => robin.tell('go', 3)).toThrow(expect.objectContaining({ code: 'mailbox-full' }))
  const first = system.router(Slow, { route: 'first', replicas: 2 })
  first.tell('go', 1)
  await kernel.settle()
  first.tell('go', 2, { orderKey: 'k' })
  const refused = first.ask('go', 3)
  refused.catch(() => {})
  await kernel.settle()
  await expect(refused).rejects.toMatchObject({ code: 'mailbox-full' })
  const hash = system.router(Slow, { route: 'consistent-hash', replicas: 2 })
  hash.tell('go', undefined as never)
  for (const router of [robin, first]) {
    for (const replica of router.replicas) void replica.stop()
    await kernel.advance(6000)
    expect(() => router.tell('go', 4)).toThrow(expect.objectContaining({ code: 'actor-stopped' }))
  }
})

test('a dead letter is replayed alone where a filter says so, and stays where there is no room for it', async () => {
  const { kernel, system } = onManualClock()
  const slow = system.spawn(Slow, { name: 'slow' })
  const Fails = defineActor({
    name: 'fails',
    on: {
      go() {
        throw 'a string'
      },
    },
  })
  const fails = system.spawn(Fails, { name: 'fails' })
  slow.tell('go', 1, { timeout: 0 })
  fails.tell('go')
  await kernel.settle()
  expect(
    system.deadLetters
      .list()
      .map(({ reason }) => reason)
      .sort(),
  ).toEqual(['expired', 'failed'])
  slow.tell('go', 1)
  await kernel.settle()
  slow.tell('go', 2)
  const replayed = system.deadLetters.replay({ recipient: 'ganglion/slow' })
  expect(replayed).toMatchObject({ replayed: 0, refused: [{ error: { code: 'mailbox-full' } }] })
  expect(
    system.deadLetters
      .list({ type: 'go', reason: 'failed', limit: 1 })[0]
      ?.errors.map(({ message }) => message),
  ).toContain('a string')
})

test('a child that has been stopped can’t be given children, and a name must be a string', async () => {
  const { kernel, system } = onManualClock()
  const kept: { spawn(definition: typeof Slow): unknown }[] = []
  const Parent = defineActor({
    name: 'parent',
    signals: { stopping: (ctx) => void kept.push(ctx as never) },
    on: {},
  })
  void system.spawn(Parent).stop()
  await kernel.settle()
  expect(() => kept[0]?.spawn(Slow)).toThrow()
  expect(() => system.spawn(Slow, { name: Symbol('x') as never })).toThrow(
    expect.objectContaining({ path: 'name' }),
  )
})

test('an actor that handles nothing says so, and one without states can become nothing', async () => {
  const { kernel, system } = onManualClock()
  const Nothing = defineActor({ name: 'nothing' })
  const nothing = system.spawn(Nothing)
  nothing.tell('go' as never, undefined as never)
  const Stateless = defineActor({ name: 'stateless', on: { turn: (ctx) => ctx.become('other' as never) } })
  const turned = system.spawn(Stateless).ask('turn')
  turned.catch(() => {})
  await kernel.settle()
  expect(system.deadLetters.list({ reason: 'unhandled' })[0]?.errors[0]?.message).toContain(
    'it handles nothing',
  )
  await expect(turned).rejects.toMatchObject({
    cause: { remedy: expect.stringContaining('it has no states') },
  })
})

test('a message of bytes and of priority that its stop finds waiting ends as stopped', async () => {
  const { kernel, system } = onManualClock()
  const Sized = defineActor({
    name: 'sized',
    mailbox: { capacity: 10, bytes: 100, sizeOf: (body) => String(body).length },
    on: { put: (_ctx, _text: string) => new Promise<void>(() => {}) },
    shutdown: '1s',
  })
  const sized = system.spawn(Sized)
  sized.tell('put', 'in the handler')
  await kernel.settle()
  sized.tell('put', 'x'.repeat(90))
  expect(() => sized.tell('put', 'y'.repeat(20))).toThrow(expect.objectContaining({ code: 'mailbox-full' }))
  sized.tell('put', 'urgent', { priority: 3 })
  void sized.stop()
  await kernel.advance(1001)
  expect(system.ledger()).toMatchObject({
    balanced: true,
    inFlight: 0,
    deadLettered: { stopped: 2, failed: 1 },
  })
})

test('the matchers say what they saw, whichever way they are asked', async () => {
  const system = createTestSystem()
  const probe = system.probe('end')
  expect(matchers.toBeConserved(system)).toMatchObject({ pass: true })
  expect(matchers.toBeConserved(system).message()).toContain('balances')
  expect(matchers.toHaveDeadLetter(system, {}).message()).toContain('there is none')
  system.spawn(Slow).tell('nothing' as never, undefined as never)
  await system.settle()
  expect(matchers.toHaveDeadLetter(system, { reason: 'unhandled' }).message()).toMatch(/^a dead letter/)
  expect(matchers.toHaveNoLeaks(createTestSystem()).message()).toContain('nothing')
  expect(probe.received).toEqual([])
  await system.stop()
})

test('the behavior testkit computes replies, names children, and refuses what its actor does not have', async () => {
  const Asker = defineActor({
    name: 'asker',
    states: {
      idle: {
        async ask(ctx, n: number) {
          const child = ctx.spawn(Slow)
          ctx.spawn(Slow, { name: 'named' })
          return (await ctx.ask(child, 'go', n)) + 1
        },
        lost: (ctx) => ctx.become('nowhere' as 'idle'),
      },
    },
  })
  const kit = behaviorTestkit(Asker, { replies: { go: (n: number) => n * 10 } })
  expect(await kit.run('ask', 4)).toBe(41)
  expect(kit.effects().filter(({ kind }) => kind === 'spawn')).toHaveLength(2)
  expect(() => kit.run('lost')).toThrow(
    expect.objectContaining({ code: 'invalid-argument', value: 'nowhere' }),
  )
  expect(kit.terminated({ path: 'x', state: 'stopped' })).toBe(false)
  expect(kit.signal('started')).toBe(false)
})
