import { expect, test } from 'vitest'
import { assign, fromPromise, raise, sendParent, setup } from 'xstate'
import { fromMachine } from '../../src/behavior/from-machine.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import { simulate } from '../../src/simulation/simulate.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns } from '../../src/testkit/until.ts'
import { type Life, live } from './lives.ts'

type OrderEvent = { type: 'pay'; by: number } | { type: 'look' } | { type: 'ship' } | { type: 'break' }

/** An order that waits three days for its payment, reminds after one, and is closed ten days after it was shipped. */
const order = setup({
  types: { context: {} as { paid: number; reminders: number }, events: {} as OrderEvent },
}).createMachine({
  id: 'order',
  context: { paid: 0, reminders: 0 },
  initial: 'open',
  on: {
    look: { actions: () => {} },
    break: {
      actions: [
        assign({ paid: 1000 }),
        () => {
          throw new RangeError('broken')
        },
      ],
    },
  },
  states: {
    open: {
      entry: raise({ type: 'remind' } as never, { id: 'reminder', delay: 86_400_000 }),
      on: {
        pay: { target: 'paid', actions: assign({ paid: ({ event }) => event.by }) },
        ['remind' as never]: { actions: assign({ reminders: ({ context }) => context.reminders + 1 }) },
      },
      after: { 259200000: 'expired' },
    },
    paid: { on: { ship: 'shipped' } },
    shipped: { after: { 864000000: 'closed' } },
    expired: { type: 'final' },
    closed: { type: 'final' },
  },
})

async function inTime(
  scenario: (sim: Simulation, start: (disk: MemoryDisk) => Promise<Life>) => Promise<void>,
): Promise<void> {
  const { failure } = await simulate({ seed: 1, timeLimit: '365d' }, async (sim) => {
    const system = (journal: object) => sim.system({ name: 'home', journal: journal as never })
    await scenario(sim, (disk) => live(disk, { kernel: sim.kernel, system }))
  })
  expect(failure).toBeUndefined()
}

/** The process dies: what a power cut would have left, at the worst. */
async function dies(life: Life, disk: MemoryDisk): Promise<MemoryDisk> {
  const left = disk.copy()
  await life.system.stop({ drain: 0 })
  return left
}

test('[G135] a durable machine goes on in the next process, in the state that its last event left', async () => {
  const Order = fromMachine(order, { durable: true })
  let disk = new MemoryDisk()
  let life = await live(disk)
  let ref = life.system.spawn(Order)
  expect(await ref.ask('pay', { by: 7 })).toMatchObject({ value: 'paid', context: { paid: 7 } })
  disk = await dies(life, disk)
  life = await live(disk)
  ref = life.system.spawn(Order)
  expect(await ref.ask('look')).toMatchObject({ status: 'active', value: 'paid', context: { paid: 7 } })
  expect(await ref.ask('ship')).toMatchObject({ value: 'shipped' })
  disk = await dies(life, disk)
  life = await live(disk)
  expect(await life.system.spawn(Order).ask('look')).toMatchObject({ value: 'shipped' })
  await life.end()
})

test('[G135] a delay passes while no process runs, its others keep their times, and it needs no message', async () => {
  const Order = fromMachine(order, { durable: true })
  await inTime(async (sim, start) => {
    let disk = new MemoryDisk()
    let life = await start(disk)
    life.system.spawn(Order)
    await sim.sleep('12h')
    disk = await dies(life, disk)
    // Down for a day and a half: the reminder was due after one.
    await sim.sleep('36h')
    life = await start(disk)
    let ref = life.system.spawn(Order)
    await sim.sleep('1m')
    expect(await ref.ask('look')).toMatchObject({ value: 'open', context: { reminders: 1 } })
    disk = await dies(life, disk)
    life = await start(disk)
    ref = life.system.spawn(Order)
    await sim.sleep('23h')
    expect(await ref.ask('look')).toMatchObject({ value: 'open', context: { reminders: 1 } })
    await sim.sleep('2h')
    expect(await ref.ask('look')).toMatchObject({ status: 'done', value: 'expired' })
    // A final state stays, and ignores events.
    disk = await dies(life, disk)
    life = await start(disk)
    ref = life.system.spawn(Order)
    expect(await ref.ask('pay', { by: 1 })).toMatchObject({
      status: 'done',
      value: 'expired',
      context: { paid: 0 },
    })
    await life.end()
  })
})

test('[G135] a delay of an entity wakes it', async () => {
  const Order = fromMachine(order, { durable: { passivate: { after: '1m' } } })
  await inTime(async (sim, start) => {
    const life = await start(new MemoryDisk())
    const entity = life.system.entity(Order, 'order 17')
    await entity.ask('pay', { by: 3 })
    await entity.ask('ship')
    await sim.sleep('1h')
    expect(entity.state).toBe('stopped')
    await sim.sleep('11d')
    expect(await entity.ask('look')).toMatchObject({ status: 'done', value: 'closed', context: { paid: 3 } })
    await life.end()
  })
})

test('[G135] an event whose action throws leaves the machine as it was', async () => {
  const disk = new MemoryDisk()
  const life = await live(disk)
  const ref = life.system.spawn(fromMachine(order, { durable: true }))
  await ref.ask('pay', { by: 7 })
  await expect(ref.ask('break')).rejects.toMatchObject({ code: 'handler-failed' })
  expect(await ref.ask('look')).toMatchObject({ status: 'active', value: 'paid', context: { paid: 7 } })
  await life.end()
})

test('[G135] what an invoked promise leads to is durable; one that was cut off runs again', async () => {
  let runs = 0
  let finish = (_value: string): void => {}
  const machine = setup({
    types: { context: {} as { said: string } },
    actors: {
      call: fromPromise<string>(() => {
        runs += 1
        return new Promise((resolve) => {
          finish = resolve
        })
      }),
    },
  }).createMachine({
    id: 'caller',
    context: { said: '' },
    initial: 'calling',
    on: { look: { actions: () => {} } },
    states: {
      calling: {
        invoke: {
          src: 'call',
          onDone: { target: 'over', actions: assign({ said: ({ event }) => event.output }) },
        },
      },
      over: {},
    },
  })
  const Caller = fromMachine(machine, { durable: true })
  let disk = new MemoryDisk()
  let life = await live(disk)
  let ref = life.system.spawn(Caller)
  expect(await ref.ask('look')).toMatchObject({ value: 'calling' })
  disk = await dies(life, disk)
  life = await live(disk)
  ref = life.system.spawn(Caller)
  await ref.ask('look')
  expect(runs).toBe(2)
  finish('hello')
  await turns(5)
  await life.journal.store().flushed()
  disk = await dies(life, disk)
  life = await live(disk)
  expect(await life.system.spawn(Caller).ask('look')).toMatchObject({
    value: 'over',
    context: { said: 'hello' },
  })
  expect(runs).toBe(2)
  await life.end()
})

test('[G135] delays of children, and words to their parent, keep their times', async () => {
  const child = setup({}).createMachine({
    entry: sendParent({ type: 'heard' }, { id: 'word', delay: 20_000 }),
    initial: 'young',
    states: { young: { after: { 10000: 'old' } }, old: {} },
  })
  const parent = setup({ types: { context: {} as { heard: number } }, actors: { child } }).createMachine({
    id: 'parent',
    context: { heard: 0 },
    invoke: { src: 'child', id: 'kid' },
    on: { heard: { actions: assign({ heard: ({ context }) => context.heard + 1 }) } },
  })
  const Parent = fromMachine(parent, { durable: true })
  await inTime(async (sim, start) => {
    let disk = new MemoryDisk()
    let life = await start(disk)
    life.system.spawn(Parent)
    await sim.sleep('8s')
    disk = await dies(life, disk)
    await sim.sleep('4s')
    life = await start(disk)
    const ref = life.system.spawn(Parent)
    await sim.sleep('1s')
    expect(await ref.ask('@snapshot')).toMatchObject({
      context: { heard: 0 },
      children: { kid: { snapshot: { value: 'old' } } },
    })
    await sim.sleep('8s')
    expect(await ref.ask('@snapshot')).toMatchObject({ context: { heard: 1 } })
    await life.end()
  })
})

test('[G135] power cuts at any moment: each event counts once', async () => {
  const count = assign({ n: ({ context }: { context: { n: number } }) => context.n + 1 })
  const counter = setup({ types: { context: {} as { n: number } } }).createMachine({
    id: 'counter',
    context: { n: 0 },
    on: { look: { actions: () => {} } },
    initial: 'even',
    states: {
      even: { on: { add: { target: 'odd', actions: count as never } } },
      odd: { on: { add: { target: 'even', actions: count as never } } },
    },
  })
  const Counter = fromMachine(counter as never, { durable: true }) as ReturnType<
    typeof fromMachine<typeof order>
  >
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandomness(seed).stream('machine')
    let disk = new MemoryDisk()
    const open = new Set<string>()
    let sent = 0
    for (let n = 0; n < 4; n++) {
      const life = await live(disk)
      const ref = life.system.spawn(Counter)
      const add = (key: string) =>
        ref.ask('add' as never, undefined as never, { idempotencyKey: key }).then(
          () => open.delete(key),
          () => {},
        )
      const asked = [...open].map(add)
      for (let i = random.integer(12); i > 0; i--) {
        sent += 1
        open.add(`add ${sent}`)
        asked.push(add(`add ${sent}`))
        for (let turn = random.integer(3); turn > 0; turn--)
          await new Promise((resolve) => setImmediate(resolve))
      }
      if (n === 3) {
        await Promise.all(asked)
        expect(await ref.ask('look')).toMatchObject({
          value: sent % 2 === 0 ? 'even' : 'odd',
          context: { n: sent },
        })
        await life.end()
        continue
      }
      const before = new Set(open)
      disk = disk.afterPowerCut(random)
      await life.system.stop({ drain: 0 })
      // Nobody heard of what the dead process went on with.
      open.clear()
      for (const key of before) open.add(key)
    }
  }
})

test('what a durable machine can’t have is refused by path', async () => {
  expect(() => fromMachine(order, { durable: { events: {} } as never })).toThrow(
    'order.durable has no option',
  )
  expect(() => fromMachine(order, { durable: 7 as never })).toThrow()
  await using system = createSystem({ kernel: platformKernel() })
  expect(() => system.spawn(fromMachine(order, { durable: true }))).toThrow(
    expect.objectContaining({ code: 'no-journal' }),
  )
})
