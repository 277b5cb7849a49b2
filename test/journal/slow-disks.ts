import type { RandomStream } from '../../src/kernel/kernel.ts'
import type { Disk, DiskFile } from '../../src/ports/disk.ts'

/** A disk whose writes to the log go `through`, and that tells which of its files were closed. */
function disk(
  inner: Disk,
  through: (write: () => Promise<void>) => Promise<void>,
  closed: string[] = [],
): Disk {
  const slow = (file: DiskFile, name: string): DiskFile => ({
    get size() {
      return file.size
    },
    write: (at, parts) => through(() => file.write(at, parts)),
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
    remove: (name) => inner.remove(name),
    syncNames: () => inner.syncNames(),
    room: () => inner.room(),
    reserved: () => inner.reserved(),
    reserve: (bytes) => inner.reserve(bytes),
  }
}

/** A write that waits. */
interface HeldWrite {
  go(): void
  fail(): void
}

/** A disk whose writes wait while `held.back` is true, until the test lets them go or fail. */
export function heldBack(inner: Disk) {
  const held = { back: false, writes: [] as HeldWrite[], closed: [] as string[] }
  const through = (write: () => Promise<void>): Promise<void> => {
    if (!held.back) return write()
    return new Promise((resolve, reject) => {
      held.writes.push({
        go: () => resolve(write()),
        fail: () => reject(Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' })),
      })
    })
  }
  return { disk: disk(inner, through, held.closed), held }
}

/** A disk whose writes take their time, each another: of two in flight the later one may end first. `both` hears of two at once. */
export function outOfOrder(inner: Disk, random: RandomStream, both: () => void): Disk {
  let underWay = 0
  return disk(inner, async (write) => {
    underWay += 1
    if (underWay > 1) both()
    for (let turns = random.integer(4); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    await write()
  })
}
