import { defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e'] as const
const TEXT = 1000
/** Two states fit, three don't. */
const BYTES_MAX = 2 * TEXT + 500

const FAULTS = { throw: 0.03, slow: { rate: 0.2, range: ['1ms', '30ms'] }, slowFlush: 0.1 } as const

/** Entities whose states are large: once nothing is at work, no more of them are in memory than their bytes allow; none forgets anything. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  const written = new Map<string, number>()
  for (const life of [1, 2]) {
    const journal = await disk.openJournal()
    const system = sim.system({ name: 'attic', journal })
    const Box = defineActor({
      name: 'box',
      durable: { passivate: { after: '1h', bytesMax: BYTES_MAX } },
      retry: { attempts: 20 },
      state: () => ({ n: 0, text: '' }),
      on: {
        fill(ctx, n: number) {
          ctx.state.n = n
          ctx.state.text = String(n).padStart(TEXT, '.')
        },
        look: (ctx) => ctx.state,
      },
    })
    for (const n of sim.times(20)) {
      const key = sim.pick(KEYS)
      const box = system.entity(Box, key)
      void box.offer('fill', n + life * 100).then(
        () => written.set(key, Math.max(written.get(key) ?? 0, n + life * 100)),
        () => undefined,
      )
      if (sim.random.integer(2) === 0) await sim.sleep(sim.random.integer(40))
    }
    await sim.settle()
    await sim.sleep('100ms')
    const active = system.paths().filter((path) => path.includes('entities:box/'))
    if (active.length > 2) sim.unreachable(`${active.length} states in memory, and two fit`)
    if (written.size > 2) sim.reachable('some had to leave')
    for (const [key, n] of written) {
      const { n: found, text } = await seen(() => system.entity(Box, key).ask('look'))
      if (found !== n || text.length !== TEXT) sim.unreachable(`${key} holds ${found}, not ${n}`)
    }
    await system.stop()
    await journal.close()
    disk.kill()
  }
  sim.expect.conserved()
})

/** Faults strike it too. */
async function seen<T>(look: () => Promise<T>): Promise<T> {
  return look().catch(() => seen(look))
}
