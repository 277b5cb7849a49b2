import { isDeepStrictEqual } from 'node:util'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import type { Simulation } from '../../src/simulation/index.ts'
import type { Mutant } from '../journal/actor-power-cuts.ts'
import { expected, openBank } from '../journal/transfers.ts'
import { begin, cut } from './lives-on-disk.ts'

const LIVES = 3

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
