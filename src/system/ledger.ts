import type { DeadLetterReason } from '../ports/events.ts'

/** How the envelopes of a system ended. `accepted = handled + answered + merged + forwarded + Σ deadLettered + inFlight`. */
export interface LedgerSnapshot {
  readonly accepted: number
  readonly handled: number
  readonly answered: number
  readonly merged: number
  readonly forwarded: number
  readonly deadLettered: Readonly<Partial<Record<DeadLetterReason, number>>>
  readonly retried: number
  /** Counted by the mailboxes, not derived: that is what makes the equation a proof. */
  readonly inFlight: number
  readonly balanced: boolean
}

export type GoodEnd = 'handled' | 'answered' | 'merged' | 'forwarded'

/** Counts every envelope once when it is accepted and once when it ends. */
export class Ledger {
  #accepted = 0
  #retried = 0
  readonly #ended: Record<GoodEnd, number> = { handled: 0, answered: 0, merged: 0, forwarded: 0 }
  readonly #lost = new Map<DeadLetterReason, number>()

  accept(): void {
    this.#accepted += 1
  }

  end(how: GoodEnd): void {
    this.#ended[how] += 1
  }

  lose(reason: DeadLetterReason): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1)
  }

  retry(): void {
    this.#retried += 1
  }

  snapshot(inFlight: number): LedgerSnapshot {
    const { handled, answered, merged, forwarded } = this.#ended
    let lost = 0
    for (const count of this.#lost.values()) lost += count
    return {
      accepted: this.#accepted,
      ...this.#ended,
      deadLettered: Object.fromEntries(this.#lost),
      retried: this.#retried,
      inFlight,
      balanced: this.#accepted === handled + answered + merged + forwarded + lost + inFlight,
    }
  }
}
