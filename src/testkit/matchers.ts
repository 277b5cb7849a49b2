import type { Watchable } from '../behavior/ref.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { DeadLetterFilter } from '../system/dispatch/dead-letters.ts'
import { leaks } from './leaks.ts'

interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** For `expect.extend(matchers)` of vitest (or jest). */
export const matchers = {
  /** Every accepted message has ended exactly once, or is in flight. */
  toBeConserved(system: ActorSystem): Verdict {
    const ledger = system.ledger()
    return {
      pass: ledger.balanced,
      message: () =>
        `the ledger ${ledger.balanced ? 'balances' : 'does not balance'}: ${JSON.stringify(ledger)}`,
    }
  },
  /** At least one dead letter matches. */
  toHaveDeadLetter(system: ActorSystem, filter: DeadLetterFilter): Verdict {
    const all = system.deadLetters.list()
    const pass = system.deadLetters.list(filter).length > 0
    const list = all.map(({ recipient, type, reason }) => `${type} to ${recipient}: ${reason}`).join('; ')
    return {
      pass,
      message: () =>
        `${pass ? 'a' : 'no'} dead letter matches ${JSON.stringify(filter)} (${list || 'there is none'})`,
    }
  },
  /** The actor is in this lifecycle state. */
  toBeInState(ref: Watchable, state: string): Verdict {
    return {
      pass: ref.state === state,
      message: () => `'${ref.path}' is ${ref.state}, not ${state}`,
    }
  },
  /** Nothing runs or waits: no actors, timers, asks, messages. */
  toHaveNoLeaks(system: ActorSystem): Verdict {
    const found = leaks(system)
    return {
      pass: found.length === 0,
      message: () =>
        `left behind: ${found.map(({ kind, what }) => `${kind} ${what}`).join(', ') || 'nothing'}`,
    }
  },
}

/** The matchers as they appear on `expect(…)`: `declare module 'vitest' { interface Matchers<T> extends GanglionMatchers {} }`. */
export interface GanglionMatchers {
  /** Every accepted message has ended exactly once, or is in flight. */
  toBeConserved(): void
  /** At least one dead letter matches. */
  toHaveDeadLetter(filter: DeadLetterFilter): void
  /** The actor is in this lifecycle state. */
  toBeInState(state: string): void
  /** Nothing runs or waits: no actors, timers, asks, messages. */
  toHaveNoLeaks(): void
}
