import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { LogJournal } from '../../src/journal/open-journal.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'
import { hasSmallDisks, onSmallDisk } from './small-disk.ts'

const full = { code: 'journal-full' }
const RESERVE = 2 ** 20
const value = (bytes: number) => new Uint8Array(bytes).fill(7)

async function journalOn(disk: MemoryDisk, reserveBytes = RESERVE): Promise<LogJournal> {
  const options = { bytesMax: Number.POSITIVE_INFINITY, reserveBytes }
  return new LogJournal(await SegmentedLog.open(platformKernel(), disk, options, true), async () => {})
}

const Sink = defineActor({
  name: 'sink',
  durable: true,
  mailbox: { capacity: 100_000 },
  state: () => ({ n: 0, last: '' }),
  on: {
    take(ctx, text: string) {
      ctx.state.n += 1
      ctx.state.last = text
    },
    n: (ctx) => ctx.state.n,
  },
})

/** Again and again, while the disk is full. */
async function untilTaken(offer: () => Promise<void>): Promise<void> {
  await offer().catch(async (error) => {
    expect(error).toMatchObject(full)
    await turns(20)
    await untilTaken(offer)
  })
}

test('[G165] on a full disk what was accepted ends in the reserve, the journal closes, and the next process recovers', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk)
  const system = createSystem({ journal, log: false })
  const sink = system.spawn(Sink)
  sink.suspend()
  for (let n = 0; n < 500; n++) sink.tell('take', 'x'.repeat(200))
  await journal.store().flushed()
  disk.capacity = disk.bytes
  sink.resume()
  await until(() => journal.figures().messages === 0)
  await journal.store().flushed()
  await expect(sink.offer('take', 'more')).rejects.toMatchObject(full)
  await expect(sink.ask('take', 'more')).rejects.toMatchObject(full)
  await expect(journal.store().commit([{ key: 'more', value: value(10) }])).rejects.toMatchObject(full)
  await system.stop()
  await journal.close()
  expect(disk.bytes).toBeLessThanOrEqual(disk.capacity)

  const next = await journalOn(disk)
  expect(next.report).toMatchObject({ clean: true, messages: 0 })
  const second = createSystem({ journal: next, log: false })
  const again = second.spawn(Sink)
  await expect(again.offer('take', 'more')).rejects.toMatchObject(full)
  disk.capacity = Number.POSITIVE_INFINITY
  await untilTaken(() => again.offer('take', 'there is room'))
  expect(await again.ask('n')).toBe(501)
  expect(await disk.reserved()).toBe(RESERVE)
  await second.stop()
  await next.close()
})

test('[G165] a full disk is compacted within the reserve: a service that only replaces finds room each time', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk, 4 * 2 ** 20)
  const store = journal.store()
  for (let n = 0; n < 8; n++) await store.commit([{ key: `k${n}`, value: value(16_000) }])
  await store.flushed()
  disk.capacity = disk.bytes
  for (let round = 0; round < 1000; round++) {
    await store.commit([{ key: `k${round % 8}`, value: value(16_000).fill(round) }])
    await store.flushed()
    expect(disk.bytes).toBeLessThanOrEqual(disk.capacity)
  }
  await expect(store.commit([{ key: 'new', value: value(10) }])).rejects.toMatchObject(full)
  await journal.compact()
  await journal.close()
  const next = await journalOn(disk)
  expect(await next.store().get('k7')).toEqual(value(16_000).fill(999))
  await next.close()
})

test('[G165] without a reserve a stop on a full disk ends too, and says what could not be written', async () => {
  const disk = new MemoryDisk()
  const journal = await journalOn(disk, 0)
  const store = journal.store()
  await store.commit([{ key: 'kept', value: value(10) }])
  await store.flushed()
  disk.capacity = disk.bytes
  await store.commit([{ key: 'lost', value: value(1000) }])
  await expect(journal.close()).rejects.toMatchObject({ ...full, remedy: expect.any(String) })
  disk.capacity = Number.POSITIVE_INFINITY
  const next = await journalOn(disk)
  expect(await next.store().get('kept')).toEqual(value(10))
  expect(await next.store().get('lost')).toBeUndefined()
  await next.close()
})

test('[G165] a journal that can’t be made for want of room leaves the folder as it was', async () => {
  const disk = new MemoryDisk()
  disk.capacity = 5000
  await expect(journalOn(disk)).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(await disk.list()).toEqual([])
})

const small = await hasSmallDisks()

test.runIf(small)(
  '[G165] a real file system of 32 MB that somebody fills, and empties again',
  async () => {
    const program = fileURLToPath(new URL('./full-disk-process.ts', import.meta.url))
    const seen = JSON.parse(await onSmallDisk(32, [process.execPath, '--import', 'tsx', program]))
    expect(seen).toMatchObject({
      freeAtFull: 0,
      waitingAfter: 0,
      message: 'journal-full',
      store: 'journal-full',
      second: 'journal-locked',
      reserveLeft: true,
      clean: true,
      again: 'journal-full',
      storeAgain: 'journal-full',
      handled: 2001,
      storeAtLast: 'taken',
      withoutReserve: 'journal-full',
      soundAtLast: 0,
      makeOnFull: {
        name: 'JournalError',
        code: 'journal-full',
        path: '/another',
        value: 'ENOSPC',
        remedy: expect.stringContaining('Make room'),
      },
      unchanged: true,
    })
  },
  60_000,
)
