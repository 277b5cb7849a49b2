import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import {
  explore,
  type FaultOptions,
  type SimulatedDisk,
  type Simulation,
  simulate,
} from '../../src/simulation/index.ts'

const Counter = defineActor({
  name: 'counter',
  durable: true,
  state: () => ({ n: 0 }),
  on: { add: (ctx) => ++ctx.state.n, n: (ctx) => ctx.state.n },
})

/** Lives on one disk, each ended by a power cut or a kill: whatever was answered is there in the next. */
async function counted(sim: Simulation, disk: SimulatedDisk): Promise<void> {
  let answered = 0
  for (const _ of sim.times(6)) {
    const journal = await disk.openJournal()
    const system = sim.system({ name: 'shop', journal })
    const counter = system.spawn(Counter)
    const n = await counter.ask('n')
    if (n < answered) sim.unreachable(`${answered} were counted, and ${n} are left`)
    for (let i = sim.random.integer(9); i > 0; i--)
      counter.ask('add').then(
        (now) => {
          answered = Math.max(answered, now)
        },
        () => undefined,
      )
    await sim.sleep(sim.random.integer(30))
    if (sim.random.integer(2) === 0) disk.cutPower()
    else disk.kill()
    await system.stop({ drain: 0 })
  }
}

test('[G136] what a durable actor has answered is there after power cuts and kills at any moment', async () => {
  const { failure } = await explore({ runs: 200, workers: 0 }, (sim) => counted(sim, sim.disk()))
  expect(failure).toBeUndefined()
})

test('[G136] a program that acknowledges before it has flushed is found, replays and shrinks', async () => {
  const unflushed = async (sim: Simulation): Promise<void> => {
    const disk = sim.disk('orders')
    const journal = await disk.openJournal()
    const acknowledged: string[] = []
    for (const i of sim.times(5)) {
      const key = `order ${i}`
      const store = journal.store()
      await store.commit([{ key, value: Uint8Array.of(1) }])
      acknowledged.push(key)
      if (i % 2 === 1) await store.flushed()
    }
    disk.cutPower()
    const next = (await disk.openJournal()).store()
    for (const key of acknowledged)
      if ((await next.get(key)) === undefined) sim.unreachable(`${key} was acknowledged and is gone`)
  }
  const found = await explore({ runs: 50, workers: 0 }, unflushed)
  expect(found.failure?.message).toMatch(/order \d was acknowledged and is gone/)
})

/** One run with a fault that strikes at every opportunity until it has struck `budget` times. */
async function struck(
  faults: FaultOptions,
  scenario: (sim: Simulation, disk: SimulatedDisk) => Promise<void>,
) {
  const result = await simulate({ seed: 1, faults: { budget: 1, ...faults } }, (sim) =>
    scenario(sim, sim.disk()),
  )
  expect(result.failure).toBeUndefined()
}
const value = Uint8Array.of(1)

/** Faults strike an opening too: then it can be tried again. */
function opened(disk: SimulatedDisk): ReturnType<SimulatedDisk['openJournal']> {
  return disk.openJournal().catch((error) => {
    expect(error.code).toBe('journal-full')
    return opened(disk)
  })
}

test('a full disk delays what was accepted, and loses none of it', async () => {
  await struck({ diskFull: 1, budget: 3 }, async (sim, disk) => {
    const store = (await opened(disk)).store()
    await store.commit([{ key: 'a', value }])
    await store.flushed()
    disk.cutPower()
    const again = (await opened(disk)).store()
    if ((await again.get('a')) === undefined) sim.unreachable('what was flushed is gone')
  })
})

test('a write or flush that fails ends the journal by name; the next opening has what was durable', async () => {
  await struck({ ioError: { at: { disk: 0.3 } } }, async (sim, disk) => {
    const flushed: string[] = []
    for (const _ of sim.times(4)) {
      const journal = await disk.openJournal().catch(() => undefined)
      const store = journal?.store()
      for (let i = 0; i < 20 && store !== undefined; i++) {
        const key = `${flushed.length} ${i}`
        try {
          await store.commit([{ key, value }])
          await store.flushed()
          flushed.push(key)
        } catch (error) {
          expect((error as { code: string }).code).toBe('journal-failed')
          break
        }
      }
      disk.kill()
    }
    const store = (await disk.openJournal()).store()
    for (const key of flushed) if ((await store.get(key)) === undefined) sim.unreachable(`${key} is gone`)
  })
})

test('a power cut by a fault ends what waits, and is told', async () => {
  await struck({ storeCrash: { at: { disk: 0.1 } } }, async (sim, disk) => {
    let ends = 0
    let flushed = 0
    for (let life = 0; life < 3; life++) {
      disk.ended.then(() => {
        ends += 1
      })
      const journal = await disk.openJournal().catch(() => undefined)
      const store = journal?.store()
      for (let i = 0; i < 20 && ends === life && store !== undefined; i++) {
        try {
          await store.commit([{ key: `${flushed}`, value }])
          await store.flushed()
          flushed += 1
        } catch (error) {
          expect((error as { code: string }).code).toBe('journal-failed')
        }
      }
      if (ends === life) disk.kill()
      await sim.sleep(1)
    }
    expect(ends).toBe(3)
    const store = (await disk.openJournal()).store()
    for (let i = 0; i < flushed; i++)
      if ((await store.get(`${i}`)) === undefined) sim.unreachable(`${i} is gone`)
  })
})

test('[G136] damage of every kind is named at the next opening, or nothing of what is needed was damaged', async () => {
  const seen = { named: 0, harmless: 0 }
  const { failure } = await explore({ runs: 300, workers: 0 }, async (sim) => {
    const disk = sim.disk()
    const first = await disk.openJournal()
    const store = first.store()
    const keys = Array.from({ length: 5 + sim.random.integer(200) }, (_, i) => `key ${i}`)
    for (const key of keys) await store.commit([{ key, value: new Uint8Array(sim.random.integer(40)) }])
    await store.flushed()
    await first.close()
    if (disk.damage(sim.pick(['bit', 'lost', 'misdirected'] as const)) === undefined) return
    try {
      const next = (await disk.openJournal()).store()
      for (const key of keys)
        if ((await next.get(key)) === undefined) sim.unreachable(`${key} is missing, and nothing said so`)
      seen.harmless += 1
    } catch (error) {
      const { code } = error as { code: string }
      if (code !== 'journal-damaged' && code !== 'journal-foreign' && code !== 'journal-version') throw error
      seen.named += 1
    }
  })
  expect(failure).toBeUndefined()
  expect(seen.named).toBeGreaterThan(100)
})

test('one process at a time has the disk; options are checked', async () => {
  await struck({}, async (_sim, disk) => {
    const journal = await disk.openJournal()
    await expect(disk.openJournal()).rejects.toMatchObject({ code: 'journal-locked' })
    disk.kill()
    const second = await disk.openJournal()
    await second.close()
    await (await disk.openJournal({ bytesMax: 1000 })).close()
    await expect(disk.openJournal({ create: 1, bytes: 2 } as never)).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await journal.close().catch(() => undefined)
  })
})
