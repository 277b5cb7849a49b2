import { parentPort, workerData } from 'node:worker_threads'
import { holdTraps } from '../kernel/escape-traps.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { onTurn } from '../kernel/simulation-drive.ts'
import { guideFor, runAt, type Tally } from './explore.ts'
import { runOptions } from './places.ts'
import { isScenario, type ScenarioModule } from './scenario.ts'
import type { ThreadData, ThreadMemory, ThreadMessage } from './threads.ts'

/** Runs reported together. */
const TALLIES_AT_ONCE = 50
/** Milliseconds after which fewer are reported too. */
const TOLD_MS = 200

const { url, options, first, stride, shared, at } = workerData as ThreadData & ThreadMemory
const say = (message: ThreadMessage): void => parentPort?.postMessage(message)

// How far this thread has come, for the one that watches it: a turn means that no code computes endlessly.
onTurn(() => void Atomics.add(at, 2, 1))
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
  const { clock } = platformKernel()
  const guide = guideFor(options)
  let toldAt = clock.monotonic()
  let tallies: Tally[] = []
  for (let index = first; index < Atomics.load(shared, 0); index += stride) {
    Atomics.store(at, 0, index)
    const own = guide?.plan(index) ?? runOptions(options, index)
    // Only this thread knows what a guided run is; and whoever watches must know it if the thread does not survive.
    if (guide !== undefined) say({ kind: 'begins', options: own })
    const tally = await runAt(own, index, scenario, guide, true)
    // The failure's error may not be cloneable; its chain is.
    tallies.push(
      tally.failure === undefined ? tally : { ...tally, failure: { ...tally.failure, error: undefined } },
    )
    const due = clock.monotonic() - toldAt >= TOLD_MS
    if (guide === undefined && tallies.length < TALLIES_AT_ONCE && tally.failure === undefined && !due)
      continue
    toldAt = clock.monotonic()
    say({ kind: 'tally', tallies })
    tallies = []
    Atomics.store(at, 1, index)
    if (tally.failure !== undefined && options.keepGoing !== true) break
  }
  say({ kind: 'tally', tallies })
  say({ kind: 'done' })
}
