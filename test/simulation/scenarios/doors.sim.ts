import { z } from 'zod'
import { defineProcessor, pipeline, type RunningPipeline } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const Item = z.object({ id: z.number(), tenant: z.string() })
type Item = z.infer<typeof Item>

const SERVICE_MS = 20
const FOREVER = '10h'

function worker(sim: Simulation, begun: (item: Item) => void) {
  return defineProcessor({
    name: 'work',
    input: Item,
    output: Item,
    mailbox: { capacity: 1000 },
    async process(item) {
      begun(item)
      await sim.sleep(SERVICE_MS)
      return item
    },
  })
}

/** One at a time: the order in which runs begin is what the waiting room has chosen. */
async function started(sim: Simulation, admission: object, begun: (item: Item) => void) {
  return sim.system().run(pipeline('door', Item, { timeout: FOREVER, admission }).to(worker(sim, begun)))
}

const ONE = { min: 1, max: 1, initial: 1 }

/**
 * The waiting room and the mailboxes of a step, run by run: whoever is due first goes first, nobody starves, tenants take turns by
 * their shares, one that was idle has saved nothing up, and a full room is left by whoever takes most of it [G57] [G59] [G181].
 */
export default scenario(import.meta.url, {}, async (sim) => {
  await sim.sleep(sim.random.integer(1e7))
  await sim.pick([dues, atAStep, starved, idle, crowded, shared])(sim)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

type Running = RunningPipeline<Item, Item>

/** Asks; the first of all begins at once, and holds the door meanwhile. */
function ask(running: Running, item: Item, options: object = {}): Promise<unknown> {
  const { tenant } = item
  return running.ask(item, { tenant, ...options }).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  )
}

/** Of one tenant: the more urgent first, then the one due first, then who came first. */
async function dues(sim: Simulation): Promise<void> {
  const begun: number[] = []
  const running = await started(sim, { limit: ONE }, ({ id }) => void begun.push(id))
  const asks = [ask(running, { id: -1, tenant: 'a' })]
  await sim.sleep(1)
  const items = [...sim.times(8)].map((id) => ({
    id,
    priority: sim.random.integer(2),
    due: 1 + sim.random.integer(4),
  }))
  for (const { id, priority, due } of items)
    asks.push(ask(running, { id, tenant: 'a' }, { priority, timeout: `${due * 5}s` }))
  await Promise.all(asks)
  const order = items.toSorted((a, b) => b.priority - a.priority || a.due - b.due || a.id - b.id)
  if (begun.slice(1).join() !== order.map(({ id }) => id).join())
    sim.unreachable(`the most urgent first, then by their deadlines: ${begun.join(' ')}`)
}

/** No limit at the door: a run comes back to the step, and goes before those that began after it. */
async function atAStep(sim: Simulation): Promise<void> {
  const turns = new Map<number, number>()
  const work = worker(sim, (item) => {
    turns.set(item.id, (turns.get(item.id) ?? 0) + 1)
    // While one comes back, the next may have its first turn, and the one after it.
    const open = [...turns].filter(([id, had]) => id < item.id - 2 && had < 3)
    if (turns.get(item.id) === 1 && open.length > 0)
      sim.unreachable(`what began first goes first: ${item.id} before the next turn of ${open[0]?.[0]}`)
  })
  const limit = { min: 100, max: 100, initial: 100 }
  const running = await sim.system().run(
    pipeline('loop', Item, { timeout: FOREVER, admission: { limit } }).loop(work, {
      until: ({ id }) => turns.get(id) === 3,
      max: 4,
    }),
  )
  const asks = [...sim.times(9)].map((id) =>
    ask(running, { id, tenant: 'a' }, { priority: sim.random.integer(3), timeout: `${10 + id * 2}s` }),
  )
  await Promise.all(asks)
}

/** A flood that is more urgent by one: what waits beside it is served after a second. */
async function starved(sim: Simulation): Promise<void> {
  let waited = Number.POSITIVE_INFINITY
  const askedAt = sim.now
  const running = await started(sim, { limit: ONE }, ({ id }) => {
    if (id === -1) waited = sim.now - askedAt
  })
  const asks = [ask(running, { id: 0, tenant: 'a' }, { priority: 1 })]
  await sim.sleep(1)
  asks.push(ask(running, { id: -1, tenant: 'a' }))
  for (let n = 1; n < 1400 / SERVICE_MS; n++) {
    asks.push(ask(running, { id: n, tenant: 'a' }, { priority: 1 }))
    await sim.sleep(SERVICE_MS)
  }
  if (waited > 1200) sim.unreachable(`a flood starves the others: one waits for ${waited} ms`)
  await Promise.all(asks)
}

/** One tenant works alone for a while; the other, which was idle, then takes turns with it, and no more. */
async function idle(sim: Simulation): Promise<void> {
  const begun: string[] = []
  const running = await started(sim, { limit: ONE }, ({ tenant }) => void begun.push(tenant))
  const both = ['a', 'b'].map((tenant) => ask(running, { id: 0, tenant }))
  await Promise.all(both)
  const alone = [...sim.times(20)].map((id) => ask(running, { id, tenant: 'a' }))
  await sim.sleep(SERVICE_MS * 15)
  begun.length = 0
  const asks = [...sim.times(12)].flatMap((id) => ['a', 'b'].map((tenant) => ask(running, { id, tenant })))
  await Promise.all([...alone, ...asks])
  takeTurns(sim, begun, { a: 1, b: 1 })
}

/** The room is full: of two tenants the one that has most there loses its last. */
async function crowded(sim: Simulation): Promise<void> {
  const running = await started(sim, { limit: ONE, maxWaiting: 10 }, () => undefined)
  const asks = [ask(running, { id: -1, tenant: 'flood' })]
  await sim.sleep(1)
  const flood = [...sim.times(10)].map((id) => ask(running, { id, tenant: 'flood' }))
  await sim.sleep(1)
  const small = [...sim.times(3)].map((id) => ask(running, { id, tenant: 'small' }))
  for (const end of await Promise.all(small))
    if (end !== 'answered') sim.unreachable(`who takes least of a full room stays: ${end}`)
  const ends = await Promise.all([...asks, ...flood])
  const lost = ends.filter((end) => end === 'overloaded').length
  if (flood.length === 10 && lost !== small.length)
    sim.unreachable(`${small.length} came into a full room, and ${lost} had to leave`)
}

/** No limit at the door: the tenants meet at the step. */
async function shared(sim: Simulation): Promise<void> {
  const shares = { a: 1, b: sim.pick([1, 2, 3]) }
  const begun: string[] = []
  const limit = { min: 100, max: 100, initial: 100 }
  const running = await started(sim, { limit, tenants: shares }, ({ tenant }) => void begun.push(tenant))
  const asks = [...sim.times(12)].flatMap((id) =>
    ['a', 'a', 'b'].map((tenant) => ask(running, { id, tenant })),
  )
  await Promise.all(asks)
  takeTurns(sim, begun, shares)
}

/** While both have work waiting, neither has had more than its share, but for one turn of each. */
function takeTurns(
  sim: Simulation,
  begun: readonly string[],
  shares: Readonly<Record<'a' | 'b', number>>,
): void {
  const [lastOfA, lastOfB] = [begun.lastIndexOf('a'), begun.lastIndexOf('b')]
  const together = begun.slice(0, Math.min(lastOfA, lastOfB))
  const had = { a: 0, b: 0 }
  let [least, most] = [0, 0]
  for (const tenant of together) {
    had[tenant as 'a' | 'b'] += 1 / shares[tenant as 'a' | 'b']
    least = Math.min(least, had.a - had.b)
    most = Math.max(most, had.a - had.b)
  }
  if (most - least > 2 * (1 / shares.a + 1 / shares.b))
    sim.unreachable(`tenants take turns by their shares ${shares.a} and ${shares.b}: ${begun.join('')}`)
}
