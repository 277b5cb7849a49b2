// npx ganglion simulate examples/03-payment.sim.ts --shrink --html report.html
import { type ActorRef, defineActor } from 'ganglion'
import { scenario } from 'ganglion/simulation'

interface CardProtocol {
  charge: (ctx: never, order: string) => string
}

export default scenario(
  import.meta.url,
  // One message in fifty is lost, one reply in twenty; every message takes up to 50 ms.
  { faults: { drop: 0.02, ackLost: 0.05, delay: ['0ms', '50ms'] } },
  async (sim) => {
    const Card = defineActor({
      name: 'card',
      on: {
        charge(_ctx, order: string) {
          // This is the effect on the outside world: twice with the same key is a violation.
          sim.effect(`charge ${order}`)
          return 'charged'
        },
      },
    })
    const system = sim.system()
    const card: ActorRef<CardProtocol> = system.spawn(Card, { name: 'card' })
    const Till = defineActor({
      name: 'till',
      retry: { attempts: 3, backoff: '1s' },
      on: {
        pay: (ctx, order: string) => ctx.ask(card, 'charge', order, { timeout: '500ms' }),
      },
    })
    const till = system.spawn(Till, { name: 'till' })
    for (const i of sim.times(5)) {
      const paid = await till.ask('pay', `order ${i}`).then(
        () => true,
        () => false,
      )
      if (paid) sim.reachable('paid')
    }
  },
)
