import { isDeepStrictEqual } from 'node:util'
import type { Disk, DiskFile } from '../../src/ports/disk.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import type { Mutant } from '../journal/actor-power-cuts.ts'
import { type Life, live } from '../journal/lives.ts'
import { MemoryDisk } from '../journal/memory-disk.ts'
import { expected, openBank } from '../journal/transfers.ts'

const LIVES = 3

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
  }
}

/**
 * Processes on one disk, one after the other: each makes transfers until the power is cut or it is killed, and the next goes on. Whoever
 * had no answer asks again. In the last one everything comes to rest, and each transfer has happened once.
 */
export async function durableBank(sim: Simulation, mutant: Mutant = {}): Promise<void> {
  let disk = new MemoryDisk()
  const open = new Set<number>()
  let sent = 0
  for (let n = 1; n <= LIVES; n++) {
    const life = await begin(sim, disk, mutant)

    const bank = openBank(life.system, { attempts: 20, bad: false, keys: mutant.keys ?? 1000 })
    // An answer of a process that has died reaches nobody.
    let dead = false
    const ask = (id: number): Promise<void> =>
      bank.transfer(id).then(
        () => {
          if (dead) return
          open.delete(id)
          sim.reachable('a transfer that was answered')
        },
        () => undefined,
      )
    for (const id of [...open]) ask(id)
    for (const _ of sim.times(8)) {
      sent += 1
      open.add(sent)
      ask(sent)
      if (sim.random.integer(2) === 0) await sim.sleep(sim.random.integer(10))
    }
    if (n < LIVES) {
      await sim.sleep(sim.random.integer(20))
      disk = cut(sim, disk)
      dead = true
      await life.system.stop({ drain: 0 })
      continue
    }
    await sim.settle()
    for (const id of [...open]) await tried(() => bank.transfer(id)).then(() => open.delete(id))
    await sim.settle()
    const seen = await tried(bank.seen)
    if (!isDeepStrictEqual(seen, expected(sent, false)))
      sim.unreachable(`each transfer once: ${JSON.stringify(seen)}`)
    await life.system.stop()
  }
  sim.expect.conserved()
}

/** Faults strike its asks too. */
function tried<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(() => tried(ask))
}

function begin(sim: Simulation, disk: MemoryDisk, { through, log }: Mutant): Promise<Life> {
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
function cut(sim: Simulation, disk: MemoryDisk): MemoryDisk {
  if (sim.random.integer(3) === 0) {
    sim.note('kill -9')
    return disk.copy()
  }
  sim.note('the power is cut')
  return disk.afterPowerCut(sim.random)
}
