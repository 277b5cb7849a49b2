import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Seconds of `work`, and the event loop's p99 delay meanwhile, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<{ seconds: number; delayP99: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  delay.disable()
  return { seconds, delayP99: delay.percentile(99) / 1e6 }
}

/**
 * Runs the variants in turn for `rounds` rounds, and returns the best rate of each: noise only slows, and all
 * variants meet the same.
 */
export async function bestRates<K extends string>(
  variants: Readonly<Record<K, (round: number) => Promise<number>>>,
  rounds: number,
): Promise<Record<K, number>> {
  const rates = {} as Record<K, number>
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(variants) as K[]) {
      const started = performance.now()
      const rows = await variants[name](round)
      rates[name] = Math.max(rates[name] ?? 0, (rows * 1000) / (performance.now() - started))
    }
  }
  return rates
}

/** `clients` callers, each with one row at a time, until all rows are done. Returns sorted latencies in milliseconds. */
export async function closedLoop(
  clients: number,
  rows: number,
  ask: (i: number) => Promise<unknown>,
): Promise<{ rate: number; p99: number }> {
  const latencies: number[] = []
  let next = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < rows) {
        const asked = performance.now()
        await ask(next++)
        latencies.push(performance.now() - asked)
      }
    }),
  )
  const rate = (rows * 1000) / (performance.now() - started)
  latencies.sort((a, b) => a - b)
  return { rate, p99: latencies[Math.floor(latencies.length * 0.99)] as number }
}
