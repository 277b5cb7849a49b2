import { rate, verify } from './measure.ts'

/**
 * The baseline: the minimum that actors can be. A bounded ring buffer of message objects each, a table of handlers,
 * and one queue of actors with messages. No ledger, deadlines, error handling, supervision or event loop.
 */
interface Message {
  readonly type: string
  readonly body: number
  readonly resolve: ((value: number) => void) | undefined
}

class RawActor {
  readonly slots = new Array<Message | undefined>(4096).fill(undefined)
  head = 0
  tail = 0
  ready = false
  readonly state = { n: 0 }
  readonly on: Record<string, (actor: RawActor, message: Message) => number>

  constructor(on: Record<string, (actor: RawActor, message: Message) => number>) {
    this.on = on
  }

  tell(type: string, body: number, resolve?: (value: number) => void): void {
    if (this.tail - this.head === 4096) throw new Error('full')
    this.slots[this.tail & 4095] = { type, body, resolve }
    this.tail += 1
    if (this.ready) return
    this.ready = true
    ready.push(this)
  }

  drain(): number {
    let handled = 0
    while (this.head !== this.tail) {
      const at = this.head & 4095
      const message = this.slots[at] as Message
      this.slots[at] = undefined
      this.head += 1
      handled += 1
      const reply = (this.on[message.type] as (actor: RawActor, message: Message) => number)(this, message)
      if (message.resolve !== undefined) message.resolve(reply)
    }
    return handled
  }
}

const ready: RawActor[] = []

/** Runs every actor that has messages, in turn, until none has any. */
function runReady(): void {
  for (let at = 0; at < ready.length; at++) {
    const actor = ready[at] as RawActor
    actor.ready = false
    actor.drain()
    if (at < 1023) continue
    ready.splice(0, at + 1)
    at = -1
  }
  ready.length = 0
}

const counting = {
  add: (actor: RawActor, message: Message) => {
    actor.state.n += message.body
    return 0
  },
  total: (actor: RawActor) => actor.state.n,
}

export function rawTell(messages: number, batch: number): number {
  const actor = new RawActor(counting)
  const startedAt = performance.now()
  for (let sent = 0; sent < messages; ) {
    const until = Math.min(messages, sent + batch)
    for (; sent < until; sent++) actor.tell('add', 1)
    runReady()
  }
  const figure = rate(messages, startedAt)
  verify('raw tell', actor.state.n, messages)
  return figure
}

export async function rawAsk(asks: number, batch: number): Promise<number> {
  const actor = new RawActor(counting)
  let answered = 0
  const startedAt = performance.now()
  for (let sent = 0; sent < asks; ) {
    const until = Math.min(asks, sent + batch)
    const replies: Promise<number>[] = []
    for (; sent < until; sent++) {
      replies.push(new Promise<number>((resolve) => actor.tell('total', 0, resolve)))
    }
    queueMicrotask(runReady)
    answered += (await Promise.all(replies)).length
  }
  const figure = rate(asks, startedAt)
  verify('raw ask', answered, asks)
  return figure
}

export function rawPingPong(exchanges: number): number {
  let count = 0
  const bounce = (to: () => RawActor) => ({
    ball: (_actor: RawActor, message: Message) => {
      count += 1
      if (message.body > 0) to().tell('ball', message.body - 1)
      return 0
    },
  })
  const ping: RawActor = new RawActor(bounce(() => pong))
  const pong: RawActor = new RawActor(bounce(() => ping))
  const startedAt = performance.now()
  ping.tell('ball', exchanges - 1)
  runReady()
  const figure = rate(exchanges, startedAt)
  verify('raw ping-pong', count, exchanges)
  return figure
}

export function rawRing(size: number, laps: number): number {
  let hops = 0
  const nodes: RawActor[] = []
  for (let i = 0; i < size; i++) {
    nodes.push(
      new RawActor({
        hop: (_actor, message) => {
          hops += 1
          if (message.body > 0) nodes[(i + 1) % size]?.tell('hop', message.body - 1)
          return 0
        },
      }),
    )
  }
  const startedAt = performance.now()
  nodes[0]?.tell('hop', size * laps - 1)
  runReady()
  const figure = rate(size * laps, startedAt)
  verify('raw ring', hops, size * laps)
  return figure
}

export function rawJoin(rounds: number, width: number): number {
  let joined = 0
  const collector = new RawActor({
    part: (actor, message) => {
      actor.state.n += message.body
      if (actor.state.n % width === 0) joined += 1
      return 0
    },
  })
  const workers = Array.from(
    { length: width },
    () =>
      new RawActor({
        work: (_actor, message) => {
          collector.tell('part', message.body)
          return 0
        },
      }),
  )
  const startedAt = performance.now()
  for (let round = 0; round < rounds; round++) {
    for (const worker of workers) worker.tell('work', 1)
    runReady()
  }
  const figure = rate(rounds, startedAt)
  verify('raw join', joined, rounds)
  return figure
}

/** The minimal actor that can be spawned: state, and a queue made on first use. */
export function rawSpawn(actors: number): number {
  const kept: {
    readonly state: { n: number }
    readonly on: object
    readonly slots: undefined
    head: number
    tail: number
  }[] = []
  const startedAt = performance.now()
  for (let i = 0; i < actors; i++)
    kept.push({ state: { n: 0 }, on: counting, slots: undefined, head: 0, tail: 0 })
  const figure = rate(actors, startedAt)
  verify('raw spawn', kept.length, actors)
  return figure
}
