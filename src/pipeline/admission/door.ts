import type { AdmissionPolicy } from '../plan/admission-policy.ts'
import type { Guest } from './guest.ts'
import { InFlight } from './in-flight.ts'
import { firstLimit, type LimitState, nextLimit, restedLimit } from './limit.ts'
import type { LimitChange } from './load.ts'
import { ServiceTimes } from './service-times.ts'
import { SlowStart } from './slow-start.ts'
import { WaitingRoom } from './waiting-room.ts'
import { WindowSums } from './window-sums.ts'

/** Why a run can neither begin nor wait. */
export interface Refusal {
  /** Estimated time until it would have been answered, milliseconds from now. */
  readonly estimate: number
  /** A run like it would be accepted after this many milliseconds, if no others arrive. */
  readonly retryAfter: number
  readonly inFlight: number
  readonly waiting: number
}

/** The owner of a door. */
export interface DoorOwner<G> {
  /** A waiting run is refused, because another run takes its place. */
  refused(guest: G, refusal: Refusal): void
  /** The limit has changed. */
  moved(change: LimitChange): void
}

/** Estimated waits are multiplied by a learned margin: at first, least and most. */
const MARGIN = { first: 1.2, least: 1.1, most: 2.5 }
/** The share of waiting runs that may be refused in the end. */
const REFUSED_WAITING = 0.001
/** What one run that is refused after waiting adds to the margin. */
const MARGIN_STEP = 0.2
/** A run that has no time for so many rounds of others does not wait for what they prove. */
const ROUNDS = 3
/** After so long without a run that ended, what is known may be out of date, milliseconds; so many runs make it sure again. */
const PAUSE_MS = 30_000
const RECHECKED = 8

/**
 * Who may begin now, who waits and who is refused.
 *
 *     arrive ─▶ can it be answered in time? ─ no ─▶ refused
 *                 │ yes
 *                 ├─ fewer in flight than the limit ─▶ begins ─▶ ended ─▶ service times, limit ─▶ the next one begins
 *                 └─ else ─▶ waiting room (bounded) ─▶ begins, or is refused once it can't be answered in time any more
 *
 * Callers pass the time in. When nothing waits, a run costs a few additions.
 */
export class Door<G extends Guest> {
  readonly room: WaitingRoom<G>
  readonly times: ServiceTimes
  readonly #policy: AdmissionPolicy
  #limited: LimitState
  /** The most runs in flight. */
  limit: number
  #closed = false
  #margin = MARGIN.first
  /** When a run was refused last, because it could not have been answered in time. */
  #refusedAt = Number.NEGATIVE_INFINITY
  readonly #window = new WindowSums()
  readonly #start = new SlowStart()
  readonly #crowd = new InFlight()
  /** When a run ended last. */
  #endedAt = Number.POSITIVE_INFINITY
  /** After a pause: so many runs that end may still show that all has become faster. */
  #unsure = 0
  /** The limit's last move. */
  moved: LimitChange | undefined = undefined
  readonly #owner: DoorOwner<G>

  /** `width`: as many runs in flight wait for no other at any step. It may change. */
  constructor(policy: AdmissionPolicy, owner: DoorOwner<G>, width = { runs: 1 }) {
    this.times = new ServiceTimes(width)
    this.#policy = policy
    this.#owner = owner
    this.room = new WaitingRoom(policy.tenants)
    this.limit = policy.limit.initial
    this.#limited = firstLimit(policy.limit.initial)
  }

  /** Runs that have begun and not ended. */
  get inFlight(): number {
    return this.#crowd.count
  }

  /** Why a run that arrives with so much time is refused, if it is. If the room is full, another run may be refused instead. */
  refusal(remaining: number, tenant: string | undefined, priority: number, now: number): Refusal | undefined {
    if (this.#begins(remaining)) {
      // A run that finds nobody begins in any case: nothing else would tell that the estimate is too high.
      if (this.inFlight === 0 || this.times.within(remaining, this.inFlight + 1)) return undefined
      const estimate = this.times.atMost(this.inFlight + 1)
      this.#refusedAt = now
      return this.#refusal(estimate, estimate - remaining)
    }
    const estimate = this.#wait({ startedAt: now, deadline: now + remaining, tenant, priority }, remaining)
    if (estimate > remaining && this.#unsure === 0) {
      this.#refusedAt = now
      return this.#refusal(estimate, estimate - remaining)
    }
    if (this.room.size < this.#policy.maxWaiting) return undefined
    const victim = this.room.displace(tenant)
    if (victim === undefined) return this.#refusal(estimate, 0)
    this.#owner.refused(victim, this.#refusal(estimate, 0))
    return undefined
  }

  /** It has just been asked. True: it begins now. False: it waits. */
  enter(guest: G): boolean {
    const now = guest.startedAt
    if (this.#begins(guest.deadline - now)) {
      this.#begin(guest, now)
      return true
    }
    this.room.push(guest, now)
    if (this.#unsure > 0 || !this.room.owed(guest.tenant, this.#open)) return false
    this.room.next(now, this.#open)
    this.room.charge(guest)
    this.#begin(guest, now)
    return true
  }

  /** The next run to begin, if any. Runs before it that can no longer be answered in time are refused. */
  next(now: number): G | undefined {
    while (!this.#closed) {
      // Those that wait because nothing is sure any more go one at a time.
      if (this.#unsure > 0 && this.inFlight > 0) return undefined
      const open = this.#open
      const guest = this.room.next(now, this.inFlight < open ? undefined : open)
      if (guest === undefined) return undefined
      const remaining = guest.deadline - now
      const estimate = this.times.atMost(this.inFlight + 1)
      if (estimate <= remaining || (this.#unsure > 0 && this.times.mean <= remaining)) {
        this.room.charge(guest)
        this.#begin(guest, now)
        this.#learnMargin((-MARGIN_STEP * REFUSED_WAITING) / (1 - REFUSED_WAITING))
        return guest
      }
      this.#learnMargin(MARGIN_STEP)
      this.#owner.refused(guest, this.#refusal(estimate, estimate - remaining))
    }
    return undefined
  }

  /** The refusal of a waiting run that can no longer be answered in time. */
  refusalOf(guest: G, now: number): Refusal {
    this.#learnMargin(MARGIN_STEP)
    const estimate = this.#wait(guest, guest.deadline - now)
    return this.#refusal(estimate, estimate - (guest.deadline - now))
  }

  /** When a waiting run is to be looked at again, monotonic milliseconds: at the latest when it can't be answered in time any more. */
  lastCall(guest: Guest, now: number): number {
    const last = this.#last(guest)
    return this.inFlight < this.limit && this.#stallAt > now ? Math.min(last, this.#stallAt) : last
  }

  /**
   * Whether it can't be answered in time any more. Where runs are held back and those in flight don't end, however long they
   * share whatever there is, they wait for something else, maybe for those: then the limit alone counts.
   */
  isLate(guest: Guest, now: number): boolean {
    if (now >= this.#last(guest)) return true
    if (this.inFlight < this.limit && now >= this.#stallAt) {
      this.#start.proven = this.limit
      this.#unsure = 0
    }
    return false
  }

  #last({ deadline, startedAt }: Guest): number {
    const { floor } = this.times
    return deadline - (floor < deadline - startedAt ? floor : 0)
  }

  /** One after another those in flight would have ended by then. */
  get #stallAt(): number {
    return this.#crowd.changedAt + Math.max(1, this.inFlight) * this.times.atMost(1) + 1
  }

  /** Begins a run regardless of the limit, because it has already begun elsewhere. */
  force(guest: G, now: number): void {
    this.room.left(guest)
    this.#begin(guest, now)
  }

  /** Frees the place of a run that goes on but waits for a person. */
  release(guest: G): void {
    if (Number.isNaN(guest.begunAt) || guest.company === 0) return
    this.#crowd.change(-1, guest.begunAt)
    this.room.began(guest, -1)
    guest.company = 0
  }

  /**
   * A run has ended, having begun or not. `told`: how long it took says something about the others, as that of an
   * answer does.
   */
  ended(guest: G, now: number, told: boolean): void {
    if (Number.isNaN(guest.begunAt)) {
      this.room.left(guest)
      return
    }
    if (guest.company === 0) return
    this.#crowd.change(-1, now)
    this.room.began(guest, -1)
    const ms = now - guest.begunAt
    guest.meanCompany = ms > 0 ? (this.#crowd.sum - guest.meanCompany) / ms : guest.company
    this.#start.ended(guest, told)
    if (this.#unsure > 0) this.#unsure = told && this.times.recheck(guest, now) ? this.#unsure - 1 : 0
    this.#endedAt = now
    // One that was cut short says at least that others take longer than it was given. So does the first of all, unless it was
    // alone: where too many begin at once for any to be answered, nothing else ever tells.
    const isFirst = Number.isNaN(this.times.mean) && (guest.company > 1 || this.inFlight > 0)
    if (told || isFirst || ms > this.times.mean) {
      this.times.add(guest, now, told, this.inFlight)
      // Only while others wait do runs tell what more in flight would give.
      const isPressed = this.room.size > 0 ? this.room.waits(guest.tenant) : this.#refusedAt >= guest.begunAt
      if (isPressed) this.#sample(guest, told, now)
      else if (this.room.size === 0) this.#move(restedLimit(this.#limited, this.#policy.limit), now)
    }
    if (guest.charged > 0) this.room.paid(guest)
  }

  /** No waiting run begins from now on. */
  close(): void {
    this.#closed = true
  }

  /** Whether a run that comes with so much time begins. */
  #begins(remaining: number): boolean {
    const { inFlight, times } = this
    if (this.room.size > 0 || inFlight >= this.limit) return false
    if (this.#unsure === 0 && inFlight < this.#start.proven) return true
    if (this.#unsure > 0 && inFlight > 0 && !times.within(remaining, inFlight + 1)) return false
    return inFlight < this.#open || (!times.isDoubted && !times.within(remaining / ROUNDS, 1))
  }

  /** So many may be in flight while that many are proven. While nothing at all is known, the limit alone counts. */
  get #open(): number {
    return Number.isNaN(this.times.mean) ? this.limit : Math.min(this.limit, this.#start.proven)
  }

  #begin(guest: G, now: number): void {
    if (this.inFlight === 0 && now - this.#endedAt > PAUSE_MS) {
      this.#unsure = RECHECKED
      this.#limited = firstLimit(this.#limited.limit)
    }
    this.#crowd.change(1, now)
    guest.meanCompany = this.#crowd.sum
    this.room.began(guest, 1)
    guest.begunAt = now
    guest.company = this.inFlight
  }

  /** Estimated time until a run that has to wait is answered, milliseconds. */
  #wait(arrival: Pick<G, 'tenant' | 'priority' | 'deadline' | 'startedAt'>, remaining: number): number {
    // Between two runs that end, while as many are in flight as may be (Little's law); 0 while nothing is known.
    const turnMs = this.times.typical(this.limit) / this.limit
    const service = this.times.atMost(this.limit)
    // Places that are free until more is proven are for those ahead.
    const free = Math.max(0, this.limit - this.inFlight)
    const most =
      turnMs === 0 ? Number.POSITIVE_INFINITY : Math.max(0, remaining - service) / turnMs + 1 + free
    const ahead = this.room.ahead(arrival, most)
    if (ahead < free) return this.times.atMost(this.inFlight + ahead + 1)
    return (ahead - free + 1) * turnMs * this.#margin + service
  }

  /** The margin under which few waiting runs are refused: a quantile, learned as in `ServiceTimes`. */
  #learnMargin(step: number): void {
    this.#margin = Math.min(MARGIN.most, Math.max(MARGIN.least, this.#margin + step))
  }

  #refusal(estimate: number, excess: number): Refusal {
    // Those in flight may have begun together: the next place may be as far away as a whole run.
    const retryAfter = Math.max(1, Math.ceil(excess + this.times.typical(this.inFlight)))
    return { estimate, retryAfter, inFlight: this.inFlight, waiting: this.room.size }
  }

  #sample(guest: G, answered: boolean, now: number): void {
    const window = this.#window.add(guest, now, answered, this.limit, this.times)
    if (window !== undefined) this.#move(nextLimit(this.#limited, window, this.#policy.limit), now)
  }

  #move(to: LimitState, now: number): void {
    if (to === this.#limited) return
    const from = this.limit
    this.#limited = to
    this.limit = Math.floor(to.limit)
    if (from === this.limit) return
    this.moved = { from, to: this.limit, why: to.phase, at: now }
    this.#owner.moved(this.moved)
  }
}
