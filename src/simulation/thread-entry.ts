import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { holdTraps } from '../kernel/escape-traps.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { onTurn } from '../kernel/simulation-drive.ts'
import { guideFor, runAt, type Tally } from './explore.ts'
import { runOptions } from './places.ts'
import { isScenario, type ScenarioModule } from './scenario.ts'
import { AT, TALLIES_AT_ONCE, type ThreadJob, type ThreadMessage } from './thread.ts'

/** Milliseconds after which fewer are reported too. */
const TOLD_MS = 200

const say = (message: ThreadMessage): void => parentPort?.postMessage(message)
const { clock } = platformKernel()

// A thread may wait here for its job: what it will need is loaded meanwhile.
for (const url of (workerData as { first: readonly string[] }).first) await import(url)
// Its clock began with the thread.
const readyMs = clock.monotonic()
const [job] = (await once(parentPort as NonNullable<typeof parentPort>, 'message')) as [ThreadJob]
const gotAt = clock.monotonic()
const { options, shared, at } = job

// How far this thread has come, for the one that watches it: a turn means that no code computes endlessly.
onTurn(() => void Atomics.add(at, AT.turns, 1))
const release = options.traps === false ? undefined : holdTraps()
try {
  const module = (await import(job.url)) as { default: unknown }
  say({ kind: 'plays', startMs: readyMs + clock.monotonic() - gotAt })
  if (isScenario(module.default)) await play(module.default)
  else say({ kind: 'no-scenario' })
} catch (error) {
  say({ kind: 'broken', error })
} finally {
  release?.()
}

/** The next place; undefined when none is left. */
function* places(): Iterable<number> {
  if (job.places !== undefined) return yield* job.places
  while (Atomics.load(shared, 1) < Atomics.load(shared, 0)) {
    const place = Atomics.add(shared, 1, 1)
    if (place < Atomics.load(shared, 0)) yield place
  }
}

async function play(scenario: ScenarioModule): Promise<void> {
  const guide = guideFor(options)
  let toldAt = clock.monotonic()
  let tallies: Tally[] = []
  for (const index of places()) {
    Atomics.store(at, AT.places + tallies.length, index)
    Atomics.store(at, AT.unreported, tallies.length + 1)
    Atomics.store(at, AT.place, index)
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
    Atomics.store(at, AT.unreported, 0)
    if (tally.failure !== undefined && options.keepGoing !== true) break
  }
  say({ kind: 'tally', tallies })
  say({ kind: 'done' })
}
