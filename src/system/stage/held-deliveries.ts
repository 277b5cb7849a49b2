import type { Timer } from '../../kernel/kernel.ts'
import { Mailbox, type MailboxLimits } from '../../mailbox/mailbox.ts'
import type { StageSpec } from '../../ports/host.ts'
import type { Delivery } from './stage-attempt.ts'
import { Turns } from './turns.ts'

/** The deliveries of a stage: waiting, running, and resting between two attempts. */
export class HeldDeliveries {
  readonly mailbox: Mailbox<Delivery>
  readonly running = new RunningList()
  readonly #resting = new Set<Delivery>()
  /** Made for the first parcel that has a tenant. */
  #turns: Turns | undefined

  constructor(limits: MailboxLimits) {
    this.mailbox = new Mailbox(limits)
  }

  get size(): number {
    return this.mailbox.size + this.running.size + this.#resting.size
  }

  enter(delivery: Delivery, whose: StageSpec<never>['whose']): void {
    const { parcel } = delivery
    if (this.#turns === undefined && whose?.(parcel) !== undefined) this.#turns = new Turns(whose)
    if (parcel.priority === undefined) this.mailbox.push(delivery)
    else this.mailbox.pushTo(parcel.priority, delivery, 0)
  }

  /** Takes out the next that may run. */
  next(): Delivery | undefined {
    return this.#turns === undefined ? this.mailbox.shift() : this.#turns.next(this.mailbox)
  }

  /** Goes to the front of its lane: it was accepted before. */
  putBack(delivery: Delivery): void {
    this.mailbox.unshift(delivery.parcel.priority ?? 0, delivery, 0)
  }

  /** Waits until `timer` for its next attempt. It takes room in the mailbox like a waiting one. */
  rest(delivery: Delivery, timer: Timer): void {
    this.#resting.add(delivery)
    this.mailbox.held += 1
    delivery.retryTimer = timer
  }

  /** Its rest is over. False if it was taken out before. */
  rise(delivery: Delivery): boolean {
    if (!this.#resting.delete(delivery)) return false
    this.mailbox.held -= 1
    return true
  }

  /** All of them; a running one stays in its list until it is released. */
  takeOut(concerned: (delivery: Delivery) => boolean): Delivery[] {
    const running = this.running.list().filter(concerned)
    const resting = [...this.#resting].filter(concerned)
    for (const delivery of resting) {
      delivery.retryTimer?.cancel()
      this.rise(delivery)
    }
    return [...running, ...resting, ...this.mailbox.removeWhere(concerned)]
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
