import { AsyncLocalStorage } from 'node:async_hooks'

const deliveries = new AsyncLocalStorage<object>()

/** Handles a delivery: what is written meanwhile, in actors too, is written for it. */
export function duringDelivery(delivery: object, handle: () => void): void {
  deliveries.run(delivery, handle)
}

/** The delivery for which the current code works; undefined outside of every delivery. */
export function currentDelivery(): object | undefined {
  return deliveries.getStore()
}
