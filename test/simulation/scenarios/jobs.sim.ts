import { z } from 'zod'
import { defineProcessor, errorChain, pipeline, resilience } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const N = z.number()

const FAULTS = {
  delay: ['0ms', '40ms'],
  mailboxFull: 0.03,
  reject: 0.05,
  throw: 0.05,
  hang: 0.01,
  crash: 0.02,
  slow: { rate: 0.1, range: ['50ms', '20s'] },
} as const

const HOPES = [
  'a step was killed',
  'an item failed',
  'it was left and resumed',
  'others filled the pipeline',
  'a breaker held items back',
]

/** Its callee was asked too much or has failed too often: that is no result. */
const BUSY = ['breaker-open', 'bulkhead-full', 'rate-limited', 'mailbox-full', 'pipeline-full']

/**
 * A job on a pipeline that is slow, full and killed: every item has one result, in order where that is asked, whatever that
 * takes; nothing is read far ahead; one that is left continues where it stopped [G63]. Items that a breaker, a bulkhead or a rate limit
 * of a step refuses are asked again [G233].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const guard = resilience(sim.kernel, {
    name: 'callee',
    breaker: { failures: 2, within: '1s', open: '400ms' },
    bulkhead: { concurrent: 2 },
    rateLimit: { limit: 3, interval: '60ms' },
  })
  const downFrom = sim.random.integer(400)
  const isDown = () => sim.now >= downFrom && sim.now < downFrom + 1500
  const call = async () => {
    await sim.sleep(sim.random.integer(20))
    if (isDown()) throw new Error('the callee is down')
  }
  const step = (name: string, replicas: number) =>
    defineProcessor({
      name,
      input: N,
      output: N,
      concurrency: 2,
      timeout: '30s',
      mailbox: { capacity: 4 * replicas },
      retry: { attempts: 4, backoff: '10ms' },
      process: async (n) => {
        await sim.sleep(sim.random.integer(30))
        if (name === 'two')
          await guard.run(call).catch((error: unknown) => {
            if (guard.breaker !== 'closed') seen.add('a breaker held items back')
            throw error
          })
        return n + 1
      },
    })
  const running = await sim
    .system()
    .run(pipeline('job', N, { timeout: '10m', maxInFlight: 6 }).to(step('one', 1)).to(step('two', 2)))
  const ordered = sim.random.integer(2) === 0
  const inFlight = sim.pick([1, 3, undefined])
  const items = 12
  let read = 0
  async function* source() {
    for (let n = 0; n < items; n++) {
      read = n + 1
      if (sim.random.integer(4) === 0) await sim.sleep(sim.random.integer(50))
      yield n
    }
  }
  const results = new Map<number, number | undefined>()
  const once = async (leaveAfter: number) => {
    let got = 0
    const job = running.askAll(source(), {
      ordered,
      ...(inFlight === undefined ? {} : { inFlight }),
      done: (id) => results.has(Number(id)),
    })
    for await (const { index, input, value, error } of job) {
      if (results.has(index)) sim.unreachable('one result an item')
      if (value !== undefined && value !== input + 2) sim.unreachable('the result is its own item’s')
      if (error !== undefined) seen.add('an item failed')
      if (errorChain(error).some(({ code }) => BUSY.includes(code))) sim.unreachable('no room is no result')
      if (ordered && index !== results.size) sim.unreachable('results come in order')
      results.set(index, value)
      if (read - results.size > 2 * 6) sim.unreachable('what is read ahead is bounded')
      got += 1
      if (got === leaveAfter) break
    }
  }
  const others = [...sim.times(4)].map(async (n) => {
    await sim.sleep(sim.random.integer(500))
    await running.ask(100 + n).catch(() => undefined)
    seen.add('others filled the pipeline')
  })
  const killer = (async () => {
    for (const name of ['one', 'two']) {
      await sim.sleep(sim.random.integer(300))
      running.kill(name)
      seen.add('a step was killed')
    }
  })()
  await once(sim.pick([5, items]))
  if (results.size < items) {
    await once(items)
    seen.add('it was left and resumed')
  }
  if (results.size !== items) sim.unreachable(`every item has its result: ${results.size} of ${items}`)
  await Promise.all([killer, ...others])
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
