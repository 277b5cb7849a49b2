import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef } from '../../src/behavior/ref.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import { heapOf, rate, signal, turn, verify } from './measure.ts'

/** Every mailbox is bounded (the default 1024), the ledger counts, deadlines are checked: there is no other mode. */
const Counter = defineActor({
  name: 'counter',
  state: () => ({ n: 0 }),
  on: {
    add(ctx, by: number) {
      ctx.state.n += by
    },
    total: (ctx) => ctx.state.n,
  },
})

/** Checks the system's own account: nothing lost, nothing left. */
async function conserved(system: ActorSystem): Promise<void> {
  const { balanced, inFlight, deadLettered } = system.ledger()
  if (!balanced || inFlight > 0 || Object.keys(deadLettered).length > 0) {
    throw new Error(`the ledger does not balance: ${JSON.stringify(system.ledger())}`)
  }
  await system.stop()
}

/** In whose asynchronous context handlers run; `caller` is the library's default. */
type Context = 'caller' | 'neutral'

export async function tell(messages: number, batch: number, context: Context = 'neutral'): Promise<number> {
  const system = createSystem({ context })
  const counter = system.spawn(Counter)
  const startedAt = performance.now()
  for (let sent = 0; sent < messages; ) {
    const until = Math.min(messages, sent + batch)
    for (; sent < until; sent++) counter.tell('add', 1)
    await null
    while (counter.load > 0) await turn()
  }
  const figure = rate(messages, startedAt)
  verify('tell', await counter.ask('total'), messages)
  await conserved(system)
  return figure
}

export async function ask(asks: number, batch: number, context: Context = 'neutral'): Promise<number> {
  const system = createSystem({ context })
  const counter = system.spawn(Counter)
  let answered = 0
  const startedAt = performance.now()
  for (let sent = 0; sent < asks; ) {
    const until = Math.min(asks, sent + batch)
    const replies: Promise<number>[] = []
    for (; sent < until; sent++) replies.push(counter.ask('total'))
    answered += (await Promise.all(replies)).length
  }
  const figure = rate(asks, startedAt)
  verify('ask', answered, asks)
  await conserved(system)
  return figure
}

/** The time of one ask after another, 99th percentile, microseconds. */
export async function askLatency(asks: number): Promise<number> {
  const system = createSystem({ context: 'neutral' })
  const counter = system.spawn(Counter)
  const times = new Float64Array(asks)
  for (let i = 0; i < asks; i++) {
    const startedAt = performance.now()
    await counter.ask('total')
    times[i] = performance.now() - startedAt
  }
  await conserved(system)
  times.sort()
  return (times[Math.floor(asks * 0.99)] as number) * 1000
}

interface Ball {
  left: number
  from: ActorRef<PlayerProtocol>
  to: ActorRef<PlayerProtocol>
  readonly done: (count: number) => void
}
interface PlayerProtocol {
  ball: (ctx: never, ball: Ball) => void
  count: (ctx: never) => number
}

const Player = defineActor({
  name: 'player',
  state: () => ({ n: 0 }),
  on: {
    ball(ctx, ball: Ball) {
      ctx.state.n += 1
      if (ball.left === 0) {
        ball.done(ctx.state.n)
        return
      }
      ball.left -= 1
      const { to } = ball
      ball.to = ball.from
      ball.from = to
      ctx.tell(to, 'ball', ball)
    },
    count: (ctx) => ctx.state.n,
  },
})

export async function pingPong(exchanges: number, context: Context = 'neutral'): Promise<number> {
  const system = createSystem({ context })
  const ping: ActorRef<PlayerProtocol> = system.spawn(Player)
  const pong: ActorRef<PlayerProtocol> = system.spawn(Player)
  const startedAt = performance.now()
  await new Promise<number>((done) => ping.tell('ball', { left: exchanges - 1, from: ping, to: pong, done }))
  const figure = rate(exchanges, startedAt)
  verify('ping-pong', (await ping.ask('count')) + (await pong.ask('count')), exchanges)
  await conserved(system)
  return figure
}

interface NodeProtocol {
  follow: (ctx: never, next: ActorRef<NodeProtocol>) => void
  hop: (ctx: never, left: number) => void
  hops: (ctx: never) => number
}

function nodeOf(finish: () => void) {
  return defineActor({
    name: 'node',
    state: () => ({ hops: 0, next: undefined as ActorRef<NodeProtocol> | undefined }),
    on: {
      follow(ctx, next: ActorRef<NodeProtocol>) {
        ctx.state.next = next
      },
      hop(ctx, left: number) {
        ctx.state.hops += 1
        if (left === 0) finish()
        else if (ctx.state.next !== undefined) ctx.tell(ctx.state.next, 'hop', left - 1)
      },
      hops: (ctx) => ctx.state.hops,
    },
  })
}

/** Whether all nodes share one definition, or each has its own: handlers, tables and states of many shapes. */
type Definitions = 'shared' | 'own'

export async function ring(
  size: number,
  laps: number,
  definitions: Definitions = 'shared',
  context: Context = 'neutral',
): Promise<number> {
  const system = createSystem({ context })
  const { finished, finish } = signal()
  const define = () => nodeOf(finish)
  const shared = define()
  const nodes: ActorRef<NodeProtocol>[] = Array.from({ length: size }, () =>
    system.spawn(definitions === 'own' ? define() : shared),
  )
  for (const [i, node] of nodes.entries())
    node.tell('follow', nodes[(i + 1) % size] as ActorRef<NodeProtocol>)
  await Promise.all(nodes.map((node) => node.ask('hops')))
  const startedAt = performance.now()
  nodes[0]?.tell('hop', size * laps - 1)
  await finished
  const figure = rate(size * laps, startedAt)
  const hops = await Promise.all(nodes.map((node) => node.ask('hops')))
  verify(
    'ring',
    hops.reduce((sum, n) => sum + n, 0),
    size * laps,
  )
  await conserved(system)
  return figure
}

export async function join(
  rounds: number,
  width: number,
  definitions: Definitions = 'shared',
  context: Context = 'neutral',
): Promise<number> {
  const system = createSystem({ context })
  const Collector = defineActor({
    name: 'collector',
    state: () => ({ parts: 0, joined: 0 }),
    on: {
      part({ state }, by: number) {
        state.parts += by
        if (state.parts % width === 0) state.joined += 1
      },
      joined: ({ state }) => state.joined,
    },
  })
  const collector = system.spawn(Collector)
  const define = () =>
    defineActor({
      name: 'worker',
      on: {
        work(ctx, by: number) {
          ctx.tell(collector, 'part', by)
        },
      },
    })
  const shared = define()
  const workers = Array.from({ length: width }, () => system.spawn(definitions === 'own' ? define() : shared))
  const batch = 100
  const startedAt = performance.now()
  for (let round = 0; round < rounds; ) {
    const until = Math.min(rounds, round + batch)
    for (; round < until; round++) for (const worker of workers) worker.tell('work', 1)
    await null
    while (system.ledger().inFlight > 0) await turn()
  }
  const figure = rate(rounds, startedAt)
  verify('join', await collector.ask('joined'), rounds)
  await conserved(system)
  return figure
}

export async function spawn(actors: number): Promise<{ readonly perSecond: number; readonly bytes: number }> {
  const system = createSystem({ context: 'neutral' })
  const kept: ActorRef<unknown>[] = new Array(actors)
  let perSecond = 0
  const bytes = await heapOf(actors, () => {
    const startedAt = performance.now()
    for (let i = 0; i < actors; i++) kept[i] = system.spawn(Counter)
    perSecond = rate(actors, startedAt)
  })
  verify('spawn', system.paths().length, actors)
  await system.stop()
  return { perSecond, bytes }
}

/** Restarts of children: each is killed and restarted by its supervisor, one by one. */
export async function restart(children: number): Promise<number> {
  const system = createSystem({ supervision: { backoff: { min: 0, max: 0 } } })
  const refs = Array.from({ length: children }, () => system.spawn(Counter))
  const startedAt = performance.now()
  for (const ref of refs) ref.kill('bench')
  const figure = rate(children, startedAt)
  await turn()
  verify(
    'restart',
    refs.filter(({ state, states }) => state === 'running' && states.length === 4).length,
    children,
  )
  await system.stop()
  return figure
}
