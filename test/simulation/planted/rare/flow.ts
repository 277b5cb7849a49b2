import { type ActorRef, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

interface Service {
  call: (ctx: never) => string
}

const breakerForgets: Planted = {
  bug: 'a breaker opens when the third failure in a row comes, and not at the fourth, which is that of its probe',
  invariant: 'a service that fails has its rest',
  within: 300,
  faults: { throw: { at: { service: 0.15 } } },
  minimalFaults: 4,
  minimalMessages: 12,
  async scenario(sim, fixed) {
    const system = sim.system()
    const service: ActorRef<Service> = system.spawn(
      defineActor({ name: 'service', on: { call: () => 'done' } }),
      { name: 'service' },
    )
    const breaker = system.spawn(
      defineActor({
        name: 'breaker',
        state: () => ({ failures: 0, openUntil: 0 }),
        on: {
          async call(ctx) {
            const { state } = ctx
            if (sim.now < state.openUntil) return 'refused'
            try {
              await ctx.ask(service, 'call', undefined, { timeout: '1s' })
              state.failures = 0
              return 'answered'
            } catch {
              state.failures += 1
              if (fixed ? state.failures >= 3 : state.failures === 3) state.openUntil = sim.now + 10_000
              return 'failed'
            }
          },
        },
      }),
      { name: 'breaker' },
    )
    let failed = 0
    let lastFailedAt = 0
    for (const _ of sim.times(12)) {
      const outcome = await breaker.ask('call', undefined, { timeout: '5s' })
      if (outcome !== 'refused' && failed >= 3 && sim.now < lastFailedAt + 10_000)
        sim.unreachable('a service that fails has its rest')
      if (outcome === 'answered') failed = 0
      if (outcome === 'failed') {
        failed += 1
        lastFailedAt = sim.now
      }
      await sim.sleep('4s')
    }
  },
}

interface Gateway {
  failed: (ctx: never, job: number) => void
}

interface Generator {
  generate: (ctx: never, job: number) => string
}

const refundsTwice: Planted = {
  bug: 'a request that takes too long is refunded, and once more when its worker says that it failed',
  invariant: 'nobody has more credit than was bought',
  within: 500,
  faults: { slow: { at: { worker: { rate: 0.05, range: ['500ms', '6s'] } } }, maybe: 0.05 },
  minimalFaults: 3,
  minimalMessages: 8,
  async scenario(sim, fixed) {
    const system = sim.system()
    let gateway: ActorRef<Gateway> | undefined
    const worker: ActorRef<Generator> = system.spawn(
      defineActor({
        name: 'worker',
        on: {
          generate(ctx, job: number) {
            try {
              ctx.maybe('out of memory')
              return 'text'
            } catch {
              ;(gateway as ActorRef<Gateway>).tell('failed', job)
              return ''
            }
          },
        },
      }),
      { name: 'worker' },
    )
    const door = system.spawn(
      defineActor({
        name: 'gateway',
        state: () => ({ credit: 10, charged: new Set<number>() }),
        on: {
          async request(ctx, job: number) {
            const { state } = ctx
            state.credit -= 1
            state.charged.add(job)
            try {
              return await ctx.ask(worker, 'generate', job, { timeout: '2s' })
            } catch {
              if (fixed && !state.charged.delete(job)) return ''
              state.credit += 1
              return ''
            }
          },
          failed(ctx, job: number) {
            if (fixed && !ctx.state.charged.delete(job)) return
            ctx.state.credit += 1
          },
        },
      }),
      { name: 'gateway' },
    )
    gateway = door
    sim.invariant(
      'nobody has more credit than was bought',
      ({ state }) => (state<{ credit: number }>(door)?.credit ?? 0) <= 10,
    )
    for (const job of sim.times(8)) await door.ask('request', job, { timeout: '1m' }).catch(() => {})
    await sim.settle()
  },
}

interface Queue {
  take: (ctx: never, who: string) => number | undefined
  mine: (ctx: never, job: { id: number; who: string }) => boolean
  done: (ctx: never, job: { id: number; who: string }) => void
  failed: (ctx: never, job: { id: number; who: string }) => void
}

const requeuedAfterDone: Planted = {
  bug: 'a failed job goes back into the queue, also where another worker has finished it since',
  invariant: 'one effect per idempotency key',
  within: 300,
  faults: { maybe: { at: { 'the load takes long': 0.013, 'the work fails': 0.018 } } },
  minimalFaults: 5,
  minimalMessages: 35,
  async scenario(sim, fixed) {
    const system = sim.system()
    const queue: ActorRef<Queue> = system.spawn(
      defineActor({
        name: 'queue',
        state: () => ({ jobs: new Map<number, string>([1, 2, 3, 4, 5, 6].map((id) => [id, ''])) }),
        on: {
          take(ctx, who: string) {
            const { jobs } = ctx.state
            const free = [...jobs].find(([, by]) => by === '')
            if (free === undefined) return undefined
            jobs.set(free[0], who)
            ctx.timers.after(`job ${free[0]}`, '5s', 'over', { id: free[0], who })
            return free[0]
          },
          /** Its time is over: somebody else may take it. */
          over(ctx, { id, who }: { id: number; who: string }) {
            if (ctx.state.jobs.get(id) === who) ctx.state.jobs.set(id, '')
          },
          mine: (ctx, { id, who }: { id: number; who: string }) => ctx.state.jobs.get(id) === who,
          done(ctx, { id, who }: { id: number; who: string }) {
            if (ctx.state.jobs.get(id) === who) ctx.state.jobs.delete(id)
          },
          failed(ctx, { id, who }: { id: number; who: string }) {
            if (fixed && ctx.state.jobs.get(id) !== who) return
            ctx.state.jobs.set(id, '')
          },
        },
      }),
      { name: 'queue' },
    )
    const worker = async (who: string): Promise<void> => {
      for (let i = 0; i < 12; i++) {
        const id = await queue.ask('take', who)
        if (id === undefined) {
          await sim.sleep('1s')
          continue
        }
        await sim.sleep(sim.maybe('the load takes long') ? '8s' : '1s')
        if (sim.maybe('the work fails')) await queue.ask('failed', { id, who })
        else if (await queue.ask('mine', { id, who })) {
          sim.effect(`job ${id}`)
          await queue.ask('done', { id, who })
        }
      }
    }
    await Promise.all([worker('left'), worker('right')])
  },
}

const oldModelAnswers: Planted = {
  bug: 'an answer that was begun with the old model is cached after the cache was emptied for the new one',
  invariant: 'answers come from the model in use',
  within: 100,
  faults: { lateAck: { at: { engine: { rate: 0.0005, range: ['1s', '5s'] } } } },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const engine = sim.system().spawn(
      defineActor({
        name: 'engine',
        state: () => ({ model: 'v1' }),
        on: {
          answer: ({ state }, question: string) => ({ text: `${question}?`, by: state.model }),
          load(ctx, model: string) {
            ctx.state.model = model
          },
        },
      }),
      { name: 'engine' },
    )
    const cache = new Map<string, { text: string; by: string }>()
    let epoch = 0
    const ask = async (question: string) => {
      const known = cache.get(question)
      if (known !== undefined) return known
      const since = epoch
      const answer = await engine.ask('answer', question, { timeout: '30s' })
      if (!fixed || since === epoch) cache.set(question, answer)
      return answer
    }
    const asking: Promise<unknown>[] = []
    for (const n of sim.times(8)) {
      if (n === 4) {
        await engine.ask('load', 'v2', { timeout: '30s' })
        cache.clear()
        epoch += 1
      }
      asking.push(ask(`question ${n}`))
      await sim.sleep('1s')
    }
    await Promise.all(asking)
    for (const n of sim.times(8)) {
      const { by } = await ask(`question ${n}`)
      if (epoch > 0 && by !== 'v2') sim.unreachable('answers come from the model in use')
    }
  },
}

export const rareFlow: Readonly<Record<string, Planted>> = {
  breakerForgets,
  refundsTwice,
  requeuedAfterDone,
  oldModelAnswers,
}
