import type { Journal } from '../../../src/journal/index.ts'
import type { SimulatedDisk } from '../../../src/simulation/disk.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = {
  slowFlush: { rate: 0.3, range: ['1ms', '50ms'] },
  storeCrash: { rate: 0.01 },
} as const

/** A dozen of them fill a file of the log. */
const BYTES = 350_000
const KEYS = 3

/**
 * A few large values are replaced again and again, so that files of the log are made, filled and removed, and the power is cut at any
 * moment of that. What the next life finds is what the first commits left, all of them up to one, and those that were durable [G235].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  let flushed = 0
  let commits = 0
  for (const life of sim.times(3)) {
    const journal = await opened(disk)
    const before = await newest(journal)
    if (before < flushed) sim.unreachable(`${flushed} were told as durable, and ${before} are there`)
    if (life > 0 && before < commits) sim.reachable('a commit that was cut off')
    commits = before
    flushed = before
    let ended = false
    disk.ended.then(() => {
      ended = true
    })
    const store = journal.store()
    for (const _ of sim.times(8)) {
      for (const _ of sim.times(1 + sim.random.integer(4))) {
        if (ended) break
        const commit = commits + 1
        const value = Buffer.alloc(BYTES, `${commit} `)
        commits = commit
        await store.commit([{ key: `${commit % KEYS}`, value }]).catch(() => undefined)
        store.flushed().then(
          () => {
            flushed = Math.max(flushed, commit)
          },
          () => undefined,
        )
      }
      await sim.sleep(sim.random.integer(6))
    }
    const files = journal.figures().bytes
    if (!ended && files > 0 && commits * BYTES > files * 2) sim.reachable('files were removed')
    if (!ended) disk.cutPower()
  }
})

/** The number of the last commit that is there. Those before it must be, as far as they were not replaced. */
async function newest(journal: Journal): Promise<number> {
  const held: number[] = []
  for await (const { value } of journal.store().list('')) {
    const commit = Number.parseInt(Buffer.from(value.subarray(0, 8)).toString(), 10)
    if (!Buffer.alloc(BYTES, `${commit} `).equals(value)) throw new Error(`a torn value of commit ${commit}`)
    held.push(commit)
  }
  held.sort((a, b) => b - a)
  const last = held[0] ?? 0
  const wanted = Array.from({ length: Math.min(KEYS, last) }, (_, i) => last - i)
  if (`${held}` !== `${wanted}`) throw new Error(`${held} are there, not ${wanted}`)
  return last
}

/** The power may be cut while it is opened, too. */
async function opened(disk: SimulatedDisk): Promise<Journal> {
  for (;;) {
    const journal = await disk.openJournal().catch((error: { code?: unknown }) => {
      if (error.code === 'journal-damaged') throw error
    })
    if (journal !== undefined) return journal
  }
}
