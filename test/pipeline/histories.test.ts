import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'

/** So many by default; `GANGLION_HISTORIES=3000` for the long run. */
const HISTORIES = Number(process.env.GANGLION_HISTORIES ?? 100)
const OPERATIONS = 40
const OVERFLOWS = ['reject', 'backpressure', 'drop-oldest', 'drop-newest'] as const
const TENANTS = ['one', 'other', undefined] as const
const Num = z.number()

/** One random life of one pipeline: what is left of it at the end. */
async function history(seed: number) {
  const random = new SeededRandomness(seed).stream('history')
  const upTo = (n: number) => random.integer(n)
  const isSo = () => upTo(2) === 0
  const kernel = new ManualKernel({ seed })
  const system = createSystem({ kernel, log: false, serializeMessages: isSo() })
  const held: (() => void)[] = []
  const step = (name: string) =>
    defineProcessor({
      name,
      input: Num,
      output: Num,
      concurrency: 1 + upTo(3),
      retry: { attempts: 1 + upTo(3), backoff: [0, 5, 20][upTo(3)] as number },
      mailbox: { capacity: 2 + upTo(8), overflow: OVERFLOWS[upTo(4)] as (typeof OVERFLOWS)[number] },
      ...(upTo(3) === 0 ? { timeout: 30 } : {}),
      process(n, ctx) {
        switch (upTo(9)) {
          case 0:
            throw new Error('thrown')
          case 1:
            return new Promise<number>((resolve) => {
              held.push(() => resolve(n))
              ctx.signal.addEventListener('abort', () => resolve(n))
            })
          case 2:
            return ctx.turn().then(() => n + 1)
          case 3:
            return Promise.reject(new Error('rejected'))
          default:
            return n + 1
        }
      },
    })
  const first = pipeline('p', Num, {
    timeout: '20s',
    maxInFlight: 20,
    admission: isSo() ? { limit: { initial: 3, min: 1, max: 8 }, maxWaiting: 4 } : false,
    retryBudget: isSo() ? false : { share: 0.5, minPerSecond: 1 },
  }).to(step('a'))
  const fanned = () =>
    first
      .fan({ b: step('b'), c: step('c') }, isSo() ? { optional: { c: 'under-load' } } : {})
      .merge(({ b, c }) => (b ?? 0) + (c ?? 0))
  const looped = () => first.loop(step('l'), { until: (n) => n % 3 === 0, max: 4 })
  const running = await system.run((isSo() ? fanned() : looped()).to(step('z')))
  let open = 0
  const ask = async (n: number) => {
    const gone = new AbortController()
    const tenant = TENANTS[upTo(3)]
    open += 1
    const asked = running
      .ask(n, {
        timeout: 150 + upTo(200),
        signal: gone.signal,
        priority: upTo(3) - 1,
        ...(tenant === undefined ? {} : { tenant }),
        ...(upTo(3) === 0 ? { orderKey: `key ${upTo(2)}` } : {}),
      })
      .then(
        () => undefined,
        () => undefined,
      )
    if (upTo(6) === 0) {
      if (isSo()) await kernel.advance(1)
      gone.abort()
    }
    void asked.then(() => {
      open -= 1
    })
  }
  for (let n = 0; n < OPERATIONS; n++) {
    const operation = upTo(10)
    const steps = running.processors()
    if (operation < 5) await ask(n)
    else if (operation === 5)
      running.kill((steps[upTo(steps.length)] as { name: string }).name, 'from outside')
    else if (operation === 6) held.shift()?.()
    else if (operation === 7 && upTo(3) === 0) running.replace('a', step('a')).catch(() => undefined)
    else await kernel.advance(upTo(40))
  }
  for (const done of held) done()
  await kernel.advance(2000)
  const unsettled = open
  let stopped = false
  void system.stop({ drain: 100 }).then(() => {
    stopped = true
  })
  for (let waits = 0; waits < 100 && !stopped; waits++) await kernel.advance(100)
  const { balanced, inFlight } = system.ledger()
  return { unsettled, stopped, balanced, inFlight }
}

test('over random histories of kills, aborts, retries, full steps, tenants and swaps every ask settles and the ledger balances [G19]', async () => {
  for (let seed = 1; seed <= HISTORIES; seed++)
    expect({ seed, ...(await history(seed)) }).toEqual({
      seed,
      unsettled: 0,
      stopped: true,
      balanced: true,
      inFlight: 0,
    })
}, 600_000)
