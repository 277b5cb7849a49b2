import { type ActorRef, defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

interface Sink {
  item: (ctx: never, n: number) => void
}

interface Slow {
  item: (ctx: never, n: number) => Promise<void>
}

/** Every overflow strategy, priorities, stash, times to live, a router and a death watch at once. */
export default scenario(
  import.meta.url,
  {
    faults: {
      slow: { rate: 0.05, range: ['5ms', '300ms'] },
      throw: 0.02,
      crash: 0.01,
      mailboxFull: 0.01,
      duplicate: 0.01,
      reorder: 0.02,
      delay: { rate: 0.05, range: ['1ms', '100ms'] },
    },
  },
  async (sim) => {
    const system = sim.system()
    const sink = (name: string, overflow: 'reject' | 'backpressure' | 'drop-oldest' | 'drop-newest') =>
      system.spawn(
        defineActor({
          name,
          mailbox: { capacity: 3, overflow, ttl: '40ms' },
          state: () => ({ last: new Map<string, number>() }),
          on: {
            async item(_ctx, _n: number) {
              await sim.sleep('3ms')
            },
          },
        }),
        { name },
      )
    const reject = sink('reject', 'reject')
    const backpressure = sink('backpressure', 'backpressure')
    const oldest = sink('oldest', 'drop-oldest')
    const newest = sink('newest', 'drop-newest')
    const gate = system.spawn(
      defineActor({
        name: 'gate',
        states: {
          closed: {
            item(ctx, _n: number) {
              ctx.stash()
            },
            open(ctx) {
              ctx.become('open')
              ctx.unstash()
            },
          },
          open: {
            item(ctx, n: number) {
              ctx.tell(oldest, 'item', n)
            },
            open() {},
          },
        },
      }),
      { name: 'gate' },
    )
    // Tries again, and keeps the order of each sender meanwhile, over handlers that take their time.
    const steady: ActorRef<Slow> = system.spawn(
      defineActor({
        name: 'steady',
        mailbox: { capacity: 32 },
        retry: { attempts: 3, backoff: ['10ms', '30ms'] },
        on: {
          async item(_ctx, _n: number) {
            await sim.sleep('2ms')
          },
        },
      }),
      { name: 'steady' },
    )
    const router = system.router(defineActor({ name: 'replica', on: { item: (_ctx, n: number) => n } }), {
      name: 'router',
      replicas: 3,
      route: 'round-robin',
    })
    const source = (name: string) =>
      system.spawn(
        defineActor({
          name,
          mailbox: { capacity: 64 },
          on: {
            async item(ctx, n: number) {
              const to = [reject, oldest, newest, gate, steady] as unknown as ActorRef<Sink>[]
              for (const one of to) {
                try {
                  ctx.tell(one, 'item', n, n % 3 === 0 ? { priority: 1 } : {})
                } catch {
                  sim.reachable('a full mailbox hands the message back')
                }
              }
              await ctx.offer(backpressure, 'item', n).catch(() => {})
            },
          },
        }),
        { name },
      )
    const sources = [source('left'), source('right')]
    for (const n of sim.times(10)) {
      for (const to of [...sources, router]) {
        try {
          to.tell('item', n)
        } catch {
          sim.reachable('the sender hears of it')
        }
      }
    }
    // A fault may close the gate again: its new instance begins closed.
    for (let tries = 0; tries < 100 && system.ledger().inFlight > 0; tries++) {
      await gate.ask('open').catch(() => {})
      await sim.sleep('1s')
    }
    await sim.settle()
    sim.expect.quiescent()
    sim.expect.conserved()
    if (system.ledger().deadLettered.shed !== undefined) sim.reachable('something was shed')
    await gate.stop()
  },
)
