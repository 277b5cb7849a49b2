import { parentPort, workerData } from 'node:worker_threads'
import { holdTraps } from '../kernel/escape-traps.ts'
import { runAt, type Tally } from './explore.ts'
import { isScenario, type ScenarioModule } from './scenario.ts'
import type { ThreadData, ThreadMessage } from './threads.ts'

/** Runs reported together. */
const TALLIES_AT_ONCE = 50

const { url, options, first, stride, shared } = workerData as ThreadData & { readonly shared: Int32Array }
const say = (message: ThreadMessage): void => parentPort?.postMessage(message)

const release = options.traps === false ? undefined : holdTraps()
try {
  const module = (await import(url)) as { default: unknown }
  if (isScenario(module.default)) await play(module.default)
  else say({ kind: 'no-scenario' })
} catch (error) {
  say({ kind: 'broken', error })
} finally {
  release?.()
}

async function play(scenario: ScenarioModule): Promise<void> {
  let tallies: Tally[] = []
  for (let index = first; index < Atomics.load(shared, 0); index += stride) {
    const tally = await runAt(options, index, scenario)
    // The failure's error may not be cloneable; its chain is.
    tallies.push(
      tally.failure === undefined ? tally : { ...tally, failure: { ...tally.failure, error: undefined } },
    )
    if (tallies.length < TALLIES_AT_ONCE && tally.failure === undefined) continue
    say({ kind: 'tally', tallies })
    tallies = []
    if (tally.failure !== undefined && options.keepGoing !== true) break
  }
  say({ kind: 'tally', tallies })
  say({ kind: 'done' })
}
