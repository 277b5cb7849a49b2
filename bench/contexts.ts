// npm run -s bench -- contexts [--json] [--quick]
import { AsyncLocalStorage } from 'node:async_hooks'
import { chain } from './pipeline/ours.ts'
import { type BenchResult, median } from './result.ts'
import * as ours from './runtime/ours.ts'

/** Messages sent before the receivers get a turn. */
const BATCH = 500
const ROUNDS = 11

type Context = 'caller' | 'neutral'

/** What a message passes through, with so many messages a round. */
const WAYS: readonly [name: string, messages: number, pass: (n: number, context: Context) => unknown][] = [
  ['tell', 1e6, (n, context) => ours.tell(n, BATCH, context)],
  ['ask', 2e5, (n, context) => ours.ask(n, BATCH, context)],
  ['ping-pong', 5e5, (n, context) => ours.pingPong(n, context)],
  ['run of four steps', 2e4, runs],
]

/**
 * What it costs that a handler runs in its caller's asynchronous context, with an `AsyncLocalStorage` in use: CPU time, since wall
 * time of two ways that differ by a tenth says more about the machine. Both ways take turns.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  const storage = new AsyncLocalStorage<number>()
  const results: BenchResult[] = []
  for (const [name, messages, pass] of WAYS) {
    const n = quick ? messages / 100 : messages
    const [neutral, caller]: [number[], number[]] = [[], []]
    for (let round = 0; round < (quick ? 2 : ROUNDS + 2); round++) {
      await storage.run(round, async () => {
        const inNobodys = await nanoseconds(n, () => pass(n, 'neutral'))
        const inCallers = await nanoseconds(n, () => pass(n, 'caller'))
        // The first warm up.
        if (quick || round >= 2) neutral.push(inNobodys) && caller.push(inCallers)
      })
    }
    const [base, value] = [median(neutral), median(caller)]
    results.push(
      { name: `${name}, in nobody's context`, value: base, unit: 'ns CPU' },
      {
        name: `${name}, in its caller's`,
        value,
        unit: 'ns CPU',
        ratio: value / base,
        of: `${name}, in nobody's context`,
      },
    )
  }
  return results
}

async function nanoseconds(messages: number, pass: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await pass()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / messages
}

async function runs(n: number, context: Context): Promise<void> {
  const { ask, stop } = await chain(4, { context })
  for (let sent = 0; sent < n; sent += BATCH)
    await Promise.all(Array.from({ length: Math.min(BATCH, n - sent) }, (_, i) => ask(i)))
  await stop()
}
