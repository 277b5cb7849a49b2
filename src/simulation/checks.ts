import { messageOfError } from '../kernel/errors.ts'
import type { Check, World } from './simulation.ts'

interface Named {
  readonly name: string
  readonly check: Check
}

/** A scenario's claims: what must always hold, and what some run should show. */
export class Checks {
  /** How often each `sometimes` and `reachable` came true. */
  readonly seen = new Map<string, number>()
  readonly #world: World
  readonly #violated: (name: string, what: string, cause?: unknown) => void
  readonly #always: Named[] = []
  readonly #hopes: Named[] = []

  constructor(world: World, violated: (name: string, what: string, cause?: unknown) => void) {
    this.#world = world
    this.#violated = violated
  }

  /** Must hold after every step. */
  always(name: string, check: Check): void {
    this.#always.push({ name, check })
  }

  /** Should come true at some step. */
  sometimes(name: string, check: Check): void {
    this.#hopes.push({ name, check })
    this.seen.set(name, this.seen.get(name) ?? 0)
  }

  /** Records that a line was reached which some run should reach. */
  reached(name: string): void {
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1)
  }

  /** Runs after a step. */
  look(): void {
    for (const { name, check } of this.#always) {
      try {
        if (check(this.#world) === false) this.#violated(name, 'it does not hold')
      } catch (error) {
        this.#violated(name, messageOfError(error), error)
      }
    }
    for (const { name, check } of this.#hopes) {
      if ((this.seen.get(name) ?? 0) === 0 && check(this.#world)) this.seen.set(name, 1)
    }
  }
}
