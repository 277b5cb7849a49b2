import { defineActor } from '../../src/index.ts'
import { scenario } from '../../src/simulation/index.ts'

/** Ends or hangs its thread in the run of seed 7, in the way that the system's name says. */
export const WAYS: Readonly<Record<string, () => unknown>> = {
  exit: () => process.exit(0),
  loop: () => {
    for (;;);
  },
  memory: () => {
    const held: unknown[] = []
    for (;;) held.push(new Array(100_000).fill(held.length))
  },
  rejection: () => void Promise.reject(new Error('nobody holds this')),
  tick: () =>
    process.nextTick(() => {
      throw new Error('nobody catches this')
    }),
}

const way = WAYS[process.env.GANGLION_TEST_WAY ?? '']

export default scenario(import.meta.url, async (sim) => {
  const Loser = defineActor({
    name: 'loser',
    on: {
      go: () => (sim.seed === 7 ? way?.() : undefined),
    },
  })
  const loser = sim.system().spawn(Loser)
  for (let i = 0; i < 3; i++) await loser.ask('go').catch(() => {})
})
