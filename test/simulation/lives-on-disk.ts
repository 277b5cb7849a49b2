import type { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import type { Disk, DiskFile } from '../../src/ports/disk.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import type { Mutant } from '../journal/actor-power-cuts.ts'
import { type Life, live } from '../journal/lives.ts'

/** A disk on which a flush takes its time, so that a power cut finds writes that wait. */
function slowed(disk: Disk, sim: Simulation): Disk {
  const slow = (file: DiskFile): DiskFile => ({
    get size() {
      return file.size
    },
    write: (at, parts) => file.write(at, parts),
    async sync() {
      await sim.sleep(sim.random.integer(12))
      await file.sync()
    },
    read: (at, length) => file.read(at, length),
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  })
  return {
    path: disk.path,
    list: () => disk.list(),
    open: async (name, make) => slow(await disk.open(name, make)),
    remove: (name) => disk.remove(name),
    syncNames: () => disk.syncNames(),
    room: () => disk.room(),
    reserved: () => disk.reserved(),
    reserve: (bytes) => disk.reserve(bytes),
  }
}

/** A process on this disk. */
export function begin(sim: Simulation, disk: MemoryDisk, { through, log }: Mutant): Promise<Life> {
  return live(disk, {
    kernel: sim.kernel,
    through: (inner) => slowed(through?.(inner) ?? inner, sim),
    ...(log === undefined ? {} : { log }),
    system: (journal) =>
      sim.system({
        name: 'bank',
        journal,
        supervision: { intensity: { restarts: 10_000, within: '1s', per: 'child' } },
      }),
  })
}

/** A power cut, or the end of the process alone: then everything that was written is there. */
export function cut(sim: Simulation, disk: MemoryDisk): MemoryDisk {
  if (sim.random.integer(3) === 0) {
    sim.note('kill -9')
    return disk.copy()
  }
  sim.note('the power is cut')
  return disk.afterPowerCut(sim.random)
}
