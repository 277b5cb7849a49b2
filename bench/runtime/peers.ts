import { EventEmitter } from 'node:events'
import { Effect, Queue } from 'effect'
import fastq from 'fastq'
import { dispatch, query, spawn, start, stop } from 'nact'
import { assign, createActor, setup } from 'xstate'
import { heapOf, rate, signal, verify } from './measure.ts'

export function emitterTell(messages: number): number {
  const emitter = new EventEmitter()
  let n = 0
  emitter.on('add', (by: number) => {
    n += by
  })
  const startedAt = performance.now()
  for (let i = 0; i < messages; i++) emitter.emit('add', 1)
  const figure = rate(messages, startedAt)
  verify('EventEmitter', n, messages)
  return figure
}

export async function fastqTell(messages: number, batch: number): Promise<number> {
  let n = 0
  const queue = fastq<unknown, number>((by, done) => {
    n += by
    done(null)
  }, 1)
  const startedAt = performance.now()
  for (let sent = 0; sent < messages; ) {
    queue.pause()
    const until = Math.min(messages, sent + batch)
    for (; sent < until; sent++) queue.push(1)
    queue.resume()
  }
  const figure = rate(messages, startedAt)
  verify('fastq', n, messages)
  return figure
}

/** Two fibers and a bounded queue between them. */
export async function effectQueueTell(messages: number): Promise<number> {
  const startedAt = performance.now()
  const taken = await Effect.runPromise(
    Effect.gen(function* () {
      const queue = yield* Queue.bounded<number>(1024)
      const consumer = Effect.gen(function* () {
        let n = 0
        while (n < messages) n += yield* Queue.take(queue)
        return n
      })
      const producer = Effect.gen(function* () {
        for (let i = 0; i < messages; i++) yield* Queue.offer(queue, 1)
      })
      const [n] = yield* Effect.all([consumer, producer], { concurrency: 2 })
      return n
    }),
  )
  const figure = rate(messages, startedAt)
  verify('Effect Queue', taken, messages)
  return figure
}

interface Add {
  readonly type: 'add' | 'total'
  readonly by: number
  readonly sender?: unknown
}

export async function nactTell(messages: number): Promise<number> {
  const system = start()
  let n = 0
  const { finished, finish } = signal()
  const actor = spawn(system, (_state: undefined, message: Add) => {
    n += message.by
    if (n === messages) finish()
    return undefined
  })
  const startedAt = performance.now()
  for (let i = 0; i < messages; i++) dispatch(actor, { type: 'add', by: 1 })
  await finished
  const figure = rate(messages, startedAt)
  verify('nact tell', n, messages)
  stop(system)
  return figure
}

export async function nactAsk(asks: number, batch: number): Promise<number> {
  const system = start()
  const actor = spawn(system, (_state: undefined, message: Add) => {
    dispatch(message.sender as never, 1 as never)
    return undefined
  })
  let answered = 0
  const startedAt = performance.now()
  for (let sent = 0; sent < asks; ) {
    const until = Math.min(asks, sent + batch)
    const replies: Promise<unknown>[] = []
    for (; sent < until; sent++) {
      replies.push(query(actor, ((sender: unknown) => ({ type: 'total', by: 0, sender })) as never, 30_000))
    }
    answered += (await Promise.all(replies)).length
  }
  const figure = rate(asks, startedAt)
  verify('nact ask', answered, asks)
  stop(system)
  return figure
}

export async function nactPingPong(exchanges: number): Promise<number> {
  const system = start()
  let count = 0
  const { finished, finish } = signal()
  interface Ball {
    readonly left: number
    readonly from: unknown
    readonly to: unknown
  }
  const player = () =>
    spawn(system, (_state: undefined, { left, from, to }: Ball) => {
      count += 1
      if (left === 0) finish()
      else dispatch(from as never, { left: left - 1, from: to, to: from } as never)
      return undefined
    })
  const ping = player()
  const pong = player()
  const startedAt = performance.now()
  dispatch(ping, { left: exchanges - 1, from: pong, to: ping })
  await finished
  const figure = rate(exchanges, startedAt)
  verify('nact ping-pong', count, exchanges)
  stop(system)
  return figure
}

const counterMachine = setup({
  types: { context: {} as { n: number }, events: {} as { type: 'add'; by: number } },
}).createMachine({
  context: { n: 0 },
  on: { add: { actions: assign({ n: ({ context, event }) => context.n + event.by }) } },
})

export function xstateTell(messages: number): number {
  const actor = createActor(counterMachine).start()
  const startedAt = performance.now()
  for (let i = 0; i < messages; i++) actor.send({ type: 'add', by: 1 })
  const figure = rate(messages, startedAt)
  verify('XState tell', actor.getSnapshot().context.n, messages)
  actor.stop()
  return figure
}

export async function xstateSpawn(
  actors: number,
): Promise<{ readonly perSecond: number; readonly bytes: number }> {
  const kept: unknown[] = []
  let perSecond = 0
  const bytes = await heapOf(actors, () => {
    const startedAt = performance.now()
    for (let i = 0; i < actors; i++) kept.push(createActor(counterMachine).start())
    perSecond = rate(actors, startedAt)
  })
  verify('XState spawn', kept.length, actors)
  return { perSecond, bytes }
}
