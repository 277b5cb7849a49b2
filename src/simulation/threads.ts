import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { ExploreOptions, Tally, Total } from './explore.ts'

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

/**
 * The places of an exploration, dealt out to threads. After a failure every thread continues up to that place, so
 * that the failure with the lowest place is found, as with one thread.
 */
export async function exploreInThreads(
  url: string,
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
    }
  }
  const stride = Math.min(threads, runs)
  await Promise.all(
    Array.from({ length: stride }, (_, first) =>
      inThread({ url, options: rest, first, stride, runs }, before, heard),
    ),
  )
}

function inThread(
  data: ThreadData,
  shared: Int32Array,
  heard: (tallies: readonly Tally[]) => void,
): Promise<void> {
  const needsLoader = data.url.endsWith('.ts') || EXTENSION === '.ts'
  const workerData = { ...data, shared, entry: ENTRY.href }
  const worker =
    needsLoader && !runsTypeScript()
      ? new Worker(WITH_LOADER, { eval: true, workerData })
      : new Worker(fileURLToPath(ENTRY), { workerData })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'tally') heard(message.tallies)
      else if (message.kind === 'broken') reject(message.error as Error)
      else if (message.kind === 'no-scenario') reject(noScenario(data.url))
      else resolve()
    })
    worker.once('error', reject)
    worker.once('exit', () => resolve())
  })
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
