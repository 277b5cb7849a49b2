import type { Hop } from '../../message/header.ts'
import type { StageTime } from './summary.ts'

interface Sums {
  queueMs: number
  cpuMs: number
  awaitedMs: number
  poolMs: number
  modelMs: number
}

/** Adds up where the time of requests goes, step by step. */
export class StageTimes {
  readonly #sums = new Map<string, Sums>()

  add({ processor, queueMs, cpuMs, awaitedMs, inference = [] }: Hop): void {
    let sums = this.#sums.get(processor)
    if (sums === undefined) {
      sums = { queueMs: 0, cpuMs: 0, awaitedMs: 0, poolMs: 0, modelMs: 0 }
      this.#sums.set(processor, sums)
    }
    let [pool, model] = [0, 0]
    for (const call of inference) {
      pool += call.queueMs
      model += call.computeMs
    }
    sums.queueMs += queueMs
    sums.cpuMs += cpuMs
    sums.poolMs += pool
    sums.modelMs += model
    // Calls of a model that go side by side are longer in sum than what was awaited.
    sums.awaitedMs += Math.max(0, awaitedMs - pool - model)
  }

  /** Mean milliseconds a request, and from now on nothing. */
  take(requests: number): StageTime[] {
    const each = (ms: number): number => ms / Math.max(1, requests)
    const times = [...this.#sums].map(([stage, sums]) => ({
      stage,
      queueMs: each(sums.queueMs),
      cpuMs: each(sums.cpuMs),
      awaitedMs: each(sums.awaitedMs),
      poolMs: each(sums.poolMs),
      modelMs: each(sums.modelMs),
    }))
    this.#sums.clear()
    return times
  }
}
