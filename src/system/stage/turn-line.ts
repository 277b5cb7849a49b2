import { Heap } from '../../kernel/heap.ts'
import { Ring } from '../../mailbox/ring.ts'
import type { Parcel } from '../../ports/host.ts'
import type { Delivery } from './stage-attempt.ts'

/**
 * The deliveries that wait at a step of a pipeline: those of the run that began first are next, in the order in which they were sent.
 *
 *     in order │ 101 104 104 107        turns that are no earlier than that of the last of these: a ring
 *     early    │ 102 99                 the others: a heap, empty where runs come in the order in which they began
 *
 * A turn takes O(1) while all come in order, and O(log early) otherwise.
 */
export class TurnLine {
  readonly #turnOf: (parcel: Parcel) => number
  readonly #inOrder = new Ring<Delivery>()
  /** Of the last in the ring; kept as numbers, so that no delivery stays alive after its end. */
  #lastTurn = 0
  #lastId = 0
  #early: Heap<Delivery> | undefined = undefined

  constructor(turnOf: (parcel: Parcel) => number) {
    this.#turnOf = turnOf
  }

  get size(): number {
    return this.#inOrder.size + (this.#early?.size ?? 0)
  }

  pushTo(_priority: number, delivery: Delivery): void {
    const { parcel } = delivery
    const turn = this.#turnOf(parcel)
    if (
      this.#inOrder.size > 0 &&
      (turn < this.#lastTurn || (turn === this.#lastTurn && parcel.id < this.#lastId))
    ) {
      this.#pushEarly(delivery)
      return
    }
    this.#lastTurn = turn
    this.#lastId = parcel.id
    this.#inOrder.push(delivery)
  }

  /** To its place: it was accepted before. */
  unshift(_priority: number, delivery: Delivery): void {
    this.#pushEarly(delivery)
  }

  shift(): Delivery | undefined {
    const early = this.#early?.peek()
    if (early === undefined) return this.#inOrder.shift()
    const head = this.#inOrder.peek()
    return head === undefined || this.#goesBefore(early, head) ? this.#early?.pop() : this.#inOrder.shift()
  }

  /** What `drop-oldest` sheds: the one that was sent first. */
  shiftLeast(): Delivery | undefined {
    let oldest = this.#inOrder.peek()
    for (const one of this.#early ?? [])
      if (oldest === undefined || one.parcel.id < oldest.parcel.id) oldest = one
    if (oldest === this.#inOrder.peek()) return this.#inOrder.shift()
    this.#early?.retain((one) => one !== oldest)
    return oldest
  }

  /** Takes out everything that `test` accepts. */
  removeWhere(test: (delivery: Delivery) => boolean): Delivery[] {
    const removed = this.#inOrder.removeWhere(test)
    if (this.#early === undefined) return removed
    const early = [...this.#early].filter(test)
    if (early.length > 0) this.#early.retain((one) => !test(one))
    return [...removed, ...early]
  }

  /** In no order. */
  *[Symbol.iterator](): Generator<Delivery> {
    yield* this.#inOrder
    yield* this.#early ?? []
  }

  #pushEarly(delivery: Delivery): void {
    this.#early ??= new Heap((a, b) => this.#goesBefore(a, b))
    this.#early.push(delivery)
  }

  #goesBefore({ parcel: a }: Delivery, { parcel: b }: Delivery): boolean {
    const [ours, theirs] = [this.#turnOf(a), this.#turnOf(b)]
    return ours < theirs || (ours === theirs && a.id < b.id)
  }
}
