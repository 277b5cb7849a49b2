import { expect, test } from 'vitest'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { Disk } from '../../src/ports/disk.ts'
import { until } from '../../src/testkit/until.ts'
import { heldBack } from './slow-disks.ts'

const opened = (disk: Disk): Promise<SegmentedLog> =>
  SegmentedLog.open(platformKernel(), disk, { bytesMax: Number.POSITIVE_INFINITY }, true)

const VALUE = Buffer.alloc(100_000, 'x')

/** Commits of 3 MB, by default: enough for a flush of their own. */
function commitMuch(log: SegmentedLog, name: string, commits = 30): Promise<void> {
  let flushed = Promise.resolve()
  for (let n = 0; n < commits; n++)
    ({ flushed } = log.commit({ put: [{ space: name, key: String(n), value: VALUE }] }))
  return flushed
}

/** The names of the commits that end well, in the order in which they are told so, and the codes of others. */
function told(flushes: Readonly<Record<string, Promise<void>>>): string[] {
  const heard: string[] = []
  for (const [name, flushed] of Object.entries(flushes))
    flushed.then(
      () => heard.push(name),
      (error) => heard.push(`${name}: ${error.code}`),
    )
  return heard
}

/** A log with two flushes in flight: both are held back. */
async function twoFlights() {
  const memory = new MemoryDisk()
  const { disk, held } = heldBack(memory)
  const log = await opened(disk)
  await commitMuch(log, 'before', 1)
  held.back = true
  const one = commitMuch(log, 'one')
  await until(() => held.changes.length === 1)
  const two = commitMuch(log, 'two')
  await until(() => held.changes.length === 2)
  return { memory, log, held, heard: told({ one, two }), ended: Promise.allSettled([one, two]) }
}

test('[G217] a flush begins while the one before is in flight, and is told as durable after it', async () => {
  const { memory, log, held, heard, ended } = await twoFlights()
  const three = commitMuch(log, 'three')
  const lone = commitMuch(log, 'lone', 1)
  held.changes[1]?.go()
  const image = memory.copy()
  expect(heard).toEqual([])
  held.back = false
  held.changes[0]?.go()
  await ended
  expect(heard).toEqual(['one', 'two'])
  await Promise.all([three, lone])
  await log.close()

  // The later one alone is on the disk: nobody was told so, and it is no part of what the journal holds.
  const again = await opened(image)
  expect(again.report.discarded).toMatchObject({ found: expect.any(String) })
  expect(again.spaces()).toEqual(['before'])
  await again.close()
})

test('[G217] where the disk fails for a flush, nothing behind it is told as durable, and what is before it is', async () => {
  const first = await twoFlights()
  first.held.changes[1]?.go()
  first.held.changes[0]?.fail()
  await first.ended
  expect(first.heard).toEqual(['one: journal-failed', 'two: journal-failed'])
  await expect(first.log.close()).rejects.toMatchObject({ code: 'journal-failed' })
  const again = await opened(first.memory)
  expect(again.spaces()).toEqual(['before'])
  await again.close()

  const second = await twoFlights()
  second.held.changes[1]?.fail()
  second.held.changes[0]?.go()
  await second.ended
  expect(second.heard).toEqual(['one', 'two: journal-failed'])
  await expect(second.log.close()).rejects.toMatchObject({ code: 'journal-failed' })
  const later = await opened(second.memory)
  expect(later.spaces()).toEqual(['before', 'one'])
  await later.close()
})

test('[G217] a journal that is closed or whose disk has failed closes its files once nothing is written to them', async () => {
  const { log, held, ended } = await twoFlights()
  held.changes[0]?.fail()
  await ended
  const closed = log.close().catch(() => undefined)
  await new Promise((resolve) => setImmediate(resolve))
  expect(held.closed).toEqual([])
  held.changes[1]?.go()
  await closed
  expect(held.closed).toContain('000000000001.log')
})

test('[G95] damage in the first group of a flush is named where a later flush tells that it was durable', async () => {
  const disk = new MemoryDisk()
  const log = await opened(disk)
  for (const name of ['one', 'two', 'three']) await commitMuch(log, name, 5)
  // Not closed: the process has died.
  const image = disk.copy()
  const bytes = image.bytesOf('000000000001.log')
  bytes[200] = (bytes[200] as number) ^ 1
  await expect(opened(image)).rejects.toMatchObject({ code: 'journal-damaged', value: [{ lost: [1, 1] }] })
})

test('[G235] commits are told as durable while the next file of the log is being made', async () => {
  const { disk, held } = heldBack(new MemoryDisk(), 'head')
  const log = await opened(disk)
  await commitMuch(log, 'before', 1)
  held.back = true
  await commitMuch(log, 'more')
  await until(() => held.changes.length === 1)
  await commitMuch(log, 'meanwhile', 3)
  held.back = false
  held.changes[0]?.go()
  await log.close()
})

test('[G235] and while a file that is needed no longer is being removed', async () => {
  const memory = new MemoryDisk()
  const { disk, held } = heldBack(memory, 'removal')
  const log = await opened(disk)
  held.back = true
  for (let n = 0; n < 8; n++) await commitMuch(log, 'again')
  await until(() => held.changes.length > 0)
  await commitMuch(log, 'again')
  held.back = false
  for (const change of held.changes) change.go()
  await log.close()
  expect(await memory.list()).not.toContain('000000000001.log')
  const again = await opened(memory)
  expect([...again.entries('again')]).toHaveLength(30)
  await again.close()
})

test('[G235] where the disk fails for the next file, the journal has failed, and what was durable is', async () => {
  const memory = new MemoryDisk()
  const { disk, held } = heldBack(memory, 'head')
  const log = await opened(disk)
  await commitMuch(log, 'before', 1)
  held.back = true
  await commitMuch(log, 'more')
  await until(() => held.changes.length === 1)
  held.changes[0]?.fail()
  await expect(log.close()).rejects.toMatchObject({ code: 'journal-failed' })
  const again = await opened(memory)
  expect(again.spaces()).toEqual(['before', 'more'])
  await again.close()
})

test('[G95] damage at the end of a file is named where the next one was made after it', async () => {
  const disk = new MemoryDisk()
  const log = await opened(disk)
  await commitMuch(log, 'one')
  await commitMuch(log, 'two', 1)
  // Not closed: the process has died. The next file has been made since, and holds nothing yet.
  const image = disk.copy()
  expect(await image.list()).toContain('000000000002.log')
  const bytes = image.bytesOf('000000000001.log')
  bytes[200] = (bytes[200] as number) ^ 1
  await expect(opened(image)).rejects.toMatchObject({ code: 'journal-damaged' })
})
