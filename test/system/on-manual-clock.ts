import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'

/** A system on a clock that stands still. */
export function onManualClock(options: Parameters<typeof createSystem>[0] = {}) {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, ...options })
  /** What became of a promise after that many milliseconds. */
  const outcome = async <T>(promise: Promise<T>, ms = 0) => {
    const settled = promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    await kernel.advance(ms)
    return settled
  }
  const wait = (ms: number) => new Promise<void>((resolve) => kernel.timers.after(ms, resolve, undefined))
  return { kernel, system, outcome, wait }
}
