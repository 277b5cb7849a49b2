import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { errorChain, InvalidArgumentError, messageOfError } from '../kernel/errors.ts'
import type { Timer } from '../kernel/kernel.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { InvariantError, THREAD_LIVES } from './errors.ts'
import type { ExploreOptions, Tally } from './explore.ts'
import { runOptions } from './places.ts'
import { type ScenarioModule, sourceHash } from './scenario.ts'
import { type RunOptions, settingsOf } from './settings.ts'
import { encodeToken } from './token.ts'
import type { Total } from './total.ts'

/** What a thread starts with. */
export interface ThreadData {
  readonly url: string
  readonly options: Omit<ExploreOptions, 'onProgress'>
  /** Its places are first, first + stride, first + 2·stride … below `runs`. */
  readonly first: number
  readonly stride: number
  readonly runs: number
}

/** A thread's report. */
export type ThreadMessage =
  | { readonly kind: 'tally'; readonly tallies: readonly Tally[] }
  | { readonly kind: 'begins'; readonly options: RunOptions }
  | { readonly kind: 'done' }
  | { readonly kind: 'no-scenario' }
  | { readonly kind: 'broken'; readonly error: unknown }

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const ENTRY = new URL(`./thread-entry${EXTENSION}`, import.meta.url)

/** Makes a thread able to read TypeScript before it begins; `--import` in a thread's `execArgv` does not (Node 20). */
const WITH_LOADER = `import('tsx/esm/api').then(({ register }) => {
  register()
  return import(require('node:worker_threads').workerData.entry)
})`

/** Memory that a thread shares with the one that watches it. */
export interface ThreadMemory {
  /** The place up to which all threads continue. */
  readonly shared: Int32Array
  /** The place it is at, the last place it has reported, and its turns of the event loop. */
  readonly at: Int32Array
}

/** How often a thread's progress is looked at. */
const LOOK_MS = 250

/**
 * The places of an exploration, dealt out to threads. After a failure every thread continues up to that place, so
 * that the failure with the lowest place is found, as with one thread. A thread that ends or hangs fails the run it was at.
 */
export async function exploreInThreads(
  scenario: ScenarioModule,
  options: ExploreOptions,
  runs: number,
  threads: number,
  total: Total,
): Promise<void> {
  const { onProgress, ...rest } = options
  // The one number that threads share: the place up to which they continue.
  const before = new Int32Array(new SharedArrayBuffer(4)).fill(runs)
  const waiting = new Map<number, Tally>()
  let next = 0
  const heard = (tallies: readonly Tally[]): void => {
    for (const tally of tallies) {
      waiting.set(tally.index, tally)
      if (tally.failure !== undefined && options.keepGoing !== true)
        Atomics.store(before, 0, Math.min(Atomics.load(before, 0), tally.index + 1))
    }
    // Added up in the order of places, as with one thread; early reports wait.
    for (let tally = waiting.get(next); tally !== undefined && next < runs; tally = waiting.get(next)) {
      waiting.delete(next)
      next = total.add(tally) ? next + 1 : runs
      if (next === runs) Atomics.store(before, 0, Math.min(Atomics.load(before, 0), tally.index + 1))
    }
  }
  const stride = Math.min(threads, runs)
  const from = async (first: number): Promise<void> => {
    for (let at: number | undefined = first; at !== undefined; ) {
      const data = { url: scenario.url, options: rest, first: at, stride, runs }
      const lost = await inThread(data, before, heard)
      if (lost === undefined) return
      // What it had not reported yet is played again, and then nothing is missing up to the run that ended it.
      const again = { ...data, first: lost.after, runs: lost.index }
      if (lost.after < lost.index)
        await inThread(again, new Int32Array(new SharedArrayBuffer(4)).fill(lost.index), heard)
      heard([lostTally(scenario, lost)])
      at = options.keepGoing === true ? lost.index + stride : undefined
    }
  }
  await Promise.all(Array.from({ length: stride }, (_, first) => from(first)))
  // Never a verdict on fewer runs than were asked for.
  if (next < Atomics.load(before, 0)) {
    const why = 'its thread ended without a report of it'
    heard([
      lostTally(scenario, {
        index: next,
        after: next,
        invariant: THREAD_LIVES,
        why,
        error: undefined,
        own: runOptions(options, next),
      }),
    ])
  }
}

/** A thread that is gone: at which run, since which report, and why. */
interface Lost {
  readonly index: number
  readonly after: number
  readonly invariant: string
  readonly why: string
  readonly error: unknown
  /** What it played. */
  readonly own: RunOptions
}

/** Undefined when it has played all its places. */
function inThread(
  data: ThreadData,
  shared: Int32Array,
  heard: (tallies: readonly Tally[]) => void,
): Promise<Lost | undefined> {
  const needsLoader = /\.[cm]?ts$/u.test(data.url) || EXTENSION === '.ts'
  const at = new Int32Array(new SharedArrayBuffer(12)).fill(-1)
  const workerData = { ...data, shared, at, entry: ENTRY.href }
  const worker =
    needsLoader && !runsTypeScript()
      ? new Worker(WITH_LOADER, { eval: true, workerData })
      : new Worker(fileURLToPath(ENTRY), { workerData })
  const stallMs = settingsOf(runOptions(data.options, 0)).stallMs
  return new Promise((resolve, reject) => {
    let ended = false
    let began: RunOptions | undefined
    const watch = new Watch(at, stallMs, () =>
      lose('it yields', `it computed for ${stallMs} ms of real time without a pause`, undefined),
    )
    const end = (): boolean => {
      const first = !ended
      ended = true
      watch.end()
      return first
    }
    const lose = (invariant: string, why: string, error: unknown): void => {
      if (!end()) return
      const index = Atomics.load(at, 0)
      const reported = Atomics.load(at, 1)
      if (index < 0) reject((error ?? new InvariantError(invariant, why)) as Error)
      else {
        const after = reported < 0 ? data.first : reported + data.stride
        resolve({ index, after, invariant, why, error, own: began ?? runOptions(data.options, index) })
      }
      void worker.terminate()
    }
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'tally') heard(message.tallies)
      else if (message.kind === 'begins') began = message.options
      else if (message.kind === 'done') {
        if (end()) resolve(undefined)
      } else if (end()) reject(message.kind === 'broken' ? (message.error as Error) : noScenario(data.url))
    })
    worker.once('error', (error) => lose(THREAD_LIVES, messageOfError(error), error))
    worker.once('exit', (code) => lose(THREAD_LIVES, `it ended its thread with exit code ${code}`, undefined))
  })
}

/** Looks whether a thread takes turns of its event loop while it plays. */
class Watch {
  #timer: Timer
  #turns = -1
  #place = -1
  #quietMs = 0

  constructor(at: Int32Array, stallMs: number, stalled: () => void) {
    const { timers } = platformKernel()
    const look = (): void => {
      const [place, turns] = [Atomics.load(at, 0), Atomics.load(at, 2)]
      const moved = place !== this.#place || turns !== this.#turns || place < 0
      this.#place = place
      this.#turns = turns
      this.#quietMs = moved ? 0 : this.#quietMs + LOOK_MS
      if (this.#quietMs >= stallMs) stalled()
      else this.#timer = timers.after(LOOK_MS, look, undefined)
    }
    this.#timer = timers.after(LOOK_MS, look, undefined)
  }

  end(): void {
    this.#timer.cancel()
  }
}

/** A run that took its thread with it is told by its seed: it can't say more itself. */
function lostTally(scenario: ScenarioModule, { index, invariant, why, error, own }: Lost): Tally {
  const failed = new InvariantError(invariant, why, error)
  const token = encodeToken({
    source: sourceHash(scenario),
    options: own,
    choices: undefined,
    invariant,
    steps: 0,
    marks: { stride: 1, bytes: new Uint8Array() },
  })
  return {
    index,
    hash: `lost ${index}`,
    steps: 0,
    messages: 0,
    faults: {},
    seen: {},
    failure: {
      invariant,
      message: `${invariant}: ${why}`,
      step: 0,
      at: 0,
      place: undefined,
      errors: errorChain(failed),
      error: undefined,
      token,
      seed: own.seed,
    },
  }
}

function noScenario(url: string): InvalidArgumentError {
  return new InvalidArgumentError(`${url} has no scenario as its default export`, {
    path: 'scenario',
    value: url,
    remedy: 'Export the scenario as the default of its module, or use one thread',
  })
}

/** Node 22.18, 23.6 and later strip types themselves. (So tsx claims too, but not in a new thread.) */
export function runsTypeScript(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}
