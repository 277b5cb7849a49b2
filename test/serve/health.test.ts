import { expect, test } from 'vitest'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import type { EventStream, RuntimeEvent } from '../../src/ports/events.ts'
import { Health } from '../../src/serve/health.ts'

test('[G175] three workers that die within half a minute make a service not ready, until that is past', async () => {
  const kernel = new ManualKernel()
  const listeners = new Set<(event: RuntimeEvent) => void>()
  const events = {
    subscribe(listener: (event: RuntimeEvent) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as unknown as EventStream
  const health = new Health(kernel, new Map(), [events])
  const worker = (state: 'died' | 'recycled') => {
    const event = { type: 'worker', at: kernel.clock.monotonic(), worker: 1, state, errors: [] } as const
    for (const listener of listeners) listener(event)
  }
  for (let i = 0; i < 5; i++) worker('recycled')
  worker('died')
  await kernel.advance(40_000)
  worker('died')
  worker('died')
  // The first was long ago: an accident.
  expect(health.reasons()).toEqual([])
  await kernel.advance(10_000)
  worker('died')
  expect(health.reasons()).toEqual(['3 workers died within 30 s'])
  await kernel.advance(21_000)
  expect(health.reasons()).toEqual([])
  health.stop()
  expect(listeners.size).toBe(0)
})
