import { FairShares, type Tenant } from '../../kernel/fair-shares.ts'
import { Heap } from '../../kernel/heap.ts'
import type { Parcel, TenantShare } from '../../ports/host.ts'
import type { WaitingLine } from './held-deliveries.ts'
import type { Delivery } from './stage-attempt.ts'

/** So many turns that a tenant has left unused come before the others have theirs. */
const SAVED = 1

/** One tenant's waiting deliveries. */
interface Line {
  readonly tenant: Tenant
  readonly waiting: WaitingLine
  /** Among equals the one that has waited longest for a turn is next. */
  turn: number
}

/**
 * The deliveries that wait where runs of several tenants meet: a line a tenant. The tenant that has had fewest turns for its share
 * is next.
 *
 *     tenant a (share 2) │ a a a a      virtual 3 ─┐
 *     tenant b (share 1) │ b b          virtual 4  ├─▶ the least virtual time is next: a turn costs 1 ÷ share
 *
 * A turn takes O(log tenants), however many wait.
 */
export class TenantLines implements WaitingLine {
  size = 0
  readonly #newLine: () => WaitingLine
  readonly #whose: (parcel: Parcel) => TenantShare | undefined
  readonly #shares = new FairShares()
  /** Of the tenants that wait. */
  readonly #lines = new Map<string | undefined, Line>()
  readonly #turns = new Heap<Line>(goesBefore)
  #turn = 0

  constructor(newLine: () => WaitingLine, whose: (parcel: Parcel) => TenantShare | undefined) {
    this.#newLine = newLine
    this.#whose = whose
  }

  pushTo(priority: number, delivery: Delivery): void {
    this.#lineOf(delivery).waiting.pushTo(priority, delivery, 0)
    this.size += 1
  }

  unshift(priority: number, delivery: Delivery): void {
    this.#lineOf(delivery).waiting.unshift(priority, delivery, 0)
    this.size += 1
  }

  shift(): Delivery | undefined {
    const line = this.#turns.pop()
    const next = line?.waiting.shift()
    if (line === undefined || next === undefined) return undefined
    this.size -= 1
    this.#shares.charge(line.tenant, 1)
    if (line.waiting.size > 0) this.#queue(line)
    else this.#lines.delete(line.tenant.name)
    if (this.size === 0) this.#shares.clear()
    return next
  }

  /** The oldest of the tenant that has most waiting for its share. */
  shiftLeast(): Delivery | undefined {
    let most: Line | undefined
    for (const line of this.#lines.values()) if (most === undefined || crowd(line) > crowd(most)) most = line
    const least = most?.waiting.shiftLeast()
    if (least === undefined) return undefined
    this.size -= 1
    this.#tidy()
    return least
  }

  removeWhere(test: (delivery: Delivery) => boolean): Delivery[] {
    const removed = [...this.#lines.values()].flatMap(({ waiting }) => waiting.removeWhere(test))
    this.size -= removed.length
    if (removed.length > 0) this.#tidy()
    return removed
  }

  *[Symbol.iterator](): Generator<Delivery> {
    for (const { waiting } of this.#lines.values()) yield* waiting
  }

  #lineOf({ parcel }: Delivery): Line {
    const { tenant: name, share } = this.#whose(parcel) ?? {}
    let line = this.#lines.get(name)
    if (line === undefined) {
      line = { tenant: this.#shares.of(name, share, SAVED), waiting: this.#newLine(), turn: 0 }
      this.#lines.set(name, line)
      this.#queue(line)
    }
    return line
  }

  #queue(line: Line): void {
    this.#turn += 1
    line.turn = this.#turn
    this.#turns.push(line)
  }

  /** Some have left out of turn. */
  #tidy(): void {
    for (const [name, { waiting }] of this.#lines) if (waiting.size === 0) this.#lines.delete(name)
    this.#turns.retain(({ waiting }) => waiting.size > 0)
    if (this.size === 0) this.#shares.clear()
  }
}

function goesBefore(a: Line, b: Line): boolean {
  const [ours, theirs] = [a.tenant.virtual, b.tenant.virtual]
  return ours < theirs || (ours === theirs && a.turn < b.turn)
}

function crowd({ tenant, waiting }: Line): number {
  return waiting.size / tenant.share
}
