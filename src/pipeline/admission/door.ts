import type { AdmissionPolicy } from '../plan/admission-policy.ts'
import type { Guest } from './guest.ts'
import { firstLimit, type LimitState, nextLimit } from './limit.ts'
import type { LimitChange } from './load.ts'
import { ServiceTimes } from './service-times.ts'
import { WaitingRoom } from './waiting-room.ts'

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

/** The fewest runs in one window of the limit. */
const WINDOW_RUNS = 8
/** The shortest length of a window, milliseconds. */
const WINDOW_MS = 20
/** Estimated waits are multiplied by a learned margin: at first, least and most. */
const MARGIN = { first: 1.2, least: 1.1, most: 2.5 }
/** The share of waiting runs that may be refused in the end. */
const REFUSED_WAITING = 0.001
/** What one run that is refused after waiting adds to the margin. */
const MARGIN_STEP = 0.2

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
  /** Runs that have begun and not ended. */
  inFlight = 0
  readonly room: WaitingRoom<G>
  readonly times: ServiceTimes
  readonly #policy: AdmissionPolicy
  #limit: LimitState
  #closed = false
  #margin = MARGIN.first
  /** Start of the window, and sums over the runs that began in it and ended while others waited. */
  #windowSince = Number.NEGATIVE_INFINITY
  /** When a run was refused last, because it could not have been answered in time. */
  #refusedAt = Number.NEGATIVE_INFINITY
  #windowEnded = 0
  #windowAnswered = 0
  #windowMs = 0
  #windowCompany = 0
  #windowGivenMs = 0
  /** The limit's last move. */
  moved: LimitChange | undefined = undefined
  readonly #owner: DoorOwner<G>

  /** `width`: as many runs in flight wait for no other at any step. It may change. */
  constructor(policy: AdmissionPolicy, owner: DoorOwner<G>, width = { runs: 1 }) {
    this.times = new ServiceTimes(width)
    this.#policy = policy
    this.#owner = owner
    this.room = new WaitingRoom(policy.tenants)
    this.#limit = firstLimit(policy.limit.initial)
  }

  /** The most runs in flight. */
  get limit(): number {
    return Math.floor(this.#limit.limit)
  }

  /** Why a run that arrives with so much time is refused, if it is. If the room is full, another run may be refused instead. */
  refusal(remaining: number, tenant: string | undefined, priority: number, now: number): Refusal | undefined {
    if (this.#begins) {
      // A run that finds nobody begins in any case: nothing else would tell that the estimate is too high.
      if (this.inFlight === 0 || this.times.within(remaining, this.inFlight + 1)) return undefined
      const estimate = this.times.atMost(this.inFlight + 1)
      this.#refusedAt = now
      return this.#refusal(estimate, estimate - remaining)
    }
    const estimate = this.#wait({ startedAt: now, deadline: now + remaining, tenant, priority }, remaining)
    if (estimate > remaining) {
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
    if (this.#begins) {
      this.#begin(guest, now)
      return true
    }
    this.room.push(guest, now)
    if (!this.room.owed(guest.tenant, this.limit)) return false
    this.room.next(now, this.limit)
    this.room.charge(guest)
    this.#begin(guest, now)
    return true
  }

  /** The next run to begin, if any. Runs before it that can no longer be answered in time are refused. */
  next(now: number): G | undefined {
    while (!this.#closed) {
      const guest = this.room.next(now, this.inFlight < this.limit ? undefined : this.limit)
      if (guest === undefined) return undefined
      const remaining = guest.deadline - now
      const estimate = this.times.atMost(this.inFlight + 1)
      if (estimate <= remaining) {
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

  /** When a waiting run can no longer be answered in time, monotonic milliseconds. */
  lastCall(guest: Guest): number {
    const { floor } = this.times
    return guest.deadline - (floor < guest.deadline - guest.startedAt ? floor : 0)
  }

  /** Begins a run regardless of the limit, because it has already begun elsewhere. */
  force(guest: G, now: number): void {
    this.room.left(guest)
    this.#begin(guest, now)
  }

  /** Frees the place of a run that goes on but waits for a person. */
  release(guest: G): void {
    if (Number.isNaN(guest.begunAt) || guest.company === 0) return
    this.inFlight -= 1
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
    this.inFlight -= 1
    this.room.began(guest, -1)
    const ms = now - guest.begunAt
    // One that was cut short says at least that others take longer than it was given. So does the first of all, unless it was
    // alone: where too many begin at once for any to be answered, nothing else ever tells.
    const isFirst = Number.isNaN(this.times.mean) && (guest.company > 1 || this.inFlight > 0)
    if (told || isFirst || ms > this.times.mean) {
      this.times.add(guest, now, told, this.inFlight)
      // Only while others wait do runs tell what more in flight would give.
      const isPressed = this.room.size > 0 ? this.room.waits(guest.tenant) : this.#refusedAt >= guest.begunAt
      if (isPressed && guest.begunAt >= this.#windowSince) this.#sample(guest, ms, told, now)
    }
    if (guest.charged > 0) this.room.paid(guest)
  }

  /** No waiting run begins from now on. */
  close(): void {
    this.#closed = true
  }

  get #begins(): boolean {
    return this.room.size === 0 && this.inFlight < this.limit
  }

  #begin(guest: G, now: number): void {
    this.inFlight += 1
    this.room.began(guest, 1)
    guest.begunAt = now
    guest.company = this.inFlight
  }

  /** Milliseconds between two runs that end, while as many are in flight as may be (Little's law); 0 while nothing is known. */
  get #turnMs(): number {
    return this.times.typical(this.limit) / this.limit
  }

  /** Estimated time until a run that has to wait is answered, milliseconds. */
  #wait(arrival: Pick<G, 'tenant' | 'priority' | 'deadline' | 'startedAt'>, remaining: number): number {
    const turnMs = this.#turnMs
    const service = this.times.atMost(this.limit)
    const most = turnMs === 0 ? Number.POSITIVE_INFINITY : Math.max(0, remaining - service) / turnMs + 1
    return (this.room.ahead(arrival, most) + 1) * turnMs * this.#margin + service
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

  #sample(guest: G, ms: number, answered: boolean, now: number): void {
    this.#windowEnded += 1
    if (answered) this.#windowAnswered += 1
    this.#windowMs += ms
    this.#windowCompany += guest.company
    this.#windowGivenMs += guest.deadline - guest.startedAt
    const ended = this.#windowEnded
    // Estimates may allow fewer in flight than the limit does.
    if (ended < Math.max(WINDOW_RUNS, Math.min(this.limit, this.#windowCompany / ended) / 2)) return
    if (now - this.#windowSince < Math.max(WINDOW_MS, this.times.mean)) return
    const from = this.limit
    const window = {
      company: this.#windowCompany / ended,
      meanMs: this.#windowMs / ended,
      answered: this.#windowAnswered / ended,
      givenMs: this.#windowGivenMs / ended,
      ...this.times.slope(this.limit),
    }
    this.#limit = nextLimit(this.#limit, window, this.#policy.limit)
    this.#windowSince = now
    this.#windowEnded = 0
    this.#windowAnswered = 0
    this.#windowMs = 0
    this.#windowCompany = 0
    this.#windowGivenMs = 0
    if (from === this.limit) return
    this.moved = { from, to: this.limit, why: this.#limit.phase, at: now }
    this.#owner.moved(this.moved)
  }
}
