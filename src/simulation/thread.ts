import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InvalidArgumentError, messageOfError } from '../kernel/errors.ts'
import type { Timer } from '../kernel/kernel.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { InvariantError, THREAD_LIVES } from './errors.ts'
import type { ExploreOptions, Tally } from './explore.ts'
import { runOptions } from './places.ts'
import { type RunOptions, settingsOf } from './settings.ts'

/** What a thread is to do. It arrives as a message: the thread may have begun to load before anyone knew it. */
export interface ThreadJob {
  readonly url: string
  readonly options: Omit<ExploreOptions, 'onProgress'>
  /** These places and no others; undefined: one after another from the shared count. */
  readonly places: readonly number[] | undefined
  /** Shared by all threads: the place before which they end, and the next one that nobody has taken. */
  readonly shared: Int32Array
  /** Of this thread alone, for the one that watches it: see `AT`. */
  readonly at: Int32Array
}

/** Where `at` holds what; the taken places that are not reported yet follow. */
export const AT = { place: 0, unreported: 1, turns: 2, places: 3 } as const
/** Runs reported together. */
export const TALLIES_AT_ONCE = 50

/** A thread's report. */
export type ThreadMessage =
  | { readonly kind: 'plays'; readonly startMs: number }
  | { readonly kind: 'tally'; readonly tallies: readonly Tally[] }
  | { readonly kind: 'begins'; readonly options: RunOptions }
  | { readonly kind: 'done' }
  | { readonly kind: 'no-scenario' }
  | { readonly kind: 'broken'; readonly error: unknown }

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const ENTRY = new URL(`./thread-entry${EXTENSION}`, import.meta.url)
/** What nearly every scenario imports. */
const PACKAGE = ['../index', './index'].map((name) => new URL(`${name}${EXTENSION}`, import.meta.url).href)

/**
 * Makes a thread able to read TypeScript before it begins; `--import` in a thread's `execArgv` does not (Node 20). The package's own
 * hundreds of modules are loaded before: the loader would take as long for each of them as for one of TypeScript.
 */
const WITH_LOADER = `const { entry, first } = require('node:worker_threads').workerData
Promise.all([import('tsx/esm/api'), ...first.map((url) => import(url))]).then(([{ register }]) => {
  register()
  return import(entry)
})`

/** How often a thread's progress is looked at. */
const LOOK_MS = 250

function startThread(needsLoader: boolean): Worker {
  const entry = ENTRY.href
  return needsLoader
    ? new Worker(WITH_LOADER, {
        eval: true,
        workerData: { entry, first: EXTENSION === '.ts' ? [] : PACKAGE },
      })
    : new Worker(fileURLToPath(ENTRY), { workerData: { first: PACKAGE } })
}

function needsLoader(url: string): boolean {
  return (/\.[cm]?ts$/u.test(url) || EXTENSION === '.ts') && !runsTypeScript()
}

/** A thread that loads the package while its job is not known yet. */
let warm: { readonly worker: Worker; readonly loader: boolean } | undefined

/** Starts the thread that will play this file. It doesn't keep the process alive; what goes wrong is told by the thread that is used. */
export function warmThread(file: string): void {
  const loader = needsLoader(file)
  const worker = startThread(loader)
  worker.unref()
  worker.on('error', () => {
    if (warm?.worker === worker) warm = undefined
  })
  warm = { worker, loader }
}

/** Ends it if nothing has used it. */
export function endWarmThread(): void {
  void warm?.worker.terminate()
  warm = undefined
}

function threadFor(url: string): Worker {
  const loader = needsLoader(url)
  if (warm?.loader !== loader) return startThread(loader)
  const { worker } = warm
  warm = undefined
  worker.ref()
  return worker
}

/** A thread that is gone: at which run, what it had not reported, and why. */
export interface Lost {
  readonly index: number
  /** The places that it had played without a report. */
  readonly unreported: readonly number[]
  readonly invariant: string
  readonly why: string
  readonly error: unknown
  /** What it played. */
  readonly own: RunOptions
}

/** Hears of a thread. */
export interface Listener {
  /** It has loaded the scenario, which took so long, and plays. */
  plays(startMs: number): void
  heard(tallies: readonly Tally[]): void
}

/** Undefined when it has played all its places. */
export function inThread(job: Omit<ThreadJob, 'at'>, listener: Listener): Promise<Lost | undefined> {
  const at = new Int32Array(new SharedArrayBuffer(4 * (AT.places + TALLIES_AT_ONCE + 1)))
  at[AT.place] = -1
  const worker = threadFor(job.url)
  const stallMs = settingsOf(runOptions(job.options, 0)).stallMs
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
      const index = Atomics.load(at, AT.place)
      if (index < 0) reject((error ?? new InvariantError(invariant, why)) as Error)
      else {
        const own = began ?? runOptions(job.options, index)
        resolve({ index, unreported: unreportedOf(at, index), invariant, why, error, own })
      }
      void worker.terminate()
    }
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'tally') listener.heard(message.tallies)
      else if (message.kind === 'plays') listener.plays(message.startMs)
      else if (message.kind === 'begins') began = message.options
      else if (message.kind === 'done') {
        if (end()) resolve(undefined)
      } else if (end()) reject(message.kind === 'broken' ? (message.error as Error) : noScenario(job.url))
    })
    worker.once('error', (error) => lose(THREAD_LIVES, messageOfError(error), error))
    worker.once('exit', (code) => lose(THREAD_LIVES, `it ended its thread with exit code ${code}`, undefined))
    worker.postMessage({ ...job, at } satisfies ThreadJob)
  })
}

/** Without the run that it is at. */
function unreportedOf(at: Int32Array, index: number): readonly number[] {
  const many = Atomics.load(at, AT.unreported)
  return [...at.subarray(AT.places, AT.places + many)].filter((place) => place !== index)
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
      const [place, turns] = [Atomics.load(at, AT.place), Atomics.load(at, AT.turns)]
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
