import { expect, test } from 'vitest'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'

const opened = (disk: MemoryDisk): Promise<SegmentedLog> =>
  SegmentedLog.open(platformKernel(), disk, { bytesMax: Number.POSITIVE_INFINITY }, true)

test('a message that was read before it was on disk does not change with later messages', async () => {
  const log = await opened(new MemoryDisk())
  const { first, flushed } = log.commit({ append: [{ to: 'a', bytes: Buffer.from('before') }] })
  const early = log.message(first)
  await flushed
  for (let n = 0; n < 100; n++) {
    await log.commit({ append: [{ to: 'b', bytes: Buffer.from(`after ${n}`) }] }).flushed
  }
  expect(Buffer.from(early?.bytes ?? []).toString()).toBe('before')
  await log.close()
})

test('names outside ASCII, long names and large values come back', async () => {
  const disk = new MemoryDisk()
  const log = await opened(disk)
  const names = ['a', 'Zürich', '日本', '🙂', 'x'.repeat(500), `${'y'.repeat(63)}é`]
  for (const name of names) {
    const value = Buffer.alloc(100_000, name)
    log.commit({ append: [{ to: name, bytes: value }], put: [{ space: name, key: name, value }] })
  }
  await log.close()
  const again = await opened(disk)
  expect([...again.unsettled()].map(({ to }) => to)).toEqual(names)
  for (const name of names)
    expect(Buffer.alloc(100_000, name).equals(again.get(name, name) ?? Buffer.alloc(0))).toBe(true)
  await again.close()
})

test('of several changes of one key before a flush the last one counts, also with a deletion between them', async () => {
  const disk = new MemoryDisk()
  const log = await opened(disk)
  const put = (key: string, value: string | undefined): unknown =>
    log.commit({
      put: [{ space: 's', key, value: value === undefined ? undefined : Buffer.from(value) }],
    })
  put('kept', 'one')
  put('gone', 'one')
  await log.flushed()
  put('kept', 'three')
  put('kept', undefined)
  put('kept', 'four')
  put('kept', 'longer than four')
  put('gone', 'two')
  put('gone', undefined)
  put('new', 'one')
  put('new', undefined)
  // While the group before it is on its way to the disk.
  const flushed = log.flushed()
  put('kept', 'last')
  await flushed
  await log.close()
  const again = await opened(disk)
  const found = [...again.entries('s')].map(({ key, value }) => [key, Buffer.from(value).toString()])
  expect(found).toEqual([['kept', 'last']])
  await again.close()
})

test('the few messages that stay while thousands end are there: as they are, compacted, and in the next process', async () => {
  const disk = new MemoryDisk()
  const log = await opened(disk)
  const waiting = new Map<number, string>()
  const found = (of: SegmentedLog): [number, string][] =>
    [...of.unsettled()].map(({ sequence, bytes }) => [sequence, Buffer.from(bytes).toString()])
  let before: number[] = []
  for (let n = 0; n < 200; n++) {
    const { first } = log.commit({
      append: Array.from({ length: 100 }, (_, i) => ({ to: 'a', bytes: Buffer.from(`${n}/${i}`) })),
      settle: before,
    })
    // One in 50 stays, and all of every 20th commit.
    const stays = (i: number): boolean => i % 50 === 7 || n % 20 === 0
    for (let i = 0; i < 100; i++) if (stays(i)) waiting.set(first + i, `${n}/${i}`)
    before = Array.from({ length: 100 }, (_, i) => first + i).filter((sequence) => !waiting.has(sequence))
    if (n % 10 === 0) await log.flushed()
  }
  log.commit({ settle: [...before, 3, 10 ** 9] })
  waiting.delete(3)
  expect(found(log)).toEqual([...waiting])
  await log.flushed()
  expect(found(log)).toEqual([...waiting])
  log.commit({ put: [{ space: 's', key: 'large', value: Buffer.alloc(5 * 2 ** 20) }] })
  await log.flushed()
  log.commit({ put: [{ space: 's', key: 'large', value: undefined }] })
  await log.compact()
  expect(found(log)).toEqual([...waiting])
  await log.close()
  const again = await opened(disk)
  expect(found(again)).toEqual([...waiting])
  expect(again.figures()).toMatchObject({ messages: waiting.size })
  await again.close()
})
