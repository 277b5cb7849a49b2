import { messageOfError, text } from '../kernel/errors.ts'
import { isThenable } from '../kernel/thenable.ts'
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
  readonly #last: { readonly name: string; readonly problem: () => string | undefined }[] = []
  /** Answers of asynchronous checks that are not there yet, by check. */
  readonly #open = new Map<string, number>()

  /** `reachables`: the names that the scenario's source gives to `reachable`, so that one never reached is told. */
  constructor(
    world: World,
    reachables: readonly string[],
    violated: (name: string, what: string, cause?: unknown) => void,
  ) {
    this.#world = world
    this.#violated = violated
    for (const name of reachables) this.seen.set(name, 0)
  }

  /** Whether it looks at states between two steps. */
  get looks(): boolean {
    return this.#always.length + this.#hopes.length > 0
  }

  get areMade(): boolean {
    return this.looks || this.#last.length > 0 || this.seen.size > 0
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
      this.#ask(name, check, (holds) => {
        if (!holds && holds !== undefined) this.#violated(name, notHolding(holds))
      })
    }
    for (const { name, check } of this.#hopes) {
      if ((this.seen.get(name) ?? 0) > 0) continue
      this.#ask(name, check, (holds) => {
        if (holds) this.seen.set(name, 1)
      })
    }
  }

  /** Must find no problem when the run is over. */
  atEnd(name: string, problem: () => string | undefined): void {
    this.#last.push({ name, problem })
  }

  /** The run is over: a check that has not answered by now never will. */
  end(): void {
    for (const { name, problem } of this.#last) {
      const what = problem()
      if (what !== undefined) this.#violated(name, what)
    }
    for (const [name, many] of this.#open) {
      if (many > 0) this.#violated(name, 'the promise that the check returned has not settled')
    }
  }

  /** A check may answer later; its answer counts like one given at once. */
  #ask(name: string, check: Check, answered: (holds: unknown) => void): void {
    const threw = (error: unknown): void => this.#violated(name, messageOfError(error), error)
    try {
      const answer = check(this.#world)
      if (!isThenable(answer)) {
        answered(answer)
        return
      }
      const settled = (): void => void this.#open.set(name, (this.#open.get(name) ?? 0) - 1)
      this.#open.set(name, (this.#open.get(name) ?? 0) + 1)
      answer.then(
        (holds: unknown) => {
          settled()
          answered(holds)
        },
        (error: unknown) => {
          settled()
          threw(error)
        },
      )
    } catch (error) {
      threw(error)
    }
  }
}

/** Zero, an empty text or nothing found is no yes. */
function notHolding(answer: unknown): string {
  return answer === false ? 'it does not hold' : `it does not hold: the check returned ${text(answer)}`
}
