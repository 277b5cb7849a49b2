import type { Timer } from '../../kernel/kernel.ts'
import { Mailbox, type MailboxLimits } from '../../mailbox/mailbox.ts'
import type { Parcel, StageSpec, TenantShare } from '../../ports/host.ts'
import type { Delivery } from './stage-attempt.ts'
import { TenantLines } from './tenant-lines.ts'
import { TurnLine } from './turn-line.ts'

/** How a stage tells whose turn it is. */
type Turns = Pick<StageSpec<never>, 'turn' | 'whose'>

/** What waits for its turn, in one line or in several. */
export interface WaitingLine extends Iterable<Delivery> {
  readonly size: number
  pushTo(priority: number, delivery: Delivery, bytes: number): void
  /** It was accepted before. */
  unshift(priority: number, delivery: Delivery, bytes: number): void
  shift(): Delivery | undefined
  /** What `drop-oldest` sheds. */
  shiftLeast(): Delivery | undefined
  removeWhere(test: (delivery: Delivery) => boolean): Delivery[]
}

/** The deliveries of a stage: waiting, running, and resting between two attempts. */
export class HeldDeliveries {
  readonly limits: MailboxLimits
  readonly running = new RunningList()
  readonly #resting = new Set<Delivery>()
  /** Callers that have left since the last sweep. */
  #left = 0
  /** One line, until the first parcel comes that has a tenant. */
  #waiting: WaitingLine
  #isDivided = false
  readonly #turns: Turns

  constructor(limits: MailboxLimits, turns: Turns) {
    this.limits = limits
    this.#turns = turns
    this.#waiting = this.#line()
  }

  get size(): number {
    return this.waiting + this.running.size + this.#resting.size
  }

  /** How many may run as soon as they have their turn. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** One that rests takes room like one that waits. */
  get isFull(): boolean {
    return this.waiting + this.#resting.size >= this.limits.capacity
  }

  enter(delivery: Delivery): void {
    const { parcel } = delivery
    const { whose } = this.#turns
    if (!this.#isDivided && whose?.(parcel) !== undefined) this.#divide(whose)
    this.#waiting.pushTo(parcel.priority ?? 0, delivery, 0)
  }

  /** Takes out the next that may run. */
  next(): Delivery | undefined {
    return this.#waiting.shift()
  }

  /** Takes out the one that goes where `drop-oldest` needs room. */
  shed(): Delivery | undefined {
    return this.#waiting.shiftLeast()
  }

  /** Goes before those that came after it: it was accepted before. */
  putBack(delivery: Delivery): void {
    this.#waiting.unshift(delivery.parcel.priority ?? 0, delivery, 0)
  }

  /** Waits until `timer` for its next attempt. */
  rest(delivery: Delivery, timer: Timer): void {
    this.#resting.add(delivery)
    delivery.retryTimer = timer
  }

  /** Its rest is over. False if it was taken out before. */
  rise(delivery: Delivery): boolean {
    return this.#resting.delete(delivery)
  }

  /** All of them; a running one stays in its list until it is released. */
  takeOut(concerned: (delivery: Delivery) => boolean): Delivery[] {
    const running = this.running.list().filter(concerned)
    const resting = [...this.#resting].filter(concerned)
    for (const delivery of resting) {
      delivery.retryTimer?.cancel()
      this.rise(delivery)
    }
    return [...running, ...resting, ...this.#waiting.removeWhere(concerned)]
  }

  /** A caller has left. What waits for those who have is taken out once it may be half of all: a few moves for each. */
  sweep(isUnwanted: (parcel: Parcel) => boolean): Delivery[] {
    this.#left += 1
    if (this.#left * 2 < this.waiting) return []
    this.#left = 0
    return this.#waiting.removeWhere(({ parcel }) => isUnwanted(parcel))
  }

  /** From now on each tenant has a line. */
  #divide(whose: (parcel: Parcel) => TenantShare | undefined): void {
    const waiting = this.#waiting
    this.#isDivided = true
    this.#waiting = new TenantLines(() => this.#line(), whose)
    for (const delivery of waiting) this.#waiting.pushTo(delivery.parcel.priority ?? 0, delivery, 0)
  }

  #line(): WaitingLine {
    const { turn } = this.#turns
    return turn === undefined ? new Mailbox<Delivery>(this.limits) : new TurnLine(turn)
  }
}

/** The running deliveries of a stage, in the order in which their attempts began. Adding and removing makes no garbage. */
class RunningList {
  size = 0
  #first: Delivery | undefined = undefined
  #last: Delivery | undefined = undefined

  add(delivery: Delivery): void {
    delivery.running = true
    delivery.previous = this.#last
    if (this.#last === undefined) this.#first = delivery
    else this.#last.next = delivery
    this.#last = delivery
    this.size += 1
  }

  /** Idempotent. */
  remove(delivery: Delivery): void {
    if (!delivery.running) return
    const { previous, next } = delivery
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    delivery.running = false
    delivery.previous = undefined
    delivery.next = undefined
    this.size -= 1
  }

  list(): Delivery[] {
    const list: Delivery[] = []
    for (let at = this.#first; at !== undefined; at = at.next) list.push(at)
    return list
  }
}
