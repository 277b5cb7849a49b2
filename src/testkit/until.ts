import { aFunction } from '../kernel/demand.ts'
import { milliseconds } from '../kernel/durations.ts'
import { GanglionError, say } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { wholeNumber } from '../kernel/whole-number.ts'

/** A condition that a test waited for never held. Code `until-timeout`; `path` names the condition. */
export class UntilTimeoutError extends GanglionError {
  constructor(what: string, timeoutMs: number) {
    super('until-timeout', say`${what} did not hold within ${timeoutMs} ms`, {
      path: what,
      value: timeoutMs,
      remedy: 'See what the system did instead: its events, its ledger, its dead letters',
    })
  }
}

/** Options of `until`. */
export interface UntilOptions {
  /** What is waited for, for the error. Default: the condition's source text. */
  readonly what?: string
  /** When to give up, in milliseconds. Default 10 s: a bound for a broken test, not a wait. */
  readonly timeoutMs?: number
}

/**
 * Waits until `holds` returns true, on the real clock: it looks again after every turn of the event loop. This is for state that
 * can only be read; await anything that announces itself (a reply, an event, a probe's message) instead.
 *
 * @throws UntilTimeoutError (`until-timeout`), and whatever `holds` throws.
 */
export async function until(holds: () => boolean, options: UntilOptions = {}): Promise<void> {
  aFunction(holds, 'until.holds', 'a condition: () => boolean')
  onlyOptions(options, 'until', ['what', 'timeoutMs'])
  const { what = String(holds), timeoutMs = 10_000 } = options
  milliseconds(timeoutMs, 'until.timeoutMs')
  const kernel = platformKernel()
  const end = kernel.clock.monotonic() + timeoutMs
  while (!holds()) {
    if (kernel.clock.monotonic() > end) throw new UntilTimeoutError(what, timeoutMs)
    await turn(kernel)
  }
}

/** Lets the event loop turn `count` times, to show that something does *not* happen. Default 1. */
export async function turns(count = 1): Promise<void> {
  wholeNumber(count, 'turns', 0)
  const kernel = platformKernel()
  for (let at = 0; at < count; at += 1) await turn(kernel)
}

const turn = (kernel: Kernel): Promise<void> => new Promise((resolve) => kernel.turns.later(resolve))
