import { resilience } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const CONCURRENT = 2
const QUEUE = 3
const FAILURES = 3
const WITHIN_MS = 100
const OPEN_MS = 50
const RATE = { limit: 4, interval: 100 }

class Refused extends Error {}

/** Work that takes its time and fails now and then; its callers have little patience. */
export default scenario(import.meta.url, {}, async (sim) => {
  await sim.sleep(sim.random.integer(1e7))
  await sim.pick([rooms, breakers, rates])(sim)
})

/** Few at once, few in line, in their order; a caller that leaves the line takes nobody's place. */
async function rooms(sim: Simulation): Promise<void> {
  const guard = resilience(sim.kernel, { name: 'rooms', bulkhead: { concurrent: CONCURRENT, queue: QUEUE } })
  let running = 0
  let line: number[] = []
  const calls = [...sim.times(30)].map(async (id) => {
    await sim.sleep(sim.random.integer(120))
    const leaves = sim.random.integer(3) === 0
    const controller = new AbortController()
    const isFull = running >= CONCURRENT && line.length >= QUEUE
    if (running >= CONCURRENT && !isFull) line.push(id)
    if (leaves)
      void sim.sleep(sim.random.integer(30)).then(() => {
        line = line.filter((one) => one !== id)
        controller.abort(new Refused())
      })
    const work = async (): Promise<void> => {
      if (line.length > 0 && line.includes(id) && line[0] !== id)
        sim.unreachable(`${line[0]} is next, not ${id}`)
      line = line.filter((one) => one !== id)
      running += 1
      if (running > CONCURRENT) sim.unreachable(`${running} at once`)
      await sim.sleep(1 + sim.random.integer(20))
      running -= 1
    }
    const end = await ended(guard.run(work, { signal: controller.signal }))
    if ((end === 'bulkhead-full') !== isFull)
      sim.unreachable(`${isFull ? 'no room' : 'room'}, and it ends as ${end}`)
    if (isFull) sim.reachable('no room')
  })
  await Promise.all(calls)
  await sim.sleep('1s')
  if (running > 0 || guard.running > 0) sim.unreachable('every place comes free again')
}

/** So many failures within a while open it; then one trial at a time, and its end decides. */
async function breakers(sim: Simulation): Promise<void> {
  const options = { failures: FAILURES, within: WITHIN_MS, open: OPEN_MS }
  const guard = resilience(sim.kernel, { name: 'breakers', breaker: options })
  let failures: number[] = []
  let openedAt = Number.NEGATIVE_INFINITY
  for (const _ of sim.times(40)) {
    await sim.sleep(sim.random.integer(45))
    const fails = sim.random.integer(2) === 0
    const isOpen = sim.now < openedAt + OPEN_MS
    const isTrial = !isOpen && openedAt > Number.NEGATIVE_INFINITY
    let tried = 0
    const work = async (): Promise<void> => {
      tried += 1
      await sim.sleep(5)
      if (fails) throw new Error('it fails')
    }
    // While the trial runs, another call is refused.
    const both = [guard.run(work), ...(isTrial ? [guard.run(work)] : [])].map(ended)
    const [first, second] = await Promise.all(both)
    if ((first === 'breaker-open') !== isOpen)
      sim.unreachable(`it is ${isOpen ? 'open' : 'not open'}, and says ${first}`)
    if (isTrial && second !== 'breaker-open')
      sim.unreachable(`one trial at a time, and the second says ${second}`)
    if (tried !== (isOpen ? 0 : 1)) sim.unreachable(`tried ${tried} times`)
    if (isOpen) continue
    if (isTrial) sim.reachable('a trial')
    if (isTrial && !fails) [failures, openedAt] = [[], Number.NEGATIVE_INFINITY]
    if (!fails) continue
    failures = [...failures.filter((at) => sim.now - at < WITHIN_MS), sim.now]
    if (!isTrial && failures.length < FAILURES) continue
    ;[failures, openedAt] = [[], sim.now]
  }
}

/** So many calls in an interval, however long none has come before. */
async function rates(sim: Simulation): Promise<void> {
  const guard = resilience(sim.kernel, { name: 'rates', rateLimit: RATE })
  const times: number[] = []
  for (const _ of sim.times(40)) {
    await sim.sleep(sim.random.integer(60))
    for (let n = 0; n < 3; n++) {
      const asked = sim.now
      const end = await ended(guard.run(() => void times.push(sim.now)))
      const recent = times.filter((at) => asked - at < RATE.interval)
      // A full bucket, and what flows in meanwhile.
      if (recent.length > 2 * RATE.limit) sim.unreachable(`${recent.length} calls within ${RATE.interval} ms`)
      if (end !== 'done' && recent.length === 0) sim.unreachable('whoever waited for an interval may call')
      if (end !== 'done') sim.reachable('too many')
    }
  }
}

function ended(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'failed',
  )
}
