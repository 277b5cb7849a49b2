import { defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

interface Line {
  readonly id: number
  count: number
}

/** The one line that all its handlers hand over, and change afterwards. */
const line: { id: number; count: number } = { id: 0, count: 0 }

const Cart = defineActor({
  name: 'cart',
  retry: { attempts: 20 },
  durable: {
    snapshotEvery: 3,
    events: {
      added(state: { lines: Line[] }, added: Line) {
        state.lines.push(added)
      },
      counted(state: { lines: Line[] }, more: number) {
        const last = state.lines.at(-1)
        if (last !== undefined) last.count += more
      },
      refused(state: { lines: Line[] }) {
        state.lines.pop()
        throw new RangeError('halfway')
      },
    },
  },
  state: () => ({ lines: [] as Line[] }),
  on: {
    add(ctx, { id, refuse }: { id: number; refuse: boolean }) {
      line.id = id
      line.count = 1
      ctx.persist('added', line)
      ctx.persist('counted', 1)
      line.count = 99
      ctx.maybe('between events')
      if (!refuse) return
      try {
        ctx.persist('refused')
      } catch {
        // Its handler goes on, and the message fails still.
      }
    },
    lines: (ctx) => ctx.state.lines.map(({ id, count }) => ({ id, count })),
  },
})

const FAULTS = { throw: 0.05, crash: 0.05, slowFlush: 0.1, maybe: 0.05 } as const

/**
 * A cart whose handlers change what they have persisted, and catch what an event throws, through power cuts and kills. At each moment
 * and in each life every line counts two, no refused one is there, and each that was acknowledged is.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim: Simulation) => {
  const disk = sim.disk()
  const acknowledged = new Set<number>()
  const refused = new Set<number>()
  let sent = 0
  for (let life = 0; life < 4; life++) {
    const system = sim.system({
      name: 'shop',
      journal: await disk.openJournal(),
      supervision: { intensity: { restarts: 10_000, within: '1s', per: 'child' } },
    })
    const ref = system.spawn(Cart)
    await checked(sim, () => ref.ask('lines'), acknowledged, refused)
    let dead = false
    for (const _ of sim.times(5)) {
      sent += 1
      const id = sent
      const refuse = sim.random.integer(4) === 0
      if (refuse) refused.add(id)
      ref.ask('add', { id, refuse }).then(
        () => {
          if (!dead) acknowledged.add(id)
        },
        () => undefined,
      )
      if (sim.random.integer(2) === 0) await sim.sleep(sim.random.integer(10))
    }
    if (sim.random.integer(3) === 0) await checked(sim, () => ref.ask('lines'), acknowledged, refused)
    await sim.sleep(sim.random.integer(30))
    if (sim.random.integer(2) === 0) disk.cutPower()
    else disk.kill()
    dead = true
    await system.stop({ drain: 0 })
  }
})

async function checked(
  sim: Simulation,
  lines: () => Promise<Line[]>,
  acknowledged: ReadonlySet<number>,
  refused: ReadonlySet<number>,
): Promise<void> {
  const owed = [...acknowledged]
  const found = await tried(lines)
  for (const { id, count } of found) {
    if (count !== 2) sim.unreachable(`line ${id} counts ${count}`)
    if (refused.has(id)) sim.unreachable(`line ${id} was refused and is there`)
  }
  for (const id of owed) if (!found.some((one) => one.id === id)) sim.unreachable(`line ${id} is lost`)
  if (found.length > 0) sim.reachable('lines were read')
}

/** Faults strike these too. */
function tried<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(() => tried(ask))
}
