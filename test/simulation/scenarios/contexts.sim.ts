import { AsyncLocalStorage } from 'node:async_hooks'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import {
  type ActorRef,
  createSystem,
  defineActor,
  defineProcessor,
  fromMachine,
  pipeline,
} from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const als = new AsyncLocalStorage<number>()
const N = z.number()

const FAULTS = {
  drop: 0.01,
  duplicate: 0.02,
  reorder: 0.02,
  mailboxFull: 0.01,
  ackLost: 0.02,
  lateAck: { rate: 0.02, range: ['5ms', '200ms'] },
  throw: 0.03,
  reject: 0.03,
  replyTwice: 0.02,
  slow: { rate: 0.05, range: ['5ms', '100ms'] },
  crash: 0.02,
  crashDuringRestart: 0.02,
  delay: ['0ms', '10ms'],
} as const

interface InnerProtocol {
  go: (ctx: never, id: number) => Promise<number>
}
interface Late {
  late: (ctx: unknown, id: number) => void
}

/** Each event sets a delay anew: what is seen after it belongs to the last event, and to no earlier instance. */
const waiting = (look: (id: number) => void) =>
  setup({
    types: { context: {} as { id: number }, events: {} as { type: 'wait'; id: number } },
    actions: { look: ({ context }) => look(context.id) },
  }).createMachine({
    id: 'waiter',
    context: { id: -1 },
    initial: 'idle',
    on: { wait: { target: '.waiting', reenter: true, actions: assign({ id: ({ event }) => event.id }) } },
    states: { idle: {}, waiting: { after: { 3: { target: 'idle', actions: 'look' } } } },
  })

// XState loads with the first machine, from disk: before the first run, since a run knows only virtual time.
const warm = createSystem({ log: false })
await warm.spawn(fromMachine(waiting(() => {}))).ask('wait', { id: 0 })
await warm.stop()

/** Each caller asks in its own context, and whatever works for it, whenever, works in that context. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  /** The body says whose message it is. */
  const look = (where: string, id: number): void => {
    const store = als.getStore()
    if (store !== id) sim.unreachable(`${where} runs in the context of its sender`)
    sim.reachable(where)
  }
  const Inner = defineActor({
    name: 'inner',
    mailbox: { capacity: 2, overflow: 'backpressure' },
    retry: { attempts: 3, backoff: ['2ms', '5ms'] },
    on: {
      async go(_ctx, id: number) {
        look('a handler', id)
        await sim.sleep(sim.random.integer(4))
        look('a handler after an await', id)
        return id
      },
    },
  })
  const inner = system.router(Inner, { name: 'inner', replicas: 2 })
  const Outer = defineActor({
    name: 'outer',
    mailbox: { capacity: 32 },
    retry: { attempts: 2, backoff: '3ms' },
    state: () => ({ open: false }),
    on: {
      async go(ctx, id: number) {
        look('a handler', id)
        ctx.timers.after(`timer ${id}`, '3ms', 'late', id)
        ctx.schedule('4ms', ctx.self as ActorRef<Late>, 'late', id)
        const answer = await ctx.ask(inner as unknown as ActorRef<InnerProtocol>, 'go', id, {
          timeout: '200ms',
        })
        look('a handler after an ask', id)
        return answer
      },
      aside(ctx, id: number) {
        look('what was set aside', id)
        if (ctx.state.open) return id
        ctx.state.open = true
        ctx.timers.after(`open ${id}`, '2ms', 'open', id)
        return ctx.stash()
      },
      open(ctx, id: number) {
        look('a timer', id)
        ctx.unstash()
      },
      late(_ctx, id: number) {
        look('a timer', id)
      },
    },
  })
  const outer = system.spawn(Outer, { name: 'outer' })
  const step = (name: string) =>
    defineProcessor({
      name,
      input: N,
      output: N,
      concurrency: 2,
      retry: { attempts: 2, backoff: '2ms' },
      async process(id, ctx) {
        look('a step', id)
        await sim.sleep(sim.random.integer(3))
        look('a step after an await', id)
        if (ctx.attempt === 1 && sim.random.next() < 0.2) throw new Error('once more')
        return id
      },
    })
  const running = await system.run(
    pipeline('p', N, { timeout: '5s' })
      .fan({ a: step('a'), b: step('b') })
      .merge(
        (parts) => {
          const id = parts.a ?? parts.b ?? -1
          look('a merge', id)
          return id
        },
        { quorum: 1, grace: '5ms', onMissing: 'partial' },
      )
      .map((id) => {
        look('a map', id)
        return id
      }),
  )
  const waiter = system.spawn(fromMachine(waiting((id) => look('a delay of a machine', id))), {
    name: 'waiter',
  })
  let settled = 0
  const asks = [...sim.times(4)].map((id) =>
    als.run(id, async () => {
      const heard = (asked: Promise<unknown>): Promise<void> =>
        asked.then(
          () => undefined,
          () => undefined,
        )
      await Promise.all([
        heard(outer.ask('go', id, { timeout: '1s' })),
        heard(outer.ask('aside', id, { timeout: '1s' })),
        heard(waiter.ask('wait', { id }, { timeout: '1s' })),
        heard(running.ask(id, { orderKey: `k${id % 2}`, onEvent: () => look('an observer of a run', id) })),
      ])
      if (als.getStore() !== id) sim.unreachable('a caller goes on in its own context')
      settled += 1
    }),
  )
  await Promise.all(asks)
  if (settled !== asks.length) sim.unreachable('every ask settles')
  // What is scheduled belongs to no instance, and comes anyway.
  await sim.sleep('10ms')
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
