import { errorChain } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Parcel, StageSpec } from '../../ports/host.ts'
import { recordLoss } from '../dispatch/attempt-record.ts'
import { hopOf } from './hop.ts'
import { OutcomeOrder } from './outcome-order.ts'
import type { Delivery } from './stage-attempt.ts'
import type { StageHome } from './stage-home.ts'

/** The stage of the deliveries. */
interface Ending {
  readonly name: string
  readonly path: string
  send(parcel: Parcel): void
}

/** Ends a stage's deliveries: in the ledger, at its spec, and in order of arrival where one may overtake another. */
export class StageOutcomes {
  readonly #stage: Ending
  readonly #spec: Pick<StageSpec<never>, 'done' | 'ends' | 'expires' | 'lost' | 'replays'>
  readonly #home: StageHome
  /** By order key, the deliveries that have not ended; undefined if none can overtake another. */
  readonly #order: OutcomeOrder<Delivery> | undefined

  constructor(stage: Ending, spec: StageSpec<never>, home: StageHome) {
    this.#stage = stage
    this.#spec = spec
    this.#home = home
    // Several run at once, or a resting one lets others pass.
    const overtakes =
      (spec.concurrency ?? 1) > 1 || (spec.attempts > 1 && spec.backoffMs.some((ms) => ms > 0))
    this.#order = overtakes ? new OutcomeOrder() : undefined
  }

  expect(delivery: Delivery): void {
    const { orderKey } = delivery.parcel
    if (orderKey !== undefined) this.#order?.expect(orderKey, delivery)
  }

  /** It has ended well, at `now`. */
  done(delivery: Delivery, value: unknown, now: number): void {
    const { parcel } = delivery
    const outcome = this.#spec.ends(value)
    this.#home.ledger.end(outcome)
    const hop = hopOf(this.#stage.name, delivery, outcome, now)
    if (this.#order === undefined || parcel.orderKey === undefined) this.#handOn(parcel, value, hop, now)
    else this.#doneInOrder(this.#order, parcel.orderKey, delivery, value, hop)
  }

  /** A separate function: a closure in `done` would cost every parcel a context. */
  #doneInOrder(
    order: OutcomeOrder<Delivery>,
    key: string,
    delivery: Delivery,
    value: unknown,
    hop: Hop,
  ): void {
    order.ended(key, delivery, () => this.#handOn(delivery.parcel, value, hop, Number.NaN))
  }

  /** Its deadline has passed: its sender may first settle, and cancel, the run it belongs to. */
  expires(parcel: Parcel): void {
    this.#spec.expires?.(parcel)
  }

  /** It has become a dead letter, at `now`. */
  lost(delivery: Delivery, reason: DeadLetterReason, error: unknown, now: number): void {
    if (delivery.errors.length === 0) delivery.errors = errorChain(error)
    this.record(delivery, reason)
    const { parcel, errors } = delivery
    const loss = { reason, errors, error, hop: hopOf(this.#stage.name, delivery, 'dead-lettered', now) }
    if (this.#order === undefined || parcel.orderKey === undefined) this.#spec.lost(parcel, loss)
    else this.#order.ended(parcel.orderKey, delivery, () => this.#spec.lost(parcel, loss))
  }

  /** The loss itself: ledger, dead letters, log and listeners. */
  record(delivery: Delivery, reason: DeadLetterReason): void {
    const { parcel, attempt, errors } = delivery
    const { type, body, correlation, tag, replays = 0 } = parcel
    const letter = { recipient: this.#stage.path, type, body, correlation, attempt, replays, reason, errors }
    const resend = this.#spec.replays === true ? () => this.#resend(parcel) : undefined
    recordLoss(this.#home.runtime, this.#home.ledger, letter, tag !== undefined, resend)
  }

  /** Its asker got the error of the loss: nobody waits for the copy. */
  #resend(parcel: Parcel): void {
    const replays = (parcel.replays ?? 0) + 1
    this.#stage.send({ ...parcel, deadline: Number.POSITIVE_INFINITY, tag: undefined, replays })
  }

  #handOn(parcel: Parcel, value: unknown, hop: Hop, now: number): void {
    const { dispatcher } = this.#home.runtime
    dispatcher.handingOn = now
    try {
      this.#spec.done(parcel, value, hop)
    } finally {
      dispatcher.handingOn = Number.NaN
    }
  }
}
