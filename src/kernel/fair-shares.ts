/** Tenants that are remembered before a sweep. */
const REMEMBERED = 1024

/** One whose work waits, or has waited. */
export interface Tenant {
  readonly name: string | undefined
  share: number
  /** Service received per share, on the queue's scale. The tenant with the least is next. */
  virtual: number
}

/**
 * Shares a queue's service between tenants. A tenant's virtual time grows by the service that it gets, divided by its share. One that
 * comes back starts at the time of the last turn, less what it has left unused, up to a bound: requests that come together then go
 * together, and not one of another's between each two.
 * Source: Goyal, Vin, Cheng, "Start-time fair queueing", SIGCOMM 1996.
 */
export class FairShares {
  readonly #known = new Map<string | undefined, Tenant>()
  /** So many are remembered before those that are owed nothing are forgotten. */
  #room = REMEMBERED
  /** Virtual time of the last turn. */
  #virtual = 0
  readonly #newHaveSaved: boolean

  /** `newHaveSaved`: also one that was never here, or was forgotten, has left all unused that it may. */
  constructor(newHaveSaved = false) {
    this.#newHaveSaved = newHaveSaved
  }

  /** A tenant whose work comes, with the share that it brings. `saved`: the most service that it may have left unused. */
  of(name: string | undefined, share = 1, saved = 0): Tenant {
    let tenant = this.#known.get(name)
    if (tenant === undefined) {
      if (this.#known.size >= this.#room) this.#forget()
      // Where nobody is known there is nobody to go before.
      const hasSaved = this.#newHaveSaved && this.#known.size > 0
      tenant = { name, share, virtual: hasSaved ? Number.NEGATIVE_INFINITY : this.#virtual }
      this.#known.set(name, tenant)
    }
    tenant.share = share
    tenant.virtual = Math.max(tenant.virtual, this.#virtual - saved / share)
    return tenant
  }

  /** The virtual time at which work of it that comes now would go, if none of its waits. */
  turnOf(name: string | undefined, share = 1, saved = 0): number {
    const tenant = this.#known.get(name)
    if (tenant === undefined) return this.#newHaveSaved ? this.#virtual - saved / share : this.#virtual
    return Math.max(tenant.virtual, this.#virtual - saved / tenant.share)
  }

  /** It is served. */
  charge(tenant: Tenant, service: number): void {
    this.#virtual = Math.max(this.#virtual, tenant.virtual)
    tenant.virtual += service / tenant.share
  }

  /** The service that it was charged has turned out to be more, or less, by so much. */
  correct(tenant: Tenant, service: number): void {
    tenant.virtual += service / tenant.share
  }

  /** Nobody waits any more: nobody has had more than another. */
  clear(): void {
    this.#known.clear()
    this.#virtual = 0
  }

  /** One that is behind the last turn waits no longer, and would begin like a new one: nothing is lost with it. */
  #forget(): void {
    for (const [name, { virtual }] of this.#known) if (virtual < this.#virtual) this.#known.delete(name)
    this.#room = Math.max(REMEMBERED, 2 * this.#known.size)
  }
}
