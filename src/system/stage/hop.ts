import type { Hop, Outcome } from '../../message/header.ts'
import type { Delivery } from './stage-attempt.ts'

/**
 * Every hop is a copy of this, and not of a literal in `hopOf`: the first ones are remembered for a while, and V8 then makes all objects of
 * such a place old from the start.
 */
const BLANK: Hop = {
  processor: '',
  weight: 0.5,
  attempt: 0,
  startedAt: 0.5,
  queueMs: 0.5,
  runMs: 0.5,
  cpuMs: 0.5,
  awaitedMs: 0.5,
  outcome: 'merged',
}

/** The outcome of a delivery at this stage, as of `now`, monotonic milliseconds. */
export function hopOf(processor: string, delivery: Delivery, outcome: Outcome, now: number): Hop {
  const { parcel, attempt, errors, inference } = delivery
  const ran = attempt > 0
  delivery.offCpu(now)
  const startedAt = ran ? delivery.startedAt : now
  const hop: { -readonly [K in keyof Hop]: Hop[K] } = { ...BLANK }
  hop.processor = processor
  hop.weight = parcel.weight
  hop.attempt = attempt
  hop.startedAt = startedAt
  hop.queueMs = startedAt - delivery.queuedAt
  hop.runMs = now - startedAt
  hop.cpuMs = delivery.cpuMs
  hop.awaitedMs = now - startedAt - delivery.cpuMs
  hop.outcome = outcome
  if (errors.length > 0) hop.errors = errors
  if (inference !== undefined) hop.inference = inference
  if (parcel.frameBytes !== undefined) hop.frameBytes = parcel.frameBytes
  return hop
}
