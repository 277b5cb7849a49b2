import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Item = z.object({ id: z.number(), tenant: z.string() })

const FAULTS = { throw: 0.02, reject: 0.02, crash: 0.01, hang: 0.002 } as const

const HOPES = [
  'answered',
  'refused',
  'refused after a wait',
  'the machine was slow',
  'a step was killed',
  'a caller left',
]

const TIMEOUT_MS = 1000

/**
 * More than a pipeline can do: bursts, a machine that slows to a third, steps that are killed, callers that leave.
 * Every ask settles; nothing is worked on for what has settled; what was refused has never begun; the small tenant gets its
 * share of what begins; in the end the door lets everything in again [G56] [G57] [G58] [G59] [G60].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const concurrency = sim.pick([1, 2, 4])
  const serviceMs = sim.pick([20, 60])
  let slow = 1
  const settled = new Set<number>()
  const begun = new Set<number>()
  const step = (name: string) =>
    defineProcessor({
      name,
      input: Item,
      output: Item,
      concurrency,
      retry: { attempts: 2, backoff: '5ms' },
      async process(item) {
        if (settled.has(item.id)) sim.unreachable('no work for the settled')
        begun.add(item.id)
        await sim.sleep(serviceMs * slow)
        return item
      },
    })
  const running = await sim.system().run(
    pipeline('busy', Item, { timeout: TIMEOUT_MS, admission: { maxWaiting: 40 } })
      .to(step('one'))
      .to(step('two')),
  )
  let asked = 0
  const ask = async (tenant: string, leave = false) => {
    asked += 1
    const id = asked
    const caller = new AbortController()
    if (leave) void sim.sleep(sim.random.integer(200)).then(() => caller.abort())
    const { refusedWaiting } = running.load()
    try {
      await running.ask({ id, tenant }, { tenant, signal: caller.signal })
      seen.add('answered')
    } catch (error) {
      const { code } = error as { code: string }
      if (code === 'cancelled') seen.add('a caller left')
      if (code === 'overloaded') {
        if (begun.has(id)) sim.unreachable('what is refused has not begun')
        seen.add(running.load().refusedWaiting > refusedWaiting ? 'refused after a wait' : 'refused')
      }
    }
    settled.add(id)
    return id
  }
  const { limit: first } = running.load()
  sim.invariant('the room is bounded', () => running.load().waiting <= 40)
  sim.invariant(
    'no more is in flight than ever was allowed',
    () => running.load().inFlight <= Math.max(first, 1024),
  )
  const asks: Promise<number>[] = []
  const everyMs = serviceMs / concurrency
  for (const phase of sim.times(3)) {
    slow = phase === 1 ? 3 : 1
    if (slow > 1) seen.add('the machine was slow')
    for (let n = 0; n < 25; n++) {
      // The flood asks for twice what there is, the small tenant for a tenth.
      asks.push(ask('flood', n % 9 === 0), ask('flood'))
      if (n % 10 === 5) asks.push(ask('small'))
      await sim.sleep(everyMs)
    }
    if (sim.random.integer(3) === 0) {
      running.kill(sim.pick(['one', 'two']))
      seen.add('a step was killed')
    }
  }
  await Promise.all(asks)
  if (settled.size !== asked) sim.unreachable('every ask settles')
  // The load has gone: nothing keeps the door shut.
  const { refused } = running.load()
  await ask('flood')
  if (running.load().refused > refused) sim.unreachable('the door opens again by itself')
  const { inFlight, waiting } = running.load()
  if (inFlight !== 0 || waiting !== 0)
    sim.unreachable(`nothing is left: ${inFlight} in flight, ${waiting} waiting`)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
