import { DURATION_MS_MAX } from '../../../kernel/durations.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { Limits } from '../limits.ts'
import { pause } from './attempt.ts'

interface Work<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiters: number
}

/** Does the same work once for several callers, and abandons it when all of them have left. */
export class SharedWork<T> {
  readonly #running = new Map<string, Work<T>>()

  /** Rejects like `start`, or with InferenceError (`deadline`, `cancelled`) when this caller's limit comes first. */
  async run(key: string, kernel: Kernel, limits: Limits, start: (limits: Limits) => Promise<T>): Promise<T> {
    const work = this.#running.get(key) ?? this.#begin(key, start)
    work.waiters += 1
    const done = new AbortController()
    try {
      const left = limits.signal === undefined ? done.signal : AbortSignal.any([limits.signal, done.signal])
      return await Promise.race([work.result, limitOf(kernel, { ...limits, signal: left })])
    } finally {
      done.abort()
      work.waiters -= 1
      if (work.waiters === 0) {
        work.controller.abort()
        if (this.#running.get(key) === work) this.#running.delete(key)
      }
    }
  }

  #begin(key: string, start: (limits: Limits) => Promise<T>): Work<T> {
    const controller = new AbortController()
    const result = start({ signal: controller.signal }).finally(() => {
      if (this.#running.get(key) === work) this.#running.delete(key)
    })
    result.catch(() => {})
    const work: Work<T> = { result, controller, waiters: 0 }
    this.#running.set(key, work)
    return work
  }
}

/** Rejects when a limit is reached. A timer may fire a little early: it waits again then. */
async function limitOf(kernel: Kernel, limits: Limits): Promise<never> {
  for (;;) await pause(kernel, DURATION_MS_MAX, limits)
}
