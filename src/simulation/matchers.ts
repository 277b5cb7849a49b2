import type { Exploration } from './explore.ts'
import type { SimulationResult } from './result.ts'

interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** For `expect.extend(simulationMatchers)` of vitest (or jest). */
export const simulationMatchers = {
  /** No invariant was violated; a failure shows the story and the token. */
  toHold(result: SimulationResult | Exploration): Verdict {
    const { failure } = result
    const story = 'story' in result ? `\n${result.story}` : ''
    return {
      pass: result.ok,
      message: () =>
        failure === undefined
          ? 'every invariant held'
          : `${failure.message}${story}\nreplay: ${failure.token}`,
    }
  },
  /** This invariant was violated. */
  toViolate(result: SimulationResult | Exploration, invariant: string): Verdict {
    const found = result.failure?.invariant
    return {
      pass: found === invariant,
      message: () =>
        `expected '${invariant}' to fail, but ${found === undefined ? 'nothing' : `'${found}'`} did`,
    }
  },
  /** Every fault struck at least once, and every `sometimes` came true. */
  toHaveSeenEverything(result: SimulationResult | Exploration): Verdict {
    return {
      pass: result.vacuous.length === 0,
      message: () => `not seen: ${result.vacuous.join('; ') || 'nothing is missing'}`,
    }
  },
  /** The ledgers of all systems balance at the end. */
  toBeConserved(result: SimulationResult): Verdict {
    return {
      pass: result.ledgers.every(({ balanced }) => balanced),
      message: () => JSON.stringify(result.ledgers),
    }
  },
}

/** The matchers on `expect(…)`: `declare module 'vitest' { interface Matchers<T> extends SimulationMatchers {} }`. */
export interface SimulationMatchers {
  /** No invariant was violated. */
  toHold(): void
  /** This invariant was violated. */
  toViolate(invariant: string): void
  /** Every fault struck at least once, and every `sometimes` came true. */
  toHaveSeenEverything(): void
  /** The ledgers of all systems balance at the end. */
  toBeConserved(): void
}
