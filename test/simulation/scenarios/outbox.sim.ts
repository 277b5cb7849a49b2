import { type ActorRef, defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const FAULTS = { slowFlush: { rate: 0.3, range: ['1ms', '30ms'] } } as const

/** What a durable handler tells an actor outside its journal leaves once its commit is durable: no power cut takes back what was heard [G97]. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  let heard = 0
  const Witness = defineActor({
    name: 'witness',
    on: {
      hears(_ctx, n: number) {
        heard = Math.max(heard, n)
        sim.reachable('a message from a durable handler')
      },
    },
  })
  for (const _life of sim.times(2)) {
    const journal = await disk.openJournal()
    const system = sim.system({ name: 'home', journal })
    const witness: ActorRef<{ hears: (ctx: never, n: number) => void }> = system.spawn(Witness)
    const Counter = defineActor({
      name: 'counter',
      durable: true,
      state: () => ({ n: 0 }),
      on: {
        add(ctx) {
          ctx.state.n += 1
          ctx.tell(witness, 'hears', ctx.state.n)
        },
        n: (ctx) => ctx.state.n,
      },
    })
    const counter = system.spawn(Counter)
    const before = await counter.ask('n')
    if (before < heard) sim.unreachable(`${heard} was heard, and ${before} is durable`)
    for (const _ of sim.times(6)) {
      counter.tell('add')
      await sim.sleep(sim.random.integer(8))
    }
    disk.cutPower()
    await system.stop({ drain: 0 })
  }
  const journal = await disk.openJournal()
  const system = sim.system({ name: 'home', journal })
  const Last = defineActor({
    name: 'counter',
    durable: true,
    state: () => ({ n: 0 }),
    on: { n: (ctx) => ctx.state.n },
  })
  const n = await system.spawn(Last).ask('n')
  if (n < heard) sim.unreachable(`${heard} was heard, and ${n} is durable`)
  await system.stop()
  await journal.close()
})
