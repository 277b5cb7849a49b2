import { type ActorSystem, defineActor, type EntityRef } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const LIVES = 3
const USERS = ['ann', 'bob', 'cat', 'dan'] as const
type Name = (typeof USERS)[number]

interface Known {
  /** Numbers of what was handled, in order, and of timers that have fired. */
  readonly seen: number[]
  readonly rang: number[]
  readonly greeted: string[]
}

/** A user counts what comes, sets timers, and greets another: twice under one key, which is one greeting. */
function users(sim: Simulation) {
  let system: ActorSystem
  const User = defineActor({
    name: 'user',
    durable: { passivate: { after: '30ms', activeMax: 2 } },
    retry: { attempts: 20 },
    state: (): Known => ({ seen: [], rang: [], greeted: [] }),
    on: {
      add: (ctx, n: number) => void ctx.state.seen.push(n),
      set(ctx, n: number) {
        ctx.state.seen.push(n)
        ctx.timers.durable(`timer ${n}`, `${1 + sim.random.integer(60)}ms`, 'ring', n)
      },
      ring: (ctx, n: number) => void ctx.state.rang.push(n),
      greet(ctx, { n, other }: { n: number; other: Name }) {
        ctx.state.seen.push(n)
        const to = user(other) as unknown as EntityRef<{ hear: (ctx: never, what: string) => void }>
        for (let times = 0; times < 2; times++)
          ctx.tell(to, 'hear', `greeting ${n}`, { idempotencyKey: `greeting ${n}` })
      },
      hear: (ctx, what: string) => void ctx.state.greeted.push(what),
      known: (ctx) => ctx.state,
    },
  })
  const user = (name: string) => system.entity(User, name)
  return {
    user,
    live(next: ActorSystem): void {
      system = next
    },
  }
}

const FAULTS = { throw: 0.03, slow: { rate: 0.1, range: ['1ms', '20ms'] }, slowFlush: 0.1 } as const

/**
 * Entities that leave memory, are stopped with messages waiting, and live through power cuts: each message once and in order, each timer
 * once, each greeting once.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const disk = sim.disk()
  const { user, live } = users(sim)
  const accepted = new Map<Name, number[]>(USERS.map((name) => [name, []]))
  const timers = new Map<Name, number[]>(USERS.map((name) => [name, []]))
  const greeted = new Map<Name, string[]>(USERS.map((name) => [name, []]))
  let sent = 0
  for (let life = 1; life <= LIVES; life++) {
    const journal = await disk.openJournal()
    const system = sim.system({ name: 'city', journal })
    live(system)
    user('nobody').path
    let dead = false
    const send = (name: Name): void => {
      sent += 1
      const n = sent
      const what = sim.pick(['add', 'add', 'set', 'greet'] as const)
      const other = sim.pick(USERS.filter((one) => one !== name))
      const body = what === 'greet' ? { n, other } : n
      user(name)
        .offer(what, body as never)
        .then(
          () => {
            if (dead) return
            accepted.get(name)?.push(n)
            if (what === 'set') timers.get(name)?.push(n)
            if (what === 'greet') greeted.get(other)?.push(`greeting ${n}`)
          },
          () => undefined,
        )
    }
    for (const _ of sim.times(8)) {
      const name = sim.pick(USERS)
      send(name)
      if (sim.random.integer(3) === 0) void user(name).stop()
      if (sim.random.integer(2) === 0) await sim.sleep(sim.random.integer(20))
    }
    if (life < LIVES) {
      await sim.sleep(sim.random.integer(40))
      if (sim.random.integer(2) === 0) disk.cutPower()
      else disk.kill()
      dead = true
      await system.stop({ drain: 0 })
      continue
    }
    await sim.settle()
    await sim.sleep('1s')
    for (const name of USERS) {
      const { seen, rang, greeted: heard } = await known(() => user(name).ask('known'))
      once(sim, `messages of ${name}`, seen, accepted.get(name) ?? [])
      if (seen.join() !== seen.toSorted((a, b) => a - b).join())
        sim.unreachable(`the messages of ${name} in order: ${seen.join(' ')}`)
      once(sim, `timers of ${name}`, rang, timers.get(name) ?? [])
      once(sim, `greetings of ${name}`, heard, greeted.get(name) ?? [])
    }
    await system.stop()
    await journal.close()
  }
  sim.expect.conserved()
})

/** Faults strike it too. */
async function known(user: () => Promise<Known>): Promise<Known> {
  return user().catch(() => known(user))
}

/** What was accepted is there, and nothing twice. What nobody was told of may be there. */
function once<T>(sim: Simulation, what: string, found: readonly T[], expected: readonly T[]): void {
  if (new Set(found).size !== found.length) sim.unreachable(`${what} once: ${found.join(' ')}`)
  const lost = expected.filter((one) => !found.includes(one))
  if (lost.length > 0) sim.unreachable(`${what} lost: ${lost.join(' ')}`)
  if (found.length > 0) sim.reachable(`${what.split(' ')[0]} arrived`)
}
