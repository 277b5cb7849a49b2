import { expect, test } from 'vitest'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { LogJournal } from '../../src/journal/open-journal.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'

const VALUE = 64 * 1024
const KEYS = 640

/** By how much the log is larger than what is needed of it, at most. Each flush writes this many values. */
async function churned(each: number): Promise<number> {
  const log = await SegmentedLog.open(
    platformKernel(),
    new MemoryDisk(),
    { bytesMax: Number.POSITIVE_INFINITY },
    true,
  )
  const journal = new LogJournal(log, async () => {})
  const store = journal.store()
  let most = 0
  for (let n = 0; n < KEYS * 5; n++) {
    // Most writes go to a few keys: the others are moved again and again.
    const key = n < KEYS ? n : Math.floor(((n * 0.618_033_988_749) % 1) ** 3 * KEYS)
    await store.commit([{ key: `key ${key}`, value: new Uint8Array(VALUE).fill(n) }])
    if (n % each !== 0) continue
    await store.flushed()
    const { bytes, liveBytes } = journal.figures()
    if (n > KEYS) most = Math.max(most, bytes / liveBytes)
  }
  await journal.close()
  return most
}

test.each([8, 32])(
  '[G195] a journal of 40 MiB stays below 1.5 times of what is needed while %i values of 64 KiB are replaced a flush',
  async (each) => {
    expect(await churned(each)).toBeLessThan(1.5)
  },
  60_000,
)

test('[G195] at no operation of the disk are the files of a journal of 32 MiB 1.5 times of what is needed', async () => {
  const disk = new MemoryDisk()
  const log = await SegmentedLog.open(platformKernel(), disk, { bytesMax: Number.POSITIVE_INFINITY }, true)
  const keys = 2 ** 14
  const value = new Uint8Array(2048)
  let most = 0
  for (let n = 0; n < keys * 3; n++) {
    const key = n < keys ? n : Math.floor(((n * 0.618_033_988_749) % 1) ** 3 * keys)
    log.commit({ put: [{ space: 'values', key: `key ${key}`, value }] })
    if (n % 256 !== 0) continue
    if (n > keys)
      disk.watch ??= () => {
        most = Math.max(most, disk.bytes / log.figures().liveBytes)
      }
    await log.flushed()
  }
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThan(1.5)
  await log.close()
}, 60_000)
