import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { fromMachine } from '../../src/behavior/from-machine.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { behaviorTestkit } from '../../src/testkit/behavior-testkit.ts'

type Events = { type: 'burn' } | { type: 'poke' } | { type: 'go' }

/** Waits, moves on by a delay, and counts what else it hears. */
const waiter = setup({
  types: { context: {} as { poked: number; waits: number }, events: {} as Events },
  delays: { patience: ({ context }) => context.waits },
  actions: {
    burn: () => {
      throw new Error('burnt out')
    },
  },
}).createMachine({
  id: 'waiter',
  context: { poked: 0, waits: 100 },
  on: { poke: { actions: assign({ poked: ({ context }) => context.poked + 1 }) }, burn: { actions: 'burn' } },
  initial: 'waiting',
  states: {
    waiting: { on: { go: 'left' }, after: { patience: 'over' } },
    left: {},
    over: {},
  },
})

function onClock() {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const answer = async <T>(asked: Promise<T>): Promise<T> => {
    await kernel.settle()
    return asked
  }
  return { kernel, system, answer }
}

describe('delays of a machine', () => {
  test('[G148] one armed by an earlier instance does not move the next one', async () => {
    const { kernel, system, answer } = onClock()
    const ref = system.spawn(fromMachine(waiter))
    await kernel.settle()
    // The delay is due, and not run, when the instance crashes.
    ref.suspend()
    await kernel.advance(101)
    ref.kill('a test')
    await kernel.advance(50)
    expect(ref.states.slice(-2)).toEqual(['restarting', 'running'])
    expect(await answer(ref.ask('poke'))).toMatchObject({ value: 'waiting', context: { poked: 1 } })
    await kernel.advance(100)
    expect(await answer(ref.ask('poke'))).toMatchObject({ value: 'over' })
  })

  for (const overflow of ['reject', 'drop-newest', 'drop-oldest', 'backpressure'] as const) {
    test(`one that is due is not lost by a full mailbox: ${overflow}`, async () => {
      const { kernel, system, answer } = onClock()
      const ref = system.spawn(fromMachine(waiter, { mailbox: { capacity: 1, overflow } }))
      await kernel.settle()
      ref.suspend()
      ref.tell('poke')
      await kernel.advance(101)
      if (overflow === 'drop-oldest') ref.tell('poke')
      ref.resume()
      await kernel.settle()
      expect(await answer(ref.ask('poke'))).toMatchObject({ value: 'over', context: { poked: 2 } })
      expect(system.deadLetters.list({ type: '@delay' })).toEqual([])
      expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
    })
  }

  test('none moves a suspended machine; cancelled meanwhile, it never does', async () => {
    const { kernel, system, answer } = onClock()
    const ref = system.spawn(fromMachine(waiter))
    await kernel.settle()
    ref.suspend()
    const kept = ref.ask('@snapshot')
    await kernel.advance(200)
    ref.resume()
    await kernel.settle()
    // The system lane goes before the mailbox.
    expect(await kept).toMatchObject({ value: 'over' })
    const left = system.spawn(fromMachine(waiter))
    expect(await answer(left.ask('go'))).toMatchObject({ value: 'left' })
    await kernel.advance(200)
    expect(await answer(left.ask('poke'))).toMatchObject({ value: 'left' })
    expect(kernel.pendingTimers).toBe(0)
  })

  test('an error in what one leads to crashes the instance', async () => {
    const { kernel, system } = onClock()
    const fuse = setup({
      actions: {
        burn: () => {
          throw new Error('burnt out')
        },
      },
    }).createMachine({
      id: 'fuse',
      initial: 'lit',
      states: { lit: { after: { 50: { target: 'out', actions: 'burn' } } }, out: {} },
    })
    const ref = system.spawn(fromMachine(fuse))
    await kernel.settle()
    await kernel.advance(55)
    expect(ref.states).toContain('restarting')
    expect(system.deadLetters.list()).toEqual([])
  })

  test('in the testkit they are effects', async () => {
    const kit = behaviorTestkit(fromMachine(waiter))
    kit.signal('started')
    await import('xstate')
    await Promise.resolve()
    expect(kit.effects()).toMatchObject([{ kind: 'timer', type: '@delay', delayMs: 100, repeat: false }])
  })
})

test('an invoked promise that leads it to its end stops the actor', async () => {
  const { kernel, system } = onClock()
  let finish = (_value: string): void => {}
  const loader = setup({
    actors: {
      load: fromPromise(
        () =>
          new Promise<string>((resolve) => {
            finish = resolve
          }),
      ),
    },
  }).createMachine({
    id: 'loader',
    initial: 'loading',
    states: { loading: { invoke: { src: 'load', onDone: 'loaded' } }, loaded: { type: 'final' } },
  })
  const ref = system.spawn(fromMachine(loader))
  await kernel.settle()
  finish('done')
  await kernel.settle()
  expect(ref.state).toBe('stopped')
  const other = system.spawn(fromMachine(loader))
  await kernel.settle()
  void other.stop()
  finish('too late')
  await kernel.settle()
  expect(other.state).toBe('stopped')
})

test('[G51] a delay runs in the context of the event that set it, whoever else sends meanwhile', async () => {
  const { kernel, system, answer } = onClock()
  const als = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const machine = setup({
    types: { events: {} as Events },
    actions: { look: () => void seen.push(als.getStore()) },
  }).createMachine({
    id: 'light',
    initial: 'off',
    on: { poke: { actions: 'look' } },
    states: { off: { on: { go: 'on' } }, on: { after: { 100: { target: 'off', actions: 'look' } } } },
  })
  const light = system.spawn(fromMachine(machine))
  await answer(als.run('red', () => light.ask('go')))
  await answer(als.run('blue', () => light.ask('poke')))
  await als.run('green', () => kernel.advance(100))
  expect(seen).toEqual(['blue', 'red'])
  await answer(als.run('blue', () => light.ask('go')))
  light.kill('to begin again')
  await kernel.advance(1000)
  expect(seen).toEqual(['blue', 'red'])
  await answer(system.stop())
})
