import { randomFillSync, randomInt, randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Clock, Ids, Kernel, SecureRandom, Timer, Timers, Turns } from './kernel.ts'
import { onlyOptions } from './only-options.ts'
import { SeededRandomness, seedOf } from './random.ts'

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

class PlatformTimer implements Timer {
  readonly #handle: NodeJS.Timeout

  constructor(handle: NodeJS.Timeout) {
    this.#handle = handle
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }
}

/** The maximum for `setTimeout` (24.8 days): it fires at once for more. */
const DELAY_MAX_MS = 2 ** 31 - 1

const timers: Timers = {
  after(delayMs, run, argument, keepAlive = false) {
    const handle = setTimeout(run, Math.min(delayMs, DELAY_MAX_MS), argument)
    if (!keepAlive) handle.unref()
    return new PlatformTimer(handle)
  },
}

const turns: Turns = {
  soon: (run) => queueMicrotask(run),
  // A tick requested by a promise job comes when the queue of promise jobs is empty.
  drained: (run) => queueMicrotask(() => process.nextTick(run)),
  later: (run) => {
    setImmediate(run)
  },
}

const secureRandom: SecureRandom = {
  fill: (bytes) => {
    randomFillSync(bytes)
  },
}

class CountingIds implements Ids {
  #last = 0

  next(): number {
    this.#last += 1
    return this.#last
  }

  unique(): string {
    return randomUUID()
  }
}

/** The kernel of a real process. `seed` fixes the random streams; without it they differ from run to run. */
export function platformKernel(options: { readonly seed?: number } = {}): Kernel {
  onlyOptions(options, 'platformKernel', ['seed'])
  const seed = seedOf(options.seed) ?? randomInt(2 ** 47)
  return { clock, timers, turns, random: new SeededRandomness(seed), ids: new CountingIds(), secureRandom }
}
