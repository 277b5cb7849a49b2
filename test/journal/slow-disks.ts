import { SEGMENT_HEAD_BYTES } from '../../src/journal/log/segment.ts'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import type { Disk, DiskFile } from '../../src/ports/disk.ts'

/** What is done to a file of the log: its head alone is written, or groups are, or it is removed. */
type Operation = 'head' | 'groups' | 'removal'

/** A disk whose changes of the log go `through`, and that tells which of its files were closed. */
function disk(
  inner: Disk,
  through: (operation: Operation, run: () => Promise<void>) => Promise<void>,
  closed: string[] = [],
): Disk {
  const slow = (file: DiskFile, name: string): DiskFile => ({
    get size() {
      return file.size
    },
    write: (at, parts) => {
      const [first] = parts
      const alone = parts.length === 1 && first?.length === SEGMENT_HEAD_BYTES
      return through(at === 0 && alone ? 'head' : 'groups', () => file.write(at, parts))
    },
    sync: () => file.sync(),
    read: (at, length) => file.read(at, length),
    truncate: (size) => file.truncate(size),
    close: () => {
      closed.push(name)
      return file.close()
    },
  })
  return {
    path: inner.path,
    list: () => inner.list(),
    open: async (name, make) => {
      const file = await inner.open(name, make)
      return name.endsWith('.log') ? slow(file, name) : file
    },
    remove: async (name) => {
      if ((await inner.list()).includes(name)) await through('removal', () => inner.remove(name))
    },
    syncNames: () => inner.syncNames(),
    room: () => inner.room(),
    reserved: () => inner.reserved(),
    reserve: (bytes) => inner.reserve(bytes),
  }
}

/** A change that waits. */
interface HeldChange {
  go(): void
  fail(): void
}

/** A disk whose changes of one kind wait while `held.back` is true, until the test lets them go or fail. */
export function heldBack(inner: Disk, which: Operation = 'groups') {
  const held = { back: false, changes: [] as HeldChange[], closed: [] as string[] }
  const through = (operation: Operation, run: () => Promise<void>): Promise<void> => {
    if (!held.back || operation !== which) return run()
    return new Promise((resolve, reject) => {
      held.changes.push({
        go: () => resolve(run()),
        fail: () => reject(Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' })),
      })
    })
  }
  return { disk: disk(inner, through, held.closed), held }
}

/** A disk whose changes take their time, each another: of two in flight the later one may end first. `both` hears of two at once. */
export function outOfOrder(inner: Disk, random: RandomStream, both: () => void): Disk {
  let underWay = 0
  return disk(inner, async (_, run) => {
    underWay += 1
    if (underWay > 1) both()
    for (let turns = random.integer(4); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    await run()
  })
}
