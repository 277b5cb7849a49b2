import { scenario } from '../../../src/simulation/index.ts'

const NAMED: ReadonlySet<unknown> = new Set(['journal-damaged', 'journal-foreign', 'journal-version'])

/**
 * A disk that flips a bit, loses a write or puts one in the place of another: the next opening names the damage, or everything that was
 * flushed is there as it was [G136].
 */
export default scenario(import.meta.url, async (sim) => {
  const disk = sim.disk()
  const first = await disk.openJournal()
  const store = first.store()
  const values = new Map<string, Uint8Array>()
  for (const n of sim.times(5 + sim.random.integer(60))) {
    const value = new Uint8Array(sim.random.integer(400)).fill(n + 1)
    values.set(`key ${n}`, value)
    await store.commit([{ key: `key ${n}`, value }])
  }
  await store.flushed()
  await first.close()
  if (disk.damage(sim.pick(['bit', 'lost', 'misdirected'] as const)) === undefined) return
  const next = await disk.openJournal().catch((error: { code?: unknown }) => {
    if (!NAMED.has(error.code)) throw error
    sim.reachable('damage that was named')
    return undefined
  })
  if (next === undefined) return
  const held = next.store()
  for (const [key, value] of values) {
    const found = await held.get(key)
    if (found === undefined || Buffer.compare(found, value) !== 0) sim.unreachable(`${key} as it was flushed`)
  }
  await next.close()
})
