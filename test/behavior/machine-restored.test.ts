import { describe, expect, test } from 'vitest'
import { assign, cancel, createActor, raise, sendParent, sendTo, setup } from 'xstate'
import { fromMachine } from '../../src/behavior/from-machine.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const waiter = setup({
  types: { events: {} as { type: 'look' } | { type: 'go' } },
  delays: { patience: 100 },
}).createMachine({
  id: 'waiter',
  on: { look: { actions: () => {} } },
  initial: 'waiting',
  states: { waiting: { on: { go: 'left' }, after: { patience: 'over' } }, left: {}, over: {} },
})

/** A child whose own state, and a word to its parent, wait; it counts what it is sent. */
const child = setup({ types: { context: {} as { hits: number } } }).createMachine({
  id: 'child',
  context: { hits: 0 },
  on: { hit: { actions: assign({ hits: ({ context }) => context.hits + 1 }) } },
  entry: sendParent({ type: 'heard' }, { id: 'word', delay: 80 }),
  initial: 'young',
  states: { young: { after: { 70: 'old' } }, old: {} },
})

/** Delayed events of every kind that a machine sends by hand. */
const sender = setup({
  types: {
    context: {} as { heard: string[] },
    events: {} as
      | { type: 'begin' }
      | { type: 'begin again' }
      | { type: 'quiet' }
      | { type: 'look' }
      | { type: 'heard' }
      | { type: 'named'; by: string }
      | { type: 'unnamed'; by: string },
  },
  actors: { child },
}).createMachine({
  id: 'sender',
  context: { heard: [] },
  invoke: { src: 'child', id: 'kid' },
  on: {
    look: { actions: () => {} },
    begin: {
      actions: [
        raise({ type: 'named', by: 'raise' }, { id: 'alarm', delay: 100 }),
        raise({ type: 'unnamed', by: 'raise' }, { delay: 110 }),
        sendTo('kid', { type: 'hit' }, { id: 'to the kid', delay: 100 }),
        sendTo(({ self }) => self, { type: 'named', by: 'sendTo' }, { id: 'to itself', delay: 120 }),
      ],
    },
    'begin again': { actions: raise({ type: 'unnamed', by: 'another' }, { delay: 100 }) },
    quiet: { actions: [cancel('alarm'), cancel('to the kid'), cancel('to itself')] },
    heard: { actions: assign({ heard: ({ context }) => [...context.heard, 'child'] }) },
    named: { actions: assign({ heard: ({ context, event }) => [...context.heard, event.by] }) },
    unnamed: {
      actions: assign({ heard: ({ context, event }) => [...context.heard, `${event.by}, unnamed`] }),
    },
  },
})

function onClock() {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const answer = async <T>(asked: Promise<T>): Promise<T> => {
    await kernel.settle()
    return asked
  }
  /** As it comes back from a file. */
  const kept = async <T>(asked: Promise<T>): Promise<T> =>
    JSON.parse(JSON.stringify(await answer(asked))) as T
  return { kernel, system, answer, kept }
}

describe('delays of a machine that is restored', () => {
  test('an after delay continues with the time that was left, at every start', async () => {
    const { kernel, system, answer, kept } = onClock()
    const first = system.spawn(fromMachine(waiter))
    await kernel.advance(60)
    const snapshot = await kept(first.ask('@snapshot'))
    await kernel.advance(500)
    const second = system.spawn(fromMachine(waiter, { snapshot }))
    const third = system.spawn(fromMachine(waiter, { snapshot }))
    await kernel.advance(30)
    expect(await answer(second.ask('look'))).toMatchObject({ value: 'waiting' })
    expect(await answer(third.ask('go'))).toMatchObject({ value: 'left' })
    const again = await kept(second.ask('@snapshot'))
    await kernel.advance(15)
    expect(await answer(second.ask('look'))).toMatchObject({ value: 'over' })
    expect(await answer(third.ask('look'))).toMatchObject({ value: 'left' })
    // A snapshot of what was restored holds what is left then.
    const fourth = system.spawn(fromMachine(waiter, { snapshot: again }))
    await kernel.advance(15)
    expect(await answer(fourth.ask('look'))).toMatchObject({ value: 'over' })
    expect(kernel.pendingTimers).toBe(0)
  })

  test('without kept times it starts at full length, those of children too', async () => {
    const { kernel, system, answer } = onClock()
    const ref = system.spawn(fromMachine(waiter, { snapshot: createActor(waiter).getPersistedSnapshot() }))
    const family = system.spawn(fromMachine(sender, { snapshot: createActor(sender).getPersistedSnapshot() }))
    await kernel.advance(60)
    expect(await answer(family.ask('@snapshot'))).toMatchObject({
      children: { kid: { snapshot: { value: 'young' } } },
    })
    await kernel.advance(30)
    expect(await answer(ref.ask('look'))).toMatchObject({ value: 'waiting' })
    expect(await answer(family.ask('@snapshot'))).toMatchObject({
      children: { kid: { snapshot: { value: 'old' } } },
    })
    await kernel.advance(15)
    expect(await answer(ref.ask('look'))).toMatchObject({ value: 'over' })
  })

  test('one that has run, and whose guard held the state, does not run again; one that is new is set', async () => {
    const { kernel, system, kept, answer } = onClock()
    let asked = 0
    const guarded = (after: Record<number, object>) =>
      setup({}).createMachine({
        id: 'guarded',
        initial: 'here',
        states: {
          here: { after: { 50: { guard: () => asked++ > 9, target: 'there' }, ...after } },
          there: {},
        },
      })
    const first = system.spawn(fromMachine(guarded({})))
    await kernel.advance(55)
    expect(asked).toBe(1)
    const snapshot = await kept(first.ask('@snapshot'))
    const restored = system.spawn(fromMachine(guarded({ 200: { target: 'there' } }), { snapshot }))
    await kernel.advance(190)
    expect(asked).toBe(1)
    expect(await answer(restored.ask('@snapshot'))).toMatchObject({ value: 'here' })
    await kernel.advance(15)
    expect(await answer(restored.ask('@snapshot'))).toMatchObject({ value: 'there' })
  })

  test('raise, sendTo and sendParent continue with what was left, with an id and without', async () => {
    const { kernel, system, answer, kept } = onClock()
    const first = system.spawn(fromMachine(sender))
    first.tell('begin')
    await kernel.advance(60)
    const snapshot = await kept(first.ask('@snapshot'))
    const restored = system.spawn(fromMachine(sender, { snapshot }))
    restored.tell('begin again')
    await kernel.advance(15)
    expect(await answer(restored.ask('look'))).toMatchObject({ context: { heard: [] } })
    await kernel.advance(10)
    expect(await answer(restored.ask('look'))).toMatchObject({ context: { heard: ['child'] } })
    await kernel.advance(40)
    const inAll = ['child', 'raise', 'raise, unnamed', 'sendTo']
    expect(await answer(restored.ask('look'))).toMatchObject({ context: { heard: inAll } })
    expect(await answer(restored.ask('@snapshot'))).toMatchObject({
      children: { kid: { snapshot: { value: 'old', context: { hits: 1 } } } },
    })
    await kernel.advance(50)
    expect(await answer(restored.ask('look'))).toMatchObject({
      context: { heard: [...inAll, 'another, unnamed'] },
    })
  })

  test('a restored one is cancelled by its id', async () => {
    const { kernel, system, answer, kept } = onClock()
    const first = system.spawn(fromMachine(sender))
    first.tell('begin')
    await kernel.advance(60)
    const snapshot = await kept(first.ask('@snapshot'))
    const restored = system.spawn(fromMachine(sender, { snapshot }))
    restored.tell('quiet')
    await kernel.advance(200)
    expect(await answer(restored.ask('look'))).toMatchObject({
      context: { heard: ['child', 'raise, unnamed'] },
    })
    expect(await answer(restored.ask('@snapshot'))).toMatchObject({
      children: { kid: { snapshot: { context: { hits: 0 } } } },
    })
  })
})
