import type { DeadLetterReason } from '../../ports/events.ts'

/** How the envelopes of a system ended. `accepted = handled + answered + merged + forwarded + Σ deadLettered + inFlight`. */
export interface LedgerSnapshot {
  readonly accepted: number
  readonly handled: number
  readonly answered: number
  readonly merged: number
  readonly forwarded: number
  readonly deadLettered: Readonly<Partial<Record<DeadLetterReason, number>>>
  readonly retried: number
  /** Counted by the mailboxes, not derived; therefore the equation proves something. */
  readonly inFlight: number
  readonly balanced: boolean
}

export type GoodEnd = 'handled' | 'answered' | 'merged' | 'forwarded'

const ENDS: readonly GoodEnd[] = ['handled', 'answered', 'merged', 'forwarded']

/** Counts every envelope once when it is accepted and once when it ends. */
export class Ledger {
  readonly #whole: Ledger | undefined
  #accepted = 0
  #handled = 0
  #answered = 0
  #merged = 0
  #forwarded = 0
  #retried = 0
  #lostInAll = 0
  readonly #lost = new Map<DeadLetterReason, number>()

  /** With `whole`, this is a part of a larger ledger, and everything counts there too. */
  constructor(whole?: Ledger) {
    this.#whole = whole
  }

  /** Accepted and not ended, from the counters alone. */
  get open(): number {
    return this.#accepted - this.#handled - this.#answered - this.#merged - this.#forwarded - this.#lostInAll
  }

  accept(): void {
    this.#accepted += 1
    this.#whole?.accept()
  }

  handled(): void {
    this.#handled += 1
  }

  answered(): void {
    this.#answered += 1
  }

  end(how: GoodEnd): void {
    if (how === 'handled') this.#handled += 1
    else if (how === 'answered') this.#answered += 1
    else if (how === 'merged') this.#merged += 1
    else this.#forwarded += 1
    this.#whole?.end(how)
  }

  lose(reason: DeadLetterReason): void {
    this.#lostInAll += 1
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1)
    this.#whole?.lose(reason)
  }

  retry(): void {
    this.#retried += 1
    this.#whole?.retry()
  }

  snapshot(inFlight: number): LedgerSnapshot {
    const ended = {
      handled: this.#handled,
      answered: this.#answered,
      merged: this.#merged,
      forwarded: this.#forwarded,
    }
    let sum = this.#lostInAll + inFlight
    for (const how of ENDS) sum += ended[how]
    return {
      accepted: this.#accepted,
      ...ended,
      deadLettered: Object.fromEntries(this.#lost),
      retried: this.#retried,
      inFlight,
      balanced: this.#accepted === sum,
    }
  }
}
