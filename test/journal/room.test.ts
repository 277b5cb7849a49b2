import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { LogJournal } from '../../src/journal/open-journal.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'

async function journalOn(disk: MemoryDisk, bytesMax = Number.POSITIVE_INFINITY): Promise<LogJournal> {
  return new LogJournal(await SegmentedLog.open(platformKernel(), disk, { bytesMax }, true), async () => {})
}

const full = { code: 'journal-full' }
const value = (bytes: number) => new Uint8Array(bytes).fill(7)

test('[G138] a store in a journal with a bound never needs more, says so, and takes what frees or replaces', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk, 20_000)
  const store = journal.store()
  const kept: string[] = []
  // All in one turn: what is not written yet counts too.
  const commits = Array.from({ length: 300 }, (_, i) => ({ key: `key ${i}`, value: value(100) })).map(
    (write) =>
      store.commit([write]).then(
        () => kept.push(write.key),
        (error) => expect(error).toMatchObject(full),
      ),
  )
  await Promise.all(commits)
  await store.flushed()
  expect(kept.length).toBeGreaterThan(100)
  expect(kept.length).toBeLessThan(200)
  expect(journal.figures().liveBytes).toBeLessThanOrEqual(20_000)
  await expect(store.commit([{ key: 'large', value: value(30_000) }])).rejects.toMatchObject(full)
  await store.commit([{ key: 'key 0', value: value(100).fill(8) }])
  await expect(store.commit([{ key: 'key 0', value: value(5000) }])).rejects.toMatchObject(full)
  await store.commit([{ key: 'key 1', value: undefined }])
  await store.flushed()
  await store.commit([{ key: 'another', value: value(80) }])
  await journal.close()
  const again = (await journalOn(disk)).store()
  for (const key of ['another', ...kept.filter((key) => key !== 'key 1')])
    expect(await again.get(key), key).toBeDefined()
  expect(await again.get('key 0')).toEqual(value(100).fill(8))
})

const Sink = defineActor({
  name: 'sink',
  durable: true,
  mailbox: { capacity: 100_000 },
  state: () => ({ n: 0 }),
  on: {
    take(ctx, _body: string) {
      ctx.state.n += 1
    },
    n: (ctx) => ctx.state.n,
  },
})

test('[G138] messages beyond the bound are refused, those that were accepted are handled, and then there is room', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk, 50_000)
  const system = createSystem({ journal, log: false })
  const sink = system.spawn(Sink)
  sink.suspend()
  let accepted = 0
  for (let i = 0; i < 1000; i++) {
    await sink.offer('take', 'x'.repeat(200)).then(
      () => {
        accepted += 1
      },
      (error) => expect(error).toMatchObject(full),
    )
  }
  expect(accepted).toBeGreaterThan(100)
  expect(accepted).toBeLessThan(250)
  expect(journal.figures().liveBytes).toBeLessThanOrEqual(50_000)
  expect(() => sink.tell('take', 'x'.repeat(200))).toThrow(expect.objectContaining(full))
  sink.resume()
  await until(() => sink.load === 0)
  expect(await sink.ask('n')).toBe(accepted)
  await sink.ask('take', 'there is room')
  await system.stop()
  await journal.close()
})

test('[G98] [G138] messages that are refused for want of room push no idempotency key out of the window', async () => {
  const Till = defineActor({
    name: 'till',
    durable: { dedupe: { count: 4 } },
    state: () => ({ n: 0 }),
    on: { pay: (ctx, _note: string) => ++ctx.state.n },
  })
  const journal = await journalOn(new MemoryDisk(), 20_000)
  const system = createSystem({ journal, log: false })
  const till = system.spawn(Till)
  const pay = (key: string, bytes = 1) => till.ask('pay', 'x'.repeat(bytes), { idempotencyKey: key })
  expect([await pay('a'), await pay('b'), await pay('c')]).toEqual([1, 2, 3])
  for (let n = 0; n < 20; n++) await expect(pay(`large ${n}`, 30_000)).rejects.toMatchObject(full)
  expect([await pay('a'), await pay('b'), await pay('c')]).toEqual([1, 2, 3])
  await system.stop()
  await journal.close()
})

test('[G128] [G138] a run whose record or outcome has no room is told so, and an accepted one goes on where there is room', async () => {
  const disk = new MemoryDisk()
  const Long = defineProcessor({
    name: 'long',
    input: z.string(),
    output: z.string(),
    process: (text) => text.repeat(50),
  })
  const runs = async (journal: LogJournal) => {
    const system = createSystem({ log: false })
    const running = await system.run(pipeline('long', z.string()).to(Long))
    return { system, long: await running.durable(journal.store('runs')) }
  }
  const journal = await journalOn(disk, 20_000)
  const first = await runs(journal)
  const told: string[] = []
  for (let n = 0; n < 6; n++)
    await first.long.ask(`run ${n}`, 'x'.repeat(100)).then(
      () => told.push(`run ${n}`),
      (error) => expect(error).toMatchObject(full),
    )
  await expect(first.long.ask('large', 'x'.repeat(10_000))).rejects.toMatchObject(full)
  expect(told).toEqual(['run 0', 'run 1', 'run 2'])
  await first.system.stop()
  await journal.close()
  const next = await journalOn(disk)
  const second = await runs(next)
  // Their records were taken, their outcomes were not.
  for (let n = 0; n < 6; n++) expect(await second.long.outcome(`run ${n}`)).toBe('x'.repeat(5000))
  expect(await second.long.outcome('large')).toBeUndefined()
  await second.system.stop()
  await next.close()
})

test('[G194] a run whose outcome found no room gives it to whoever asks again once there is room, and no step runs twice', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk, 20_000)
  const others = journal.store('others')
  let ran = 0
  const Once = defineProcessor({
    name: 'once',
    input: z.string(),
    output: z.string(),
    process: async (text) => {
      ran += 1
      await others.commit([{ key: 'large', value: value(15_000) }])
      return text.repeat(50)
    },
  })
  const system = createSystem({ log: false })
  const running = await system.run(pipeline('once', z.string()).to(Once))
  const once = await running.durable(journal.store('runs'))
  await expect(once.ask('key', 'x'.repeat(100))).rejects.toMatchObject(full)
  await expect(once.ask('key', 'other')).rejects.toMatchObject(full)
  expect(once.keys()).toEqual(['key'])
  await others.commit([{ key: 'large', value: undefined }])
  const [one, two] = await Promise.all([once.ask('key', 'other'), once.outcome('key')])
  expect([one, two]).toEqual(['x'.repeat(5000), 'x'.repeat(5000)])
  expect({ ran, open: once.keys() }).toEqual({ ran: 1, open: [] })
  await system.stop()
  await journal.close()
  const next = await journalOn(disk.copy())
  const again = createSystem({ log: false })
  const runs = await (await again.run(pipeline('once', z.string()).to(Once))).durable(next.store('runs'))
  expect(await runs.outcome('key')).toBe('x'.repeat(5000))
  expect(ran).toBe(1)
  await again.stop()
  await next.close()
})

test('[G138] on a full disk what was accepted waits and goes on by itself; what came meanwhile was refused', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk)
  const system = createSystem({ journal, log: false })
  const sink = system.spawn(Sink)
  await sink.ask('take', 'first')
  disk.capacity = disk.bytes + 100
  const waits = sink.ask('take', 'x'.repeat(500))
  const store = journal.store()
  await turns(20)
  await expect(sink.ask('take', 'more')).rejects.toMatchObject(full)
  await expect(store.commit([{ key: 'more', value: value(10) }])).rejects.toMatchObject(full)
  let done = false
  waits.then(() => {
    done = true
  })
  await turns(20)
  expect(done).toBe(false)
  const cut = disk.copy()
  disk.capacity = Number.POSITIVE_INFINITY
  await waits
  expect(await sink.ask('n')).toBe(2)
  await system.stop()
  await journal.close()
  // Killed while it was full: what had been durable is there.
  const next = await journalOn(cut)
  const second = createSystem({ journal: next, log: false })
  expect(await second.spawn(Sink).ask('n')).toBe(1)
  await second.stop()
  await next.close()
})
