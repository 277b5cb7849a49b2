import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { type ActorRef, type Ctx, defineActor } from '../../src/index.ts'
import { onManualClock } from './on-manual-clock.ts'

const als = new AsyncLocalStorage<string>()
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** An actor whose handlers use their contexts after they have ended, while it works on another message. */
function late(use: (ctx: Ctx<unknown>) => void) {
  const kit = onManualClock({ log: false })
  const lines: string[] = []
  kit.system.events.subscribe((event) => {
    if (event.type === 'log') lines.push(event.text)
  })
  const Desk = defineActor({
    name: 'desk',
    state: () => ({ kept: undefined as Ctx<unknown> | undefined }),
    on: {
      async timer(ctx) {
        void kit.wait(20).then(() => use(ctx))
        return 'first'
      },
      async slow() {
        await kit.wait(50)
        return 'second'
      },
      keep(ctx) {
        ctx.state.kept = ctx
        return 'first'
      },
      other(ctx) {
        if (ctx.state.kept !== undefined) use(ctx.state.kept)
        return 'second'
      },
    },
  })
  const desk = kit.system.spawn(Desk, { name: 'desk' })
  return { ...kit, desk, lines }
}

describe('a context that is used after its handler has ended', () => {
  test('[G18] a reply from a timer answers nobody, least of all the asker of the next message', async () => {
    const { desk, outcome, lines, system } = late((ctx) => ctx.reply('late'))
    const first = desk.ask('timer')
    const second = desk.ask('slow')
    expect(await outcome(second, 100)).toEqual({ value: 'second' })
    expect(await first).toBe('first')
    expect(lines).toEqual([
      expect.stringContaining("'ganglion/desk' replied after its handler had ended to 'timer'"),
    ])
    expect(system.ledger()).toMatchObject({ balanced: true, answered: 2 })
  })

  test('a reply by a kept context, in the handler of another message', async () => {
    const { desk, outcome, lines, system } = late((ctx) => ctx.reply('late'))
    expect(await outcome(desk.ask('keep'))).toEqual({ value: 'first' })
    expect(await outcome(desk.ask('other'))).toEqual({ value: 'second' })
    expect(lines).toHaveLength(1)
    expect(system.ledger()).toMatchObject({ balanced: true, answered: 2 })
  })

  test('a late stash sets nothing aside', async () => {
    const { desk, outcome, lines, system } = late((ctx) => ctx.stash())
    void desk.ask('timer')
    expect(await outcome(desk.ask('slow'), 100)).toEqual({ value: 'second' })
    await outcome(desk.ask('keep'))
    expect(await outcome(desk.ask('other'))).toEqual({ value: 'second' })
    expect(lines).toHaveLength(2)
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  })

  test('what it reads is of its own message', async () => {
    const seen: unknown[] = []
    const { desk, outcome } = late((ctx) =>
      seen.push(ctx.idempotencyKey, ctx.trace, ctx.attempt, ctx.signal.aborted),
    )
    void desk.ask('timer', undefined, { idempotencyKey: 'a', trace: TRACE })
    await outcome(desk.ask('slow', undefined, { idempotencyKey: 'b' }), 100)
    expect(seen).toEqual(['a', TRACE, 1, false])
  })

  test('[G51] what it sends is in the context and trace of its own message, without a deadline', async () => {
    const seen: unknown[] = []
    const Sink = defineActor({
      name: 'sink',
      on: { take: (ctx) => void seen.push([als.getStore(), ctx.trace, ctx.deadline]) },
    })
    let sink: ActorRef<{ take: (ctx: never) => void }> | undefined
    const { system, desk, outcome } = late((ctx) => {
      if (sink !== undefined) ctx.tell(sink, 'take')
    })
    sink = system.spawn(Sink)
    als.run('red', () => void desk.ask('timer', undefined, { trace: TRACE, timeout: '1s' }))
    await outcome(
      als.run('blue', () => desk.ask('slow', undefined, { timeout: '2s' })),
      100,
    )
    expect(seen).toEqual([['red', TRACE, Number.POSITIVE_INFINITY]])
  })

  test('a late ask is not ended by the end of another message', async () => {
    const asked: Promise<unknown>[] = []
    const Oracle = defineActor({ name: 'oracle', on: { ask: () => 42 } })
    let oracle: ActorRef<{ ask: (ctx: never) => number }> | undefined
    const { system, desk, outcome } = late((ctx) => {
      if (oracle !== undefined) asked.push(ctx.ask(oracle, 'ask'))
    })
    oracle = system.spawn(Oracle)
    void desk.ask('timer')
    await outcome(desk.ask('slow', undefined, { timeout: 21 }), 100)
    expect(await asked[0]).toBe(42)
  })

  test('a stash in flight stays until its handler has ended, whoever unstashes', async () => {
    const { system, outcome, wait } = onManualClock({ log: false })
    const kept: Ctx<{ times: number }>[] = []
    const Patient = defineActor({
      name: 'patient',
      state: () => ({ times: 0 }),
      on: {
        keep: (ctx) => void kept.push(ctx),
        async serve(ctx) {
          ctx.state.times += 1
          if (ctx.state.times > 1) return 'served'
          ctx.stash()
          await wait(20)
          return undefined
        },
      },
    })
    const patient = system.spawn(Patient)
    patient.tell('keep')
    const served = patient.ask('serve')
    await outcome(Promise.resolve(), 10)
    kept[0]?.unstash()
    await outcome(Promise.resolve(), 20)
    kept[0]?.unstash()
    expect(await outcome(served, 1)).toEqual({ value: 'served' })
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  })
})
