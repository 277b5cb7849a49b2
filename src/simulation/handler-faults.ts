import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import { SimulatedFaultError } from './errors.ts'
import type { Fault } from './site.ts'
import type { Sites } from './sites.ts'

/** Messages that fail at every attempt. */
export const poisoned = new WeakSet<object>()

/** A restart whose initial state throws. */
export function failRestart(sites: Sites, name: string): void {
  const fault = sites.strike('restart', name)
  if (fault !== undefined) throw new SimulatedFaultError(fault.kind satisfies 'crashDuringRestart', name)
}

/** In a separate step: the current work has failed or ended by then. */
export function crashLater(kernel: SimulatedKernel, one: { kill(reason: string): void }): void {
  kernel.turns.later(() => one.kill('a simulated crash'))
}

/** The effect of the fault on a handler's run. */
export function instead(
  kernel: SimulatedKernel,
  fault: Fault<'handle'>,
  name: string,
  run: () => unknown,
): unknown {
  const error = new SimulatedFaultError(fault.kind, name)
  switch (fault.kind) {
    case 'reject':
      return Promise.reject(error)
    case 'hang':
    case 'crashReceived':
      // A crash ends the instance a step later; until then the handler does nothing.
      return new Promise(() => {})
    case 'slow':
      return new Promise((resolve) => kernel.timers.after(fault.value, resolve, undefined)).then(run)
    case 'throw':
    case 'poison':
      throw error
    default:
      return fault.kind satisfies never
  }
}
