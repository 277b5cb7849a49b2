import { delivery } from './delivery.ts'
import { disks } from './disks.ts'
import { joins } from './joins.ts'
import { limits } from './limits.ts'
import { order } from './order.ts'
import { overload } from './overload.ts'
import type { Planted } from './planted.ts'
import { rareClusters } from './rare/clusters.ts'
import { rareCopies } from './rare/copies.ts'
import { rareDelivery } from './rare/delivery.ts'
import { rareFlow } from './rare/flow.ts'
import { rareLocks } from './rare/locks.ts'
import { rareProtocols } from './rare/protocols.ts'
import { services } from './services.ts'
import { state } from './state.ts'
import { stores } from './stores.ts'
import { time } from './time.ts'
import { workflows } from './workflows.ts'

/** Chance finds them soon. */
export const COMMON: Readonly<Record<string, Planted>> = {
  ...delivery,
  ...joins,
  ...time,
  ...state,
  ...overload,
  ...stores,
  ...workflows,
  ...limits,
  ...order,
  ...services,
  ...disks,
}

/** Chance needs 300 runs and more for each, in the median. */
export const RARE: Readonly<Record<string, Planted>> = {
  ...rareClusters,
  ...rareCopies,
  ...rareDelivery,
  ...rareFlow,
  ...rareLocks,
  ...rareProtocols,
}
