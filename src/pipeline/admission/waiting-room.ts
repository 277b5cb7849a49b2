import { FairShares, type Tenant as FairTenant } from '../../kernel/fair-shares.ts'
import { shareOf } from '../plan/admission-policy.ts'
import type { Guest } from './guest.ts'
import { Line } from './line.ts'

/** Idle tenants that are remembered before a sweep. */
const IDLE_MOST = 1024
/** Up to so many tenants with waiting runs the runs before a new one are counted; beyond they are estimated by shares. */
const COUNTED_MOST = 64

/** So many runs that a tenant has left unused begin before the others have their turns. */
const SAVED = 1

/** Sums of shares are off by less. */
const ROUNDING = 1e-6

/** One tenant's waiting runs. */
interface Tenant<G extends Guest> {
  readonly line: Line<G>
  /** Its name, its share and the service that it has received, milliseconds. */
  fair: FairTenant
  /** Mean cost of its runs, milliseconds. */
  cost: number
  inFlight: number
  /** Whether runs of it wait or are in flight. */
  isBusy: boolean
}

/**
 * The runs that wait to begin: fair between tenants, and within a tenant by priority, then by the nearest deadline.
 *
 *     tenant a (share 2) │ 7: run run        virtual 120 ─┐
 *                        │ 0: run run run                 ├─▶ the least virtual time is next
 *     tenant b (share 1) │ 0: run            virtual  95 ─┘
 *
 * The service is what runs cost: estimated when one begins, and corrected when it has ended.
 */
export class WaitingRoom<G extends Guest> {
  /** Runs that wait. */
  size = 0
  readonly #fair = new FairShares()
  readonly #shares: Readonly<Record<string, number>>
  /** The greatest share of all. */
  readonly #shareMost: number
  readonly #known = new Map<string | undefined, Tenant<G>>()
  /** The one that was looked for last: mostly the only one. */
  #latest: Tenant<G> | undefined
  /** Tenants with waiting runs. */
  readonly #active = new Set<Tenant<G>>()
  /** Sum of the shares of those. */
  #sharesActive = 0
  /** Sum of the shares of those with runs here or in flight. */
  #sharesBusy = 0
  /** Mean cost of all runs, milliseconds. */
  #cost = 1

  constructor(shares: Readonly<Record<string, number>>) {
    this.#shares = shares
    this.#shareMost = Math.max(1, ...Object.values(shares))
  }

  /** Number of runs that would begin before a new run of this tenant, priority and deadline; `most` bounds the count. */
  ahead(guest: Pick<Guest, 'tenant' | 'priority' | 'deadline' | 'startedAt'>, most: number): number {
    if (this.size === 0) return 0
    const tenant = this.#known.get(guest.tenant)
    const own = tenant?.line.ahead(guest, most) ?? 0
    const waits = tenant !== undefined && this.#active.has(tenant)
    if (waits && this.#active.size === 1) return own
    const share = tenant?.fair.share ?? shareOf(this.#shares, guest.tenant)
    if (this.#active.size > COUNTED_MOST) {
      const shares = this.#sharesActive + (waits ? 0 : share)
      return Math.min(this.size - (tenant?.line.size ?? 0) + own, ((own + 1) * shares) / share - 1)
    }
    // Its turn comes at this virtual time; those of another tenant whose turns come earlier go before.
    const saved = SAVED * (tenant?.cost ?? this.#cost)
    const since = waits ? tenant.fair.virtual : this.#fair.turnOf(guest.tenant, share, saved)
    const turn = since + (own * (tenant?.cost ?? this.#cost)) / share
    let ahead = own
    for (const other of this.#active) {
      if (other === tenant) continue
      const turns = ((turn - other.fair.virtual) * other.fair.share) / other.cost
      ahead += Math.min(other.line.size, Math.max(0, Math.ceil(turns)))
    }
    return ahead
  }

  /** Whether runs of this tenant wait. */
  waits(name: string | undefined): boolean {
    return (this.#known.get(name)?.line.size ?? 0) > 0
  }

  /** Whether a tenant's only run here may begin although the limit is reached: it has less than its part of it in flight. */
  owed(name: string | undefined, limit: number): boolean {
    const tenant = this.#turn(limit)
    return tenant !== undefined && tenant.fair.name === name && tenant.line.size === 1
  }

  /** A run has begun (1) or ended (-1). */
  began({ tenant: name }: G, change: 1 | -1): void {
    const tenant = this.#tenantOf(name)
    tenant.inFlight += change
    this.#counted(tenant)
  }

  push(guest: G, now: number): void {
    const tenant = this.#tenantOf(guest.tenant)
    if (tenant.line.size === 0) {
      tenant.fair = this.#fair.of(guest.tenant, tenant.fair.share, SAVED * tenant.cost)
      this.#active.add(tenant)
      this.#sharesActive += tenant.fair.share
    }
    tenant.line.push(guest, now)
    this.size += 1
    this.#counted(tenant)
  }

  /** Takes the next run out of the room; `within` a limit, of the tenants that have less than their part of it in flight. */
  next(now: number, within?: number): G | undefined {
    const first = this.#turn(within)
    const guest = first?.line.shift(now)
    if (first === undefined || guest === undefined) return undefined
    this.size -= 1
    this.#rest(first)
    return guest
  }

  /** One that has left the room begins: its tenant is charged what its runs cost on average. */
  charge(guest: G): void {
    const tenant = this.#tenantOf(guest.tenant)
    guest.charged = tenant.cost
    this.#fair.charge(tenant.fair, tenant.cost)
  }

  /** A waiting run has settled, or is taken out of turn. */
  left(guest: G): void {
    const tenant = this.#known.get(guest.tenant)
    if (tenant?.line.left(guest) !== true) return
    this.size -= 1
    this.#rest(tenant)
  }

  /** A run that had waited has ended: its tenant is charged the actual cost in place of the estimate. */
  paid({ tenant: name, charged, costMs: cost }: G): void {
    const tenant = this.#known.get(name)
    this.#cost += (cost - this.#cost) / 32
    if (tenant === undefined) return
    this.#fair.correct(tenant.fair, cost - charged)
    tenant.cost += (cost - tenant.cost) / 16
  }

  /**
   * Makes room for a run of this tenant where none is left: the tenant that takes most of the room for its share loses
   * its last run, which is returned. Undefined where that is this very tenant.
   */
  displace(name: string | undefined): G | undefined {
    let greediest: Tenant<G> | undefined
    for (const tenant of this.#active)
      if (greediest === undefined || crowd(tenant) > crowd(greediest)) greediest = tenant
    const own = this.#known.get(name)
    const asked = ((own?.line.size ?? 0) + 1) / (own?.fair.share ?? shareOf(this.#shares, name))
    if (greediest === undefined || greediest === own || crowd(greediest) <= asked) return undefined
    return greediest.line.last()
  }

  /** Everyone who waits. */
  guests(): G[] {
    return [...this.#active].flatMap(({ line }) => line.guests())
  }

  /** By tenant: how many wait. */
  waiting(): ReadonlyMap<string | undefined, number> {
    return new Map([...this.#active].map(({ fair, line }) => [fair.name, line.size]))
  }

  /** The tenant whose turn it is; `within` a limit, of those that have less than their part of it in flight. */
  #turn(within?: number): Tenant<G> | undefined {
    let first: Tenant<G> | undefined
    // Among so many that nobody's part is a whole run.
    if (within !== undefined && partOf(this.#shareMost, within, this.#sharesBusy) < 1) return undefined
    for (const tenant of this.#active) {
      if (first !== undefined && first.fair.virtual <= tenant.fair.virtual) continue
      if (within === undefined || tenant.inFlight + 1 <= partOf(tenant.fair.share, within, this.#sharesBusy))
        first = tenant
    }
    return first
  }

  /** Keeps count of the tenants that have runs here or in flight. */
  #counted(tenant: Tenant<G>): void {
    const isBusy = tenant.line.size > 0 || tenant.inFlight > 0
    if (isBusy === tenant.isBusy) return
    tenant.isBusy = isBusy
    this.#sharesBusy += isBusy ? tenant.fair.share : -tenant.fair.share
  }

  #rest(tenant: Tenant<G>): void {
    if (tenant.line.size > 0) return
    this.#counted(tenant)
    this.#active.delete(tenant)
    this.#sharesActive = this.#active.size === 0 ? 0 : this.#sharesActive - tenant.fair.share
  }

  #tenantOf(name: string | undefined): Tenant<G> {
    if (this.#latest !== undefined && this.#latest.fair.name === name) return this.#latest
    let tenant = this.#known.get(name)
    if (tenant === undefined) {
      if (this.#known.size >= this.#active.size + IDLE_MOST) this.#sweep()
      const fair = this.#fair.of(name, shareOf(this.#shares, name))
      tenant = { line: new Line<G>(), fair, cost: this.#cost, inFlight: 0, isBusy: false }
      this.#known.set(name, tenant)
    }
    this.#latest = tenant
    return tenant
  }

  #sweep(): void {
    this.#latest = undefined
    for (const [name, tenant] of this.#known) if (!tenant.isBusy) this.#known.delete(name)
  }
}

/** The runs that a tenant of such a share may have in flight of so many, where the busy have such shares in all. */
function partOf(share: number, limit: number, shares: number): number {
  return (limit * share) / shares + ROUNDING
}

/** The part of the room that it uses, divided by its share. */
function crowd<G extends Guest>({ line, fair }: Tenant<G>): number {
  return line.size / fair.share
}
