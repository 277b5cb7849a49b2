import { isDeepStrictEqual } from 'node:util'
import { scenario } from '../../../src/simulation/index.ts'
import { expected, openBank } from '../../journal/transfers.ts'

const FAULTS = { slowFlush: { rate: 0.1, range: ['1ms', '100ms'] } } as const
const RESERVE = 100_000

/**
 * A disk that others fill at any moment, also while the process is killed or the power is cut: what was accepted ends in the reserve,
 * what comes meanwhile is refused, and each transfer happens once.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  const open = new Set<number>()
  let sent = 0
  for (const life of sim.times(3)) {
    const journal = await disk.openJournal({ reserveBytes: RESERVE })
    const system = sim.system({ name: 'bank', journal })
    const bank = openBank(system, { bad: false, keys: 1000 })
    let dead = false
    // Refused: asked again later. An answer of a process that has died reaches nobody.
    const ask = (id: number): Promise<void> =>
      bank.transfer(id).then(
        () => void (dead || open.delete(id)),
        (error) => {
          if (error.code === 'journal-full') sim.reachable('a message that a full disk refuses')
        },
      )
    for (const id of [...open]) ask(id)
    for (const n of sim.times(8)) {
      sent += 1
      open.add(sent)
      ask(sent)
      // Others fill it while the reserve is there.
      if (n === 3 && disk.capacity === Number.POSITIVE_INFINITY)
        disk.capacity = disk.bytes + sim.random.integer(400)
      await sim.sleep(sim.random.integer(20))
    }
    await sim.sleep('1s')
    if (journal.figures().messages > 0) sim.unreachable('a full disk holds up what was accepted')
    if (life === 2 || sim.random.integer(2) === 0) {
      disk.capacity = Number.POSITIVE_INFINITY
      await sim.sleep('2s')
    }
    if (life < 2 && sim.random.integer(3) > 0) {
      if (sim.random.integer(2) === 0) disk.cutPower()
      else disk.kill()
      dead = true
      await system.stop({ drain: 0 })
    } else if (life < 2) {
      // In order, on a full disk too.
      await system.stop()
      await journal.close()
    } else {
      for (const id of [...open]) await bank.transfer(id)
      await sim.settle()
      const seen = await bank.seen()
      if (!isDeepStrictEqual(seen, expected(sent, false)))
        sim.unreachable(`each transfer once: ${JSON.stringify(seen)}`)
      await system.stop()
      await journal.close()
    }
  }
  sim.expect.conserved()
})
