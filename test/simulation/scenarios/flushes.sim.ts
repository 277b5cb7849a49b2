import type { Journal } from '../../../src/journal/index.ts'
import type { SimulatedDisk } from '../../../src/simulation/disk.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = {
  slowFlush: { rate: 0.2, range: ['1ms', '100ms'] },
  storeCrash: { rate: 0.02 },
} as const

/** Each is large: a few wait for a flush of their own, while another is in flight. */
const BYTES = 100_000

/**
 * Commits that come faster than the disk flushes them, and a power cut at any moment: a later flush may be on the disk where an earlier
 * one is not. What the next life finds are the first commits, all of them up to one, and those that were told as durable [G217].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  let flushed = 0
  let ended = false
  const journal = await opened(disk)
  disk.ended.then(() => {
    ended = true
  })
  const store = journal.store()
  for (const turn of sim.times(12)) {
    for (const n of sim.times(4)) {
      const commit = turn * 4 + n + 1
      const value = new Uint8Array(BYTES).fill(commit)
      if (!ended) await store.commit([{ key: `${commit}`, value }]).catch(() => undefined)
      store.flushed().then(
        () => {
          if (commit < flushed) sim.unreachable(`${commit} is told as durable after ${flushed}`)
          flushed = commit
        },
        () => undefined,
      )
    }
    if (disk.underWay > 1) sim.reachable('two flushes in flight')
    await sim.sleep(sim.random.integer(4))
  }
  if (!ended) disk.cutPower()
  const again = await opened(disk)
  const held: number[] = []
  for await (const { key, value } of again.store().list('')) {
    held.push(Number(key))
    if (!Buffer.alloc(BYTES, Number(key)).equals(value)) sim.unreachable(`a torn ${key}`)
  }
  held.sort((a, b) => a - b)
  if (held.some((commit, i) => commit !== i + 1)) sim.unreachable(`a hole: ${held}`)
  if (held.length < flushed) sim.unreachable(`${flushed} were told as durable, and ${held.length} are there`)
  if (held.length > flushed) sim.reachable('more than what was told')
  // Its power may be cut once more.
  await again.close().catch(() => undefined)
})

/** The power may be cut while it is opened, too. */
async function opened(disk: SimulatedDisk): Promise<Journal> {
  for (;;) {
    const journal = await disk.openJournal().catch((error: { code?: unknown }) => {
      if (error.code === 'journal-damaged') throw error
    })
    if (journal !== undefined) return journal
  }
}
