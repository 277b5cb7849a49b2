import type { Journal } from '../../../src/journal/index.ts'
import type { SimulatedDisk } from '../../../src/simulation/disk.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = {
  slowFlush: { rate: 0.2, range: ['1ms', '50ms'] },
  storeCrash: { rate: 0.005 },
} as const
const LIVES = 4
const BYTES = 700

/** What a store holds. */
type Held = ReadonlyMap<string, number>

interface Written {
  readonly key: string
  readonly value: number | undefined
}

/**
 * A journal that is compacted again and again while it is written: the file that grows is sealed, what is needed of it is moved, and it
 * goes. The power is cut at any moment of that. What the next life finds is what the first commits left, all of them up to one, and
 * those that were told as durable [G95].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  let base: Held = new Map()
  let n = 0
  for (const life of sim.times(LIVES)) {
    const journal = await opened(disk)
    const store = journal.store()
    let ended = false
    let compacting = 0
    disk.ended.then(() => {
      ended = true
      if (compacting > 0) sim.reachable('the power is cut while the journal is compacted')
    })
    const log: Written[] = []
    let durable = 0
    const compact = async (): Promise<void> => {
      const { bytes } = journal.figures()
      compacting += 1
      try {
        await journal.compact()
        if (journal.figures().bytes < bytes) sim.reachable('space that was released')
      } catch {
        // The power was cut.
      }
      compacting -= 1
    }
    for (const _ of sim.times(12)) {
      if (ended) break
      n += 1
      const key = `key ${sim.random.integer(4)}`
      const value = sim.random.integer(5) === 0 ? undefined : n
      const bytes = value === undefined ? undefined : Buffer.from(String(value).padEnd(BYTES, '.'))
      const taken = await store.commit([{ key, value: bytes }]).then(
        () => true,
        () => false,
      )
      if (taken) log.push({ key, value })
      const upTo = log.length
      store.flushed().then(
        () => {
          durable = Math.max(durable, upTo)
        },
        () => undefined,
      )
      if (sim.random.integer(3) === 0) compact()
      await sim.sleep(sim.random.integer(25))
    }
    if (!ended && life < LIVES - 1) disk.cutPower()
    else if (!ended) await journal.close().catch(() => undefined)
    const next = await opened(disk)
    const found = await heldIn(next)
    const isAllowed = statesFrom(base, log)
      .slice(durable)
      .some((state) => isSame(state, found))
    if (!isAllowed)
      sim.unreachable(
        `a prefix of the commits with the ${durable} durable ones: ${JSON.stringify([...found])}`,
      )
    base = found
    await next.close().catch(() => undefined)
  }
})

/** The power may be cut while it is opened, too. */
async function opened(disk: SimulatedDisk): Promise<Journal> {
  for (;;) {
    const journal = await disk.openJournal({ reserveBytes: 0 }).catch((error: { code?: unknown }) => {
      if (error.code === 'journal-damaged') throw error
    })
    if (journal !== undefined) return journal
  }
}

async function heldIn(journal: Journal): Promise<Held> {
  const held = new Map<string, number>()
  for await (const { key, value } of journal.store().list(''))
    held.set(key, Number(Buffer.from(value).toString().replaceAll('.', '')))
  return held
}

/** The state after none, one, two … of the commits. */
function statesFrom(base: Held, log: readonly Written[]): Held[] {
  const states = [base]
  for (const { key, value } of log) {
    const next = new Map(states.at(-1))
    if (value === undefined) next.delete(key)
    else next.set(key, value)
    states.push(next)
  }
  return states
}

function isSame(a: Held, b: Held): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
