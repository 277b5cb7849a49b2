import { type ActorRef, defineActor } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const ATTEMPTS = 4
const BACKOFF = [8, 20, 60]
const CAPACITY = 12
/** A timer is due within the next whole millisecond, and has begun by then. */
const TICK_MS = 2

interface Work {
  readonly id: number
  readonly key: string
  readonly failures: number
  /** What its callee asks for when it fails, 0 for nothing. */
  readonly retryAfterMs: number
  /** When its asker leaves; Infinity for a tell. */
  readonly deadline: number
}

interface Worker {
  work: (ctx: never, work: Work) => number
}

class Busy extends Error {
  readonly code = 'overloaded'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('busy')
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * When attempts come: after their backoff, or when the callee asks for them, never where the deadline is known to come before, and in
 * the order of their keys, whoever sends them. Afterwards the mailbox has all its room again.
 */
export default scenario(import.meta.url, {}, async (sim) => {
  const attempts = new Attempts(sim)
  const Worker = defineActor({
    name: 'worker',
    mailbox: { capacity: CAPACITY },
    retry: { attempts: ATTEMPTS, backoff: BACKOFF },
    on: {
      work(ctx, work: Work) {
        attempts.begun(work)
        if (ctx.attempt > work.failures) return work.id
        attempts.failed(work)
        throw work.retryAfterMs > 0 ? new Busy(work.retryAfterMs) : new Error('it failed')
      },
      quick() {},
    },
  })
  const system = sim.system({ supervision: { intensity: { restarts: 10_000, within: '1s' } } })
  const worker = system.spawn(Worker, { name: 'worker' })
  const senders = ['ann', 'bob'].map((name) => system.spawn(sender(name, worker), { name }))
  for (const id of sim.times(14)) {
    const work = {
      id,
      key: `k${sim.random.integer(4)}`,
      failures: sim.random.integer(ATTEMPTS + 1),
      retryAfterMs: sim.pick([0, 0, 100]),
    }
    if (sim.random.integer(2) === 0) {
      const timeout = 20 + sim.random.integer(200)
      const asked = { ...work, deadline: sim.now + timeout }
      worker.ask('work', asked, { timeout, orderKey: work.key }).catch(() => attempts.gaveUp(asked))
    } else sim.pick(senders).tell('go', { ...work, deadline: Number.POSITIVE_INFINITY })
    await sim.sleep(sim.random.integer(25))
  }
  await sim.settle()
  worker.suspend()
  for (let n = 0; n < CAPACITY; n++) {
    try {
      worker.tell('quick')
    } catch {
      sim.unreachable(`room for ${n} of ${CAPACITY}, and nothing waits`)
    }
  }
  worker.resume()
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

function sender(name: string, worker: ActorRef<Worker>) {
  return defineActor({
    name,
    on: {
      go(ctx, work: Work) {
        ctx.tell(worker, 'work', work, { orderKey: work.key })
      },
    },
  })
}

/** What was tried when, against the rules of attempts. */
class Attempts {
  readonly #sim: Simulation
  /** By work: when its attempts have failed. */
  readonly #failures = new Map<number, number[]>()
  readonly #lastOf = new Map<string, number>()

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  begun({ id, key, retryAfterMs }: Work): void {
    const { now } = this.#sim
    const failures = this.#failures.get(id) ?? []
    const before = failures.at(-1)
    if ((this.#lastOf.get(key) ?? -1) > id) this.#sim.unreachable(`${key} keeps its order`)
    this.#lastOf.set(key, id)
    if (before === undefined) return
    const { least, most } = delayAfter(failures.length, retryAfterMs)
    const after = now - before
    if (after < Math.floor(least) || after > Math.ceil(most) + TICK_MS)
      this.#sim.unreachable(`attempt ${failures.length + 1} after ${least} to ${most} ms, and not ${after}`)
    this.#sim.reachable('another attempt')
  }

  failed({ id }: Work): void {
    this.#failures.set(id, [...(this.#failures.get(id) ?? []), this.#sim.now])
  }

  /** Its asker hears of it: at once where the next attempt could only come after the deadline. */
  gaveUp({ id, retryAfterMs, deadline }: Work): void {
    const { now } = this.#sim
    const failures = this.#failures.get(id) ?? []
    const last = failures.at(-1)
    if (last === undefined || failures.length === ATTEMPTS) return
    const { least } = delayAfter(failures.length, retryAfterMs)
    if (last + least < deadline) return
    this.#sim.reachable('no attempt before the deadline')
    if (now > last + TICK_MS)
      this.#sim.unreachable(`no attempt comes any more, and told only ${now - last} ms later`)
  }
}

/** Between one failure and the next attempt. */
function delayAfter(
  failures: number,
  retryAfterMs: number,
): { readonly least: number; readonly most: number } {
  const backoff = BACKOFF[Math.min(failures, BACKOFF.length) - 1] as number
  return { least: Math.max(backoff / 2, retryAfterMs), most: Math.max(backoff, retryAfterMs) }
}
