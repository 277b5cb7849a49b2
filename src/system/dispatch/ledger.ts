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
  private acceptedSoFar = 0
  private handledSoFar = 0
  private answeredSoFar = 0
  private mergedSoFar = 0
  private forwardedSoFar = 0
  private retriedSoFar = 0
  private lostSoFar = 0
  private readonly lost = new Map<DeadLetterReason, number>()

  /** Accepted and not ended, from the counters alone. */
  get open(): number {
    const good = this.handledSoFar + this.answeredSoFar + this.mergedSoFar + this.forwardedSoFar
    return this.acceptedSoFar - good - this.lostSoFar
  }

  accept(): void {
    this.acceptedSoFar += 1
  }

  handled(): void {
    this.handledSoFar += 1
  }

  answered(): void {
    this.answeredSoFar += 1
  }

  end(how: GoodEnd): void {
    if (how === 'handled') this.handledSoFar += 1
    else if (how === 'answered') this.answeredSoFar += 1
    else if (how === 'merged') this.mergedSoFar += 1
    else this.forwardedSoFar += 1
  }

  lose(reason: DeadLetterReason): void {
    this.lostSoFar += 1
    this.lost.set(reason, (this.lost.get(reason) ?? 0) + 1)
  }

  retry(): void {
    this.retriedSoFar += 1
  }

  snapshot(inFlight: number): LedgerSnapshot {
    const ended = {
      handled: this.handledSoFar,
      answered: this.answeredSoFar,
      merged: this.mergedSoFar,
      forwarded: this.forwardedSoFar,
    }
    let sum = this.lostSoFar + inFlight
    for (const how of ENDS) sum += ended[how]
    return {
      accepted: this.acceptedSoFar,
      ...ended,
      deadLettered: Object.fromEntries(this.lost),
      retried: this.retriedSoFar,
      inFlight,
      balanced: this.acceptedSoFar === sum,
    }
  }
}

/** A part of a larger ledger, `whole`: everything counts there too. */
export class PartLedger extends Ledger {
  private readonly whole: Ledger

  constructor(whole: Ledger) {
    super()
    this.whole = whole
  }

  override accept(): void {
    super.accept()
    this.whole.accept()
  }

  override end(how: GoodEnd): void {
    super.end(how)
    this.whole.end(how)
  }

  override lose(reason: DeadLetterReason): void {
    super.lose(reason)
    this.whole.lose(reason)
  }

  override retry(): void {
    super.retry()
    this.whole.retry()
  }
}
