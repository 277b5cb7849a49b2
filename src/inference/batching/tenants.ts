import type { Row } from './row.ts'

/** Tenants that are remembered before a sweep. */
const REMEMBERED = 1024

/** One whose rows wait, or have waited. */
export interface Tenant {
  readonly name: string | undefined
  share: number
  /** Worker time received per share, milliseconds, on the queue's scale. The tenant with the least is next. */
  virtual: number
}

/**
 * Shares worker time between tenants. A tenant's virtual time grows by what its rows are expected to take, divided by its share,
 * and one that comes back starts at the time of the last turn. The pipeline's waiting room shares its places by the same rule.
 * Source: Goyal, Vin, Cheng, "Start-time fair queueing", SIGCOMM 1996.
 */
export class Tenants {
  readonly #known = new Map<string | undefined, Tenant>()
  /** So many are remembered before those that are owed nothing are forgotten. */
  #room = REMEMBERED
  /** Virtual time of the last turn. */
  #virtual = 0

  /** The tenant of a row that comes, with the share that it brings. */
  of({ tenant: name, share = 1 }: Pick<Row, 'tenant' | 'share'>): Tenant {
    let tenant = this.#known.get(name)
    if (tenant === undefined) {
      if (this.#known.size >= this.#room) this.#forget()
      tenant = { name, share, virtual: 0 }
      this.#known.set(name, tenant)
    }
    tenant.share = share
    tenant.virtual = this.turnOf(name)
    return tenant
  }

  /** The virtual time at which its next row would go. */
  turnOf(name: string | undefined): number {
    return Math.max(this.#known.get(name)?.virtual ?? 0, this.#virtual)
  }

  /** A row of it goes to a worker, for about so many milliseconds. */
  charge(tenant: Tenant, ms: number): void {
    this.#virtual = Math.max(this.#virtual, tenant.virtual)
    tenant.virtual += ms / tenant.share
  }

  /** Nobody waits any more: nobody has had more than another. */
  clear(): void {
    this.#known.clear()
    this.#virtual = 0
  }

  /** One that is not ahead of the last turn begins like a new one, so nothing is lost with it. */
  #forget(): void {
    for (const [name, { virtual }] of this.#known) if (virtual <= this.#virtual) this.#known.delete(name)
    this.#room = Math.max(REMEMBERED, 2 * this.#known.size)
  }
}
