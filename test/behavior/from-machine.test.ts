import { expect, expectTypeOf, test } from 'vitest'
import { assign, fromPromise, type InspectionEvent, setup } from 'xstate'
import { fromMachine } from '../../src/behavior/from-machine.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const light = setup({
  types: {
    context: {} as { switched: number },
    events: {} as { type: 'toggle' } | { type: 'dim'; to: number } | { type: 'burn' } | { type: 'end' },
    input: {} as { switched?: number } | undefined,
  },
  delays: { tooLong: 1000 },
  guards: { mild: ({ event }) => event.type === 'dim' && event.to > 0 },
  actions: {
    burn: () => {
      throw new Error('burnt out')
    },
  },
}).createMachine({
  id: 'light',
  context: ({ input }) => ({ switched: input?.switched ?? 0 }),
  initial: 'off',
  states: {
    off: {
      on: { toggle: { target: 'on', actions: assign({ switched: ({ context }) => context.switched + 1 }) } },
    },
    on: {
      on: {
        toggle: 'off',
        dim: { guard: 'mild', target: 'dimmed' },
        burn: { actions: 'burn' },
        end: 'ended',
      },
      after: { tooLong: 'off' },
    },
    dimmed: { on: { toggle: 'off' } },
    ended: { type: 'final' },
  },
})

async function value(kernel: ManualKernel, asked: Promise<{ value: unknown }>): Promise<unknown> {
  await kernel.settle()
  return (await asked).value
}

test('events are messages, guards hold, delays run on our clock', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const ref = system.spawn(fromMachine(light))
  expectTypeOf(ref.tell).toBeCallableWith('dim', { to: 1 })
  expect(await value(kernel, ref.ask('toggle'))).toBe('on')
  expect(await value(kernel, ref.ask('dim', { to: 0 }))).toBe('on')
  expect(await value(kernel, ref.ask('dim', { to: 5 }))).toBe('dimmed')
  expect(await value(kernel, ref.ask('toggle'))).toBe('off')
  expect(await value(kernel, ref.ask('toggle'))).toBe('on')
  await kernel.advance(1001)
  expect(await value(kernel, ref.ask('dim', { to: 5 }))).toBe('off')
  // @ts-expect-error no such event
  expect(() => ref.tell('explode')).not.toThrow()
})

test('an error restarts it, a snapshot restores it, a final state stops it', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const inspected: InspectionEvent[] = []
  const ref = system.spawn(
    fromMachine(light, {
      input: { switched: 7 },
      inspect: (event: InspectionEvent) => void inspected.push(event),
    }),
  )
  ref.tell('toggle')
  const kept = ref.ask('@snapshot')
  await kernel.settle()
  const snapshot = await kept
  expect(snapshot).toMatchObject({ value: 'on', context: { switched: 8 } })
  expect(inspected.length).toBeGreaterThan(0)
  const burnt = ref.ask('burn').catch((error: unknown) => error)
  await kernel.advance(100)
  expect(await burnt).toMatchObject({ code: 'handler-failed', cause: { message: 'burnt out' } })
  expect(ref.states).toEqual(['starting', 'running', 'restarting', 'running'])
  expect(await value(kernel, ref.ask('dim', { to: 1 }))).toBe('off')
  const restored = system.spawn(
    fromMachine(light, { snapshot: JSON.parse(JSON.stringify(snapshot)) as typeof snapshot }),
  )
  expect(await value(kernel, restored.ask('dim', { to: 1 }))).toBe('dimmed')
  ref.tell('toggle')
  ref.tell('end')
  await kernel.settle()
  expect(ref.state).toBe('stopped')
  await kernel.advance(2000)
  expect(kernel.pendingTimers).toBe(0)
})

test('an invoked promise that fails outside of any message crashes the instance', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  let fail = (_error: Error): void => {}
  const loader = setup({
    actors: {
      load: fromPromise(
        () =>
          new Promise((_resolve, reject) => {
            fail = reject
          }),
      ),
    },
  }).createMachine({ id: 'loader', initial: 'loading', states: { loading: { invoke: { src: 'load' } } } })
  const ref = system.spawn(fromMachine(loader))
  await kernel.settle()
  fail(new Error('offline'))
  await kernel.advance(100)
  expect(ref.states).toEqual(['starting', 'running', 'restarting', 'running'])
})
