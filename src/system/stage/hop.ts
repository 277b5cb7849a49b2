import type { Hop, Outcome } from '../../message/header.ts'
import type { Delivery } from './stage-attempt.ts'

/** The outcome of a delivery at this stage, as of `now`, monotonic milliseconds. */
export function hopOf(processor: string, delivery: Delivery, outcome: Outcome, now: number): Hop {
  const { parcel, attempt, errors, inference } = delivery
  const ran = attempt > 0
  delivery.offCpu(now)
  const startedAt = ran ? delivery.startedAt : now
  const hop: { -readonly [K in keyof Hop]: Hop[K] } = {
    processor,
    weight: parcel.weight,
    attempt,
    startedAt,
    queueMs: startedAt - delivery.queuedAt,
    runMs: now - startedAt,
    cpuMs: delivery.cpuMs,
    awaitedMs: now - startedAt - delivery.cpuMs,
    outcome,
  }
  if (errors.length > 0) hop.errors = errors
  if (inference !== undefined) hop.inference = inference
  if (parcel.frameBytes !== undefined) hop.frameBytes = parcel.frameBytes
  return hop
}
