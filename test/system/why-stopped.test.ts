import { expect, test } from 'vitest'
import { createSystem, defineActor } from '../../src/index.ts'

test('[G25] who sends to an actor whose starts have all failed learns why', async () => {
  const system = createSystem({
    log: false,
    supervision: { intensity: { restarts: 1 }, backoff: { min: 0, max: 0 } },
  })
  const disk = new Error('no disk')
  const starts = {
    state: () => {
      throw disk
    },
  }
  const rejects = { signals: { started: () => Promise.reject(disk) } }
  for (const failing of [starts, rejects]) {
    const Failing = defineActor({ name: 'failing', on: { go: () => 1 }, ...failing })
    const ref = system.spawn(Failing)
    const codes = { code: 'actor-stopped', cause: { code: 'restart-intensity', cause: disk } }
    await expect(ref.ask('go')).rejects.toMatchObject(codes)
    await expect(ref.ask('go')).rejects.toMatchObject(codes)
    expect(() => ref.tell('go')).toThrow('gave up')
  }
  await system.stop()
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})
