import type { Hop, Outcome } from '../../message/header.ts'
import type { Delivery } from './stage-attempt.ts'

/** What became of a delivery at this stage, as of `now`, monotonic milliseconds. */
export function hopOf(processor: string, delivery: Delivery, outcome: Outcome, now: number): Hop {
  const { parcel, attempt, errors, inference } = delivery
  const ran = attempt > 0
  const hop: { -readonly [K in keyof Hop]: Hop[K] } = {
    processor,
    weight: parcel.weight,
    attempt,
    queueMs: (ran ? delivery.startedAt : now) - delivery.queuedAt,
    runMs: ran ? now - delivery.startedAt : 0,
    outcome,
  }
  if (errors.length > 0) hop.errors = errors
  if (inference !== undefined) hop.inference = inference
  if (parcel.frameBytes !== undefined) hop.frameBytes = parcel.frameBytes
  return hop
}
