import { shareOf } from '../plan/admission-policy.ts'
import type { Guest } from './guest.ts'
import { Line } from './line.ts'

/** Idle tenants that are remembered before a sweep. */
const IDLE_MOST = 1024
/** Up to so many tenants with waiting runs the runs before a new one are counted; beyond they are estimated by shares. */
const COUNTED_MOST = 64

/** One tenant's waiting runs, and the service it has received. */
interface Tenant<G extends Guest> {
  readonly name: string | undefined
  readonly share: number
  readonly line: Line<G>
  /** Service received per share, milliseconds, on the room's scale. The tenant with the least is next. */
  virtual: number
  /** Mean cost of its runs, milliseconds. */
  cost: number
}

/**
 * The runs that wait to begin: fair between tenants, and within a tenant by priority, then by the nearest deadline.
 *
 *     tenant a (share 2) │ 7: run run        virtual 120 ─┐
 *                        │ 0: run run run                 ├─▶ the least virtual time is next
 *     tenant b (share 1) │ 0: run            virtual  95 ─┘
 *
 * A tenant's virtual time grows by what its runs cost, divided by its share; one that comes back starts at the room's, so
 * that nobody saves up service. Source: Goyal, Vin, Cheng, "Start-time fair queueing", SIGCOMM 1996.
 */
export class WaitingRoom<G extends Guest> {
  /** Runs that wait. */
  size = 0
  readonly #shares: Readonly<Record<string, number>>
  readonly #known = new Map<string | undefined, Tenant<G>>()
  /** Tenants with waiting runs. */
  readonly #active = new Set<Tenant<G>>()
  /** Sum of the shares of those. */
  #sharesActive = 0
  /** Virtual time of the last turn. */
  #virtual = 0
  /** Mean cost of all runs, milliseconds. */
  #cost = 1

  constructor(shares: Readonly<Record<string, number>>) {
    this.#shares = shares
  }

  /** Number of runs that would begin before a new run of this tenant, priority and deadline; `most` bounds the count. */
  ahead(guest: Pick<Guest, 'tenant' | 'priority' | 'deadline' | 'startedAt'>, most: number): number {
    if (this.size === 0) return 0
    const tenant = this.#known.get(guest.tenant)
    const own = tenant?.line.ahead(guest, most) ?? 0
    const waits = tenant !== undefined && this.#active.has(tenant)
    if (waits && this.#active.size === 1) return own
    const share = tenant?.share ?? shareOf(this.#shares, guest.tenant)
    if (this.#active.size > COUNTED_MOST) {
      const shares = this.#sharesActive + (waits ? 0 : share)
      return Math.min(this.size - (tenant?.line.size ?? 0) + own, ((own + 1) * shares) / share - 1)
    }
    // Its turn comes at this virtual time; those of another tenant whose turns come earlier go before.
    const since = waits ? tenant.virtual : Math.max(tenant?.virtual ?? this.#virtual, this.#virtual)
    const turn = since + (own * (tenant?.cost ?? this.#cost)) / share
    let ahead = own
    for (const other of this.#active) {
      if (other === tenant) continue
      const turns = ((turn - other.virtual) * other.share) / other.cost
      ahead += Math.min(other.line.size, Math.max(0, Math.ceil(turns)))
    }
    return ahead
  }

  push(guest: G, now: number): void {
    const tenant = this.#tenantOf(guest.tenant)
    if (tenant.line.size === 0) {
      tenant.virtual = Math.max(tenant.virtual, this.#virtual)
      this.#active.add(tenant)
      this.#sharesActive += tenant.share
    }
    tenant.line.push(guest, now)
    this.size += 1
  }

  /** Takes the next run out of the room. */
  next(now: number): G | undefined {
    let first: Tenant<G> | undefined
    for (const tenant of this.#active)
      if (first === undefined || tenant.virtual < first.virtual) first = tenant
    const guest = first?.line.shift(now)
    if (first === undefined || guest === undefined) return undefined
    this.size -= 1
    this.#virtual = first.virtual
    this.#rest(first)
    return guest
  }

  /** One that has left the room begins: its tenant is charged what its runs cost on average. */
  charge(guest: G): void {
    const tenant = this.#tenantOf(guest.tenant)
    guest.charged = tenant.cost
    tenant.virtual += tenant.cost / tenant.share
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
    tenant.virtual += (cost - charged) / tenant.share
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
    const asked = ((own?.line.size ?? 0) + 1) / (own?.share ?? shareOf(this.#shares, name))
    if (greediest === undefined || greediest === own || crowd(greediest) <= asked) return undefined
    return greediest.line.last()
  }

  /** Everyone who waits. */
  guests(): G[] {
    return [...this.#active].flatMap(({ line }) => line.guests())
  }

  /** By tenant: how many wait. */
  waiting(): ReadonlyMap<string | undefined, number> {
    return new Map([...this.#active].map(({ name, line }) => [name, line.size]))
  }

  #rest(tenant: Tenant<G>): void {
    if (tenant.line.size > 0) return
    this.#active.delete(tenant)
    this.#sharesActive = this.#active.size === 0 ? 0 : this.#sharesActive - tenant.share
  }

  #tenantOf(name: string | undefined): Tenant<G> {
    let tenant = this.#known.get(name)
    if (tenant === undefined) {
      if (this.#known.size >= this.#active.size + IDLE_MOST) this.#sweep()
      const share = shareOf(this.#shares, name)
      tenant = { name, share, line: new Line<G>(), virtual: this.#virtual, cost: this.#cost }
      this.#known.set(name, tenant)
    }
    return tenant
  }

  #sweep(): void {
    for (const [name, tenant] of this.#known) if (!this.#active.has(tenant)) this.#known.delete(name)
  }
}

/** The part of the room that it uses, divided by its share. */
function crowd<G extends Guest>({ line, share }: Tenant<G>): number {
  return line.size / share
}
