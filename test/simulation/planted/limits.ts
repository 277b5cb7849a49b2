import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const permitLeak: Planted = {
  bug: 'a permit is not given back where the work fails: after a few failures nobody gets one',
  invariant: 'a permit is there again in the end',
  within: 100,
  faults: { maybe: 0.1 },
  minimalFaults: 2,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    let permits = 2
    const worker = sim.system().spawn(
      defineActor({
        name: 'worker',
        on: {
          work(ctx) {
            if (permits === 0) return false
            permits -= 1
            try {
              ctx.maybe('the work fails')
              permits += 1
            } catch (error) {
              if (fixed) permits += 1
              throw error
            }
            return true
          },
        },
      }),
      { name: 'worker' },
    )
    for (const _ of sim.times(8)) await worker.ask('work').catch(() => {})
    if (permits === 0) sim.unreachable('a permit is there again in the end')
  },
}

const crossedLocks: Planted = {
  bug: 'two transfers take their two locks in different orders, and wait for each other',
  invariant: 'every transfer gets its locks',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 12,
  async scenario(sim, fixed) {
    const system = sim.system()
    const lock = (name: string) => {
      let held = false
      return system.spawn(
        defineActor({
          name,
          on: {
            take() {
              if (held) return false
              held = true
              return true
            },
            leave() {
              held = false
            },
          },
        }),
        { name },
      )
    }
    const one = lock('one')
    const two = lock('two')
    const take = async (which: typeof one): Promise<void> => {
      for (let tries = 0; tries < 5; tries++) {
        if (await which.ask('take')) return
        await sim.sleep('100ms')
      }
      sim.unreachable('every transfer gets its locks')
    }
    const transfer = async (first: typeof one, second: typeof one) => {
      await take(first)
      await take(second)
      await second.ask('leave')
      await first.ask('leave')
    }
    await Promise.all([transfer(one, two), fixed ? transfer(one, two) : transfer(two, one)])
  },
}

const tooFullToHear: Planted = {
  bug: 'a sender takes no notice of a mailbox that is full: what did not fit is gone',
  invariant: 'every line is logged',
  within: 100,
  faults: { mailboxFull: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const logged = new Set<number>()
    const log = sim
      .system()
      .spawn(defineActor({ name: 'log', on: { line: (_ctx, n: number) => void logged.add(n) } }), {
        name: 'log',
      })
    let sent = 0
    for (const n of sim.times(6)) {
      sent += 1
      for (;;) {
        try {
          log.tell('line', n)
          break
        } catch {
          if (!fixed) break
          await sim.sleep('10ms')
        }
      }
    }
    await sim.settle()
    if (logged.size !== sent) sim.unreachable('every line is logged')
  },
}

const rateForgotten: Planted = {
  bug: 'a limit of calls a minute is counted in the state: after a crash the minute begins again',
  invariant: 'at most 3 calls a minute',
  within: 200,
  faults: { crash: { rate: 0.08, points: ['flushed'] } },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    let calls = 0
    let kept = 0
    const gate = sim.system().spawn(
      defineActor({
        name: 'gate',
        state: () => ({ used: fixed ? kept : 0 }),
        on: {
          call(ctx) {
            if (ctx.state.used === 3) return false
            ctx.state.used += 1
            kept = ctx.state.used
            calls += 1
            return true
          },
        },
      }),
      { name: 'gate' },
    )
    sim.invariant('at most 3 calls a minute', () => calls <= 3)
    for (const _ of sim.times(8)) await gate.ask('call', undefined, { timeout: '5s' }).catch(() => {})
  },
}

const breakerStuck: Planted = {
  bug: 'a circuit breaker lets one probe through and waits for its outcome: one that is lost keeps it open',
  invariant: 'the breaker closes again',
  within: 300,
  faults: { ackLost: 0.1 },
  minimalFaults: 2,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const service = sim
      .system()
      .spawn(defineActor({ name: 'service', on: { call: () => 'done' } }), { name: 'service' })
    let state: 'closed' | 'open' | 'probing' = 'closed'
    const call = async () => {
      if (state === 'probing') return
      if (state === 'open') state = 'probing'
      try {
        await service.ask('call', undefined, { timeout: '1s' })
        state = 'closed'
      } catch {
        // The author thought of a refusal, and not of a call that times out while it probes.
        if (state === 'closed' || fixed) state = 'open'
      }
    }
    for (const _ of sim.times(10)) await call()
    for (let i = 0; i < 40 && state !== 'closed'; i++) await call()
    if (state !== 'closed') sim.unreachable('the breaker closes again')
  },
}

interface Worker {
  work: (ctx: never, job: number) => void
}

const jobsOfTheDead: Planted = {
  bug: 'a foreman hands jobs out and forgets them: those of a worker that crashes are not done',
  invariant: 'every job is done',
  within: 100,
  faults: { crash: { rate: 0.05, points: ['received'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const done = new Set<number>()
    const system = sim.system()
    const hands: ActorRef<Worker>[] = ['left', 'right'].map((name) =>
      system.spawn(defineActor({ name, on: { work: (_ctx, job: number) => void done.add(job) } }), { name }),
    )
    let given = 0
    for (const job of sim.times(6)) {
      given += 1
      const hand = hands[job % 2] as ActorRef<Worker>
      if (!fixed) hand.tell('work', job)
      else
        while (
          !(await hand.ask('work', job, { timeout: '1s' }).then(
            () => true,
            () => false,
          ))
        );
    }
    await sim.settle()
    if (done.size !== given) sim.unreachable('every job is done')
  },
}

export const limits: Readonly<Record<string, Planted>> = {
  permitLeak,
  crossedLocks,
  tooFullToHear,
  rateForgotten,
  breakerStuck,
  jobsOfTheDead,
}
