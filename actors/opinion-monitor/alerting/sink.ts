import type { Alert } from '../watching/alert.ts'

/** How one delivery of an alert is called: to cancel it, and to tell a repeated one. */
export interface Delivery {
  readonly signal: AbortSignal
  /** The same for every attempt of one alert. */
  readonly idempotencyKey: string
}

/** Where alerts go. A `send` that throws is tried again; the receiver may get an alert twice, with the same key. */
export interface Sink {
  readonly name: string
  send(alert: Alert, delivery: Delivery): unknown
}
