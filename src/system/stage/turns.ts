import { FairShares, type Tenant } from '../../kernel/fair-shares.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import type { Parcel, TenantShare } from '../../ports/host.ts'
import type { Delivery } from './stage-attempt.ts'

/**
 * Whose parcel is next, where runs of several tenants meet at a stage: the tenant that has had fewest turns for its share. Within a
 * tenant in order of arrival.
 */
export class Turns {
  readonly #shares = new FairShares()
  readonly #whose: (parcel: Parcel) => TenantShare | undefined

  constructor(whose: (parcel: Parcel) => TenantShare | undefined) {
    this.#whose = whose
  }

  /** Takes it out of the mailbox. */
  next(mailbox: Mailbox<Delivery>): Delivery | undefined {
    let next: Delivery | undefined
    let served: Tenant | undefined
    for (const delivery of mailbox) {
      const { tenant, share } = this.#whose(delivery.parcel) ?? {}
      const one = this.#shares.of(tenant, share)
      if (served !== undefined && one.virtual >= served.virtual) continue
      next = delivery
      served = one
    }
    if (next === undefined || served === undefined) return undefined
    this.#shares.charge(served, 1)
    mailbox.removeWhere((one) => one === next)
    if (mailbox.size === 0) this.#shares.clear()
    return next
  }
}
