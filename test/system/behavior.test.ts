import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { AnyRef } from '../../src/behavior/ref.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const at = () => {
  const kernel = new ManualKernel()
  return { kernel, system: createSystem({ kernel }) }
}

test('become moves between behaviors; what the present one does not take is a dead letter or set aside [G12]', async () => {
  const { kernel, system } = at()
  const Door = defineActor({
    name: 'door',
    state: () => ({ walked: [] as string[] }),
    on: { walked: (ctx) => [...ctx.state.walked, ctx.behavior] },
    states: {
      closed: {
        walk(ctx, _who: string) {
          ctx.stash()
        },
        open(ctx) {
          ctx.become('open')
          ctx.unstash()
        },
      },
      open: {
        walk(ctx, who: string) {
          ctx.state.walked.push(who)
        },
        close(ctx) {
          ctx.become('closed')
        },
      },
    },
  })
  const door = system.spawn(Door)
  door.tell('walk', 'a')
  door.tell('walk', 'b')
  door.tell('close')
  await kernel.settle()
  expect(system.ledger()).toMatchObject({ inFlight: 2, deadLettered: { unhandled: 1 }, balanced: true })
  door.tell('open')
  door.tell('walk', 'c')
  const walked = door.ask('walked')
  await kernel.settle()
  expect(await walked).toEqual(['a', 'b', 'c', 'open'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a crash goes back to the first behavior and brings the stash back [G12]', async () => {
  const { kernel, system } = at()
  const seen: string[] = []
  const A = defineActor({
    name: 'a',
    mailbox: { stash: 2 },
    states: {
      first: {
        m: (_ctx, text: string) => {
          seen.push(text)
        },
        next: (ctx) => ctx.become('second'),
        oops: (ctx) => ctx.become('nowhere' as 'first'),
      },
      second: {
        m: (ctx, _text: string) => ctx.stash(),
        crash() {
          throw new Error('crash')
        },
      },
    },
    initial: 'first',
  })
  const a = system.spawn(A)
  a.tell('next')
  for (const text of ['x', 'y', 'one too many']) a.tell('m', text)
  await kernel.settle()
  // The third did not fit: that failed the handler, which restarted the actor, which brought the others back.
  expect(seen).toEqual(['x', 'y'])
  expect(system.deadLetters.list()).toMatchObject([
    { body: 'one too many', errors: [{}, { code: 'stash-full' }] },
  ])
  a.tell('oops')
  await kernel.settle()
  expect(system.deadLetters.list({ type: 'oops' })[0]?.errors[1]?.code).toBe('unknown-state')
  a.tell('next')
  a.tell('m', 'z')
  a.tell('crash')
  await kernel.settle()
  expect(seen).toEqual(['x', 'y', 'z'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('timers and schedules deliver in time; a restart cancels the timers', async () => {
  const { kernel, system } = at()
  const seen: string[] = []
  const Clock = defineActor({
    name: 'clock',
    on: {
      set(ctx) {
        ctx.timers.after('once', '30ms', 'tick', 'once')
        ctx.timers.every('beat', '20ms', 'tick', 'beat')
        ctx.timers.after('never', '1ms', 'tick', 'never')
        expect(ctx.timers.cancel('never')).toBe(true)
        expect(ctx.timers.cancel('never')).toBe(false)
      },
      tick(_ctx, what: string) {
        seen.push(`${what} ${kernel.clock.monotonic()}`)
      },
      crash() {
        throw new Error('crash')
      },
    },
  })
  const clock = system.spawn(Clock)
  const Other = defineActor({
    name: 'other',
    on: {
      go(ctx) {
        ctx.schedule('25ms', clock, 'tick', 'scheduled')
        ctx.schedule('1ms', clock, 'tick', 'cancelled').cancel()
      },
    },
  })
  system.spawn(Other).tell('go')
  clock.tell('set')
  await kernel.advance(50)
  expect(seen).toEqual(['beat 20', 'scheduled 25', 'once 30', 'beat 40'])
  clock.tell('crash')
  await kernel.advance(100)
  expect(seen).toHaveLength(4)
  await kernel.settle()
  expect(kernel.pendingTimers).toBe(0)
})

test('a schedule whose recipient has stopped ends as a dead letter', async () => {
  const { kernel, system } = at()
  const Gone = defineActor({ name: 'gone', on: { m: () => {} } })
  const gone = system.spawn(Gone)
  const Other = defineActor({
    name: 'other',
    on: {
      go: (ctx) => {
        ctx.schedule('25ms', gone, 'm')
      },
    },
  })
  system.spawn(Other).tell('go')
  await kernel.settle()
  void gone.stop()
  await kernel.advance(30)
  expect(system.deadLetters.list()).toMatchObject([{ type: 'm', reason: 'stopped' }])
  expect(system.ledger().balanced).toBe(true)
})

test('messages between actors carry sender, deadline and trace [G15]', async () => {
  const { kernel, system } = at()
  const seen: unknown[] = []
  const Inner = defineActor({
    name: 'inner',
    on: {
      m(ctx) {
        seen.push(ctx.sender?.path, ctx.deadline, ctx.attempt)
        ctx.sender?.tell('thanks')
      },
    },
  })
  const inner = system.spawn(Inner)
  const Outer = defineActor({
    name: 'outer',
    on: {
      go(ctx) {
        expect(ctx.sender).toBeUndefined()
        expect((ctx.self as AnyRef).path).toBe('ganglion/outer')
        ctx.tell(inner, 'm')
        void ctx.offer(inner, 'm')
      },
      thanks() {
        seen.push('thanks')
      },
    },
  })
  system.spawn(Outer, { name: 'outer' }).tell('go', undefined, {
    timeout: '70ms',
    trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  })
  await kernel.settle()
  expect(seen).toEqual(['ganglion/outer', 70, 1, 'ganglion/outer', 70, 1, 'thanks', 'thanks'])
})

test('ctx.log becomes an event with the path of the actor', async () => {
  const { kernel, system } = at()
  const events: RuntimeEvent[] = []
  const off = system.events.subscribe((event) => events.push(event))
  const Talker = defineActor({ name: 'talker', on: { talk: (ctx) => ctx.log.warn('hm') } })
  const talker = system.spawn(Talker, { name: 'talker' })
  talker.tell('talk')
  await kernel.settle()
  expect(events).toContainEqual({ type: 'log', at: 0, path: 'ganglion/talker', level: 'warn', text: 'hm' })
  off()
  expect(system.events.active).toBe(false)
})

test('retries keep the order of their key; other keys continue; skipAhead gives order up [G6]', async () => {
  const { kernel, system } = at()
  const seen: string[] = []
  let failures = 2
  const spec = (skipAhead: boolean) =>
    defineActor({
      name: 'retrying',
      retry: { attempts: 3, backoff: '100ms', skipAhead },
      on: {
        m(ctx, text: string) {
          if (text === 'a1' && failures-- > 0) throw new Error('not yet')
          seen.push(`${text} ${ctx.attempt}`)
        },
      },
    })
  const strict = system.spawn(spec(false))
  for (const text of ['a1', 'b1', 'a2', 'b2']) strict.tell('m', text, { orderKey: text[0] as string })
  await kernel.settle()
  expect(seen).toEqual(['b1 1', 'b2 1'])
  expect(system.ledger()).toMatchObject({ inFlight: 2, balanced: true })
  await kernel.advance(300)
  expect(seen.slice(2)).toEqual(['a1 3', 'a2 1'])
  seen.length = 0
  failures = 1
  const loose = system.spawn(spec(true))
  for (const text of ['a1', 'a2']) loose.tell('m', text)
  await kernel.advance(300)
  expect(seen).toEqual(['a2 1', 'a1 2'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, retried: 3, balanced: true })
})

test('an attempt beyond its timeout fails, restarts the instance, and is tried again', async () => {
  const { kernel, system } = at()
  const Slow = defineActor({
    name: 'slow',
    timeout: '50ms',
    retry: { attempts: 2 },
    on: {
      m: (ctx) => (ctx.attempt === 1 ? new Promise<string>(() => {}) : Promise.resolve('second time')),
    },
  })
  const slow = system.spawn(Slow)
  const reply = slow.ask('m')
  await kernel.advance(60)
  expect(await reply).toBe('second time')
  expect(slow.states).toEqual(['starting', 'running', 'restarting', 'running'])
})

test('a poisoned message that is replayed does not loop [G20]', async () => {
  const { kernel, system } = at()
  let healed = false
  const Picky = defineActor({
    name: 'picky',
    on: {
      m(_ctx, text: string) {
        if (!healed || text === 'poison') throw new Error(`no ${text}`)
      },
    },
  })
  const picky = system.spawn(Picky)
  picky.tell('m', 'poison')
  picky.tell('m', 'food')
  await kernel.settle()
  healed = true
  for (const replayed of [2, 1, 1]) {
    expect(system.deadLetters.replay()).toMatchObject({ replayed, refused: [] })
    await kernel.settle()
  }
  const last = system.deadLetters.replay({ recipient: picky.path })
  expect(last.replayed).toBe(0)
  expect(last.refused).toMatchObject([
    { letter: { body: 'poison', replays: 3 }, error: { code: 'not-replayable' } },
  ])
  expect(system.deadLetters.list()).toHaveLength(1)
  expect(system.ledger()).toMatchObject({ handled: 1, deadLettered: { failed: 5 }, balanced: true })
  expect(system.deadLetters.list({ limit: 0 })).toHaveLength(0)
  system.deadLetters.clear()
  expect(system.deadLetters.size).toBe(0)
})

test('the store of dead letters is bounded and counts what it dropped [G20]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, deadLetterCapacity: 3 })
  const Deaf = defineActor({ name: 'deaf', on: { fail: () => Promise.reject(new Error('no')) } })
  const deaf = system.spawn(Deaf)
  for (let i = 0; i < 5; i++) deaf.tell('fail')
  await kernel.settle()
  expect(system.deadLetters.list().map((letter) => letter.id)).toEqual([3, 4, 5])
  expect(system.deadLetters.dropped).toBe(2)
})
