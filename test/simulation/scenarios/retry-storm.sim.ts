import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const N = z.number()

const FAULTS = {
  crash: 0.01,
  slow: { rate: 0.05, range: ['1ms', '30ms'] },
  delay: ['0ms', '5ms'],
} as const

const HOPES = [
  'the budget was spent',
  'a retry was answered',
  'without a budget the backend got more than twice its load',
]

/** Calls that the backend takes within its window, and the window, milliseconds. */
const ROOM = 4
const WINDOW_MS = 100
const BUDGET = { share: 0.1, minPerSecond: 0.2 }

/**
 * A backend that fails beyond so many calls within a window, and callers that ask faster than that: with a budget the retries
 * stay a tenth of the first attempts, so that the backend sees little more than what was asked; without one they multiply it
 * [G64]. A kill is no failure of the backend: what it cut short is repeated and does not count.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const budget = sim.random.integer(2) === 0
  const asks = 40
  let calls: number[] = []
  const tried = new Set<number>()
  let retries = 0
  let killed = 0
  const backend = (): void => {
    calls = [...calls.filter((at) => sim.now - at < WINDOW_MS), sim.now]
    if (calls.length > ROOM) throw new Error('the backend is overloaded')
  }
  const caller = defineProcessor({
    name: 'caller',
    input: N,
    output: N,
    concurrency: 4,
    mailbox: { capacity: asks },
    retry: { attempts: 4, backoff: ['5ms', '10ms'] },
    process: async (n, ctx) => {
      // A kill may come before its first attempt has begun.
      if (tried.has(n)) retries += 1
      else tried.add(n)
      if (ctx.signal.aborted) killed += 1
      let failed = false
      ctx.signal.addEventListener('abort', () => {
        if (!failed) killed += 1
      })
      try {
        backend()
      } catch (error) {
        failed = true
        throw error
      }
      await sim.sleep(sim.random.integer(5))
      if (ctx.attempt > 1) seen.add('a retry was answered')
      return n
    },
  })
  const running = await sim
    .system()
    .run(pipeline('storm', N, { timeout: '10s', retryBudget: budget ? BUDGET : false }).to(caller))
  await Promise.all(
    [...sim.times(asks)].map(async (n) => {
      await sim.sleep(n * sim.random.integer(10))
      await running.ask(n).catch((error: { cause?: { code?: string } }) => {
        if (error.cause?.code === 'retry-budget') seen.add('the budget was spent')
      })
    }),
  )
  const most = Math.max(BUDGET.minPerSecond * 10, BUDGET.share * asks)
  if (budget && retries > most + killed) sim.unreachable(`${retries} retries of ${asks} first attempts`)
  if (!budget && retries > tried.size) seen.add('without a budget the backend got more than twice its load')
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
