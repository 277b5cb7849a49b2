import { type ActorRef, defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

interface Teller {
  deposit: (ctx: never, order: { readonly id: number; readonly amount: number }) => Promise<number>
  balance: (ctx: never) => number
}

const FAULTS = {
  throw: 0.03,
  reject: 0.02,
  slow: { rate: 0.03, range: ['10ms', '800ms'] },
  crash: 0.03,
  supervisorCrash: 0.005,
  crashDuringRestart: 0.05,
  replyTwice: 0.02,
  ackLost: 0.02,
  lateAck: { rate: 0.02, range: ['50ms', '2s'] },
  delay: ['0ms', '20ms'],
  duplicate: 0.02,
  burst: { rate: 0.005, range: [2, 5] },
  shrinkLimits: 0.05,
  clockJump: 0.001,
} as const

/** A branch with two tellers, each with a mailbox, retries and a timeout: order, attempts, deadlines and restarts hold. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const teller = (name: string) =>
    defineActor({
      name,
      state: () => ({ sum: 0 }),
      retry: { attempts: 3, backoff: ['20ms', '100ms'] },
      timeout: '500ms',
      mailbox: { capacity: 8 },
      on: {
        async deposit(ctx, { amount }: { readonly id: number; readonly amount: number }) {
          await sim.sleep('5ms')
          ctx.state.sum += amount
          return ctx.state.sum
        },
        balance: (ctx) => ctx.state.sum,
      },
    })
  const Branch = defineActor({
    name: 'branch',
    supervision: { strategy: 'one-for-all', intensity: { restarts: 2, within: '10s' } },
    state: () => ({ tellers: [] as ActorRef<Teller>[] }),
    signals: {
      started(ctx) {
        ctx.state.tellers.push(
          ctx.spawn(teller('ann'), { name: 'ann' }),
          ctx.spawn(teller('bob'), { name: 'bob' }),
        )
      },
    },
    on: {
      async pay(ctx, { id, amount }: { id: number; amount: number }) {
        const one = ctx.state.tellers[id % 2] as ActorRef<Teller>
        return ctx.ask(one, 'deposit', { id, amount }, { timeout: '2s', orderKey: `${id % 3}` })
      },
    },
    reentrant: true,
  })
  const branch = sim.system({ askTimeout: '5s' }).spawn(Branch, { name: 'branch', restart: 'permanent' })
  let settled = 0
  const orders = [...sim.times(12)]
  await Promise.all(
    orders.map(async (id) => {
      await branch.ask('pay', { id, amount: 1 }).then(
        () => sim.reachable('paid'),
        () => sim.reachable('failed'),
      )
      settled += 1
    }),
  )
  if (settled !== orders.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
})
