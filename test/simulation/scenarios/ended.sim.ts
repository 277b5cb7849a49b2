import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const KINDS = ['plain', 'stash', 'stashWait', 'reply', 'replyWait', 'wait', 'ask', 'suicide'] as const
type Kind = (typeof KINDS)[number]
interface Order {
  readonly id: number
  readonly kind: Kind
}
interface Worker {
  go: (ctx: never, order: Order) => Promise<unknown>
  open: (ctx: never) => void
  sibling: (ctx: never, other: ActorRef<unknown>) => void
}
const ATTEMPTS = 2

const FAULTS = {
  reject: 0.02,
  crash: { rate: 0.04, points: ['received', 'handled', 'flushed'] },
  supervisorCrash: 0.02,
  slow: { rate: 0.03, range: ['5ms', '80ms'] },
  delay: ['0ms', '10ms'],
} as const

/**
 * Instances that are ended from outside while their handlers stash, reply, ask and wait: by kill, timeout, stop, and the crash of
 * a parent whose children stop each other. What a handler has done stays done: no message is answered and lost, or charged twice.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const begun = new Map<number, number>()
  const answered = new Set<number>()
  const Worker = defineActor({
    name: 'worker',
    retry: { attempts: ATTEMPTS, backoff: [0, '5ms'] },
    timeout: '60ms',
    shutdown: '20ms',
    state: () => ({ sibling: undefined as ActorRef<unknown> | undefined }),
    signals: { stopping: (ctx) => void ctx.state.sibling?.stop() },
    on: {
      async go(ctx, { id, kind }: Order): Promise<unknown> {
        const times = (begun.get(id) ?? 0) + 1
        begun.set(id, times)
        // Set aside and never finished: it has had an attempt, and comes back for the next, once.
        if (times > ATTEMPTS && kind === 'stashWait') sim.unreachable('no message is charged twice')
        switch (kind) {
          case 'stash':
            return times > 1 ? 'later' : ctx.stash()
          case 'stashWait':
            ctx.stash()
            return sim.sleep('1h')
          case 'reply':
            return ctx.reply('early')
          case 'replyWait':
            ctx.reply('early')
            return sim.sleep('1h')
          case 'wait':
            return sim.sleep('1h')
          case 'ask':
            return ctx.ask(echo, 'hear', id, { timeout: '40ms' })
          case 'suicide':
            return (ctx.self as ActorRef<unknown>).kill('by itself')
          default:
            return 'done'
        }
      },
      open: (ctx) => ctx.unstash(),
      sibling(ctx, other: ActorRef<unknown>) {
        ctx.state.sibling = other
      },
    },
  })
  const Parent = defineActor({
    name: 'parent',
    supervision: { strategy: 'one-for-all', intensity: { restarts: 40, within: '1s' } },
    state: () => ({ workers: [] as ActorRef<Worker>[] }),
    signals: {
      started(ctx) {
        const workers = ['ann', 'bob', 'cat'].map((name) => ctx.spawn(Worker, { name }))
        ctx.state.workers.push(...workers)
        const [ann, bob, cat] = workers
        if (ann !== undefined && bob !== undefined && cat !== undefined) {
          ctx.tell(cat, 'sibling', bob)
          ctx.tell(ann, 'sibling', cat)
        }
      },
    },
    on: { workers: ({ state }) => state.workers },
  })
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  const echo = system.spawn(defineActor({ name: 'echo', on: { hear: (_ctx, id: number) => id } }))
  const parent = system.spawn(Parent, { name: 'parent', restart: 'permanent' })
  const step = (name: string) =>
    defineProcessor({
      name,
      input: z.number(),
      output: z.number(),
      retry: { attempts: ATTEMPTS },
      process: async (x) => {
        await sim.sleep('15ms')
        return x
      },
    })
  const running = await system.run(
    pipeline('both', z.number(), { timeout: '5s' })
      .fan({ a: step('a'), b: step('b') })
      .merge((parts) => parts.a, { quorum: 2 }),
  )

  sim.invariant('balanced at every step', ({ systems }) => systems.every((one) => one.ledger().balanced))
  const workers = (): Promise<readonly ActorRef<Worker>[]> =>
    parent.ask('workers', undefined, { timeout: '1s' }).catch(() => [])
  const asks: Promise<unknown>[] = []
  const held = (asked: Promise<unknown>): void => {
    asks.push(asked.catch(() => sim.reachable('failed')))
  }
  for (const id of sim.times(8)) {
    const [worker] = await workers().then((all) => (all.length === 0 ? [] : [sim.pick(all)]))
    const kind = sim.pick(KINDS)
    if (worker !== undefined)
      held(worker.ask('go', { id, kind }, { timeout: '2s' }).then(() => answered.add(id)))
    held(running.ask(id))
    await sim.sleep(sim.random.integer(20))
    const outside = sim.random.integer(8)
    if (outside === 0) parent.kill('from outside')
    else if (outside === 1) worker?.kill('from outside')
    else if (outside === 2) void worker?.stop()
    else if (outside === 3) running.kill(sim.pick(['a', 'b', 'merge']))
    else if (outside === 4) worker?.offer('open').catch(() => undefined)
    if (outside < 5) sim.reachable('ended from outside')
  }
  if (sim.random.integer(2) === 0) {
    await Promise.all(asks)
    for (const worker of await workers()) await worker.offer('open').catch(() => undefined)
    await sim.settle({ within: '3h' })
  }
  // Or in the middle of it all: a stop that settles runs cancels the rest of them on its way.
  await system.stop({ drain: sim.pick(['0ms', '50ms', '1s']) })
  await Promise.all(asks)
  // What was on its way when everything stopped still arrives, and ends there.
  await sim.settle()
  for (const { body, type } of system.deadLetters.list())
    if (type === 'go' && answered.has((body as Order).id) && ENDS_ONCE.includes((body as Order).kind))
      sim.unreachable('an answered message is no dead letter')
  sim.expect.quiescent()
  sim.expect.conserved()
})

const ENDS_ONCE: readonly Kind[] = ['reply', 'replyWait']
