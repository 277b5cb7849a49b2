import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorRef, AnyRef } from '../../src/behavior/ref.ts'
import {
  behaviorTestkit,
  createTestSystem,
  type GanglionMatchers,
  matchers,
  ProbeTimeoutError,
} from '../../src/testkit/index.ts'

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the shape that vitest prescribes
  interface Matchers<T = any> extends GanglionMatchers {}
}
expect.extend(matchers)

const Greeter = defineActor({
  name: 'greeter',
  state: () => ({ greeted: 0 }),
  on: {
    greet(ctx, { to, name }: { to: ActorRef<{ hello: (c: never, b: string) => string }>; name: string }) {
      ctx.state.greeted += 1
      ctx.tell(to, 'hello', name)
      return ctx.state.greeted
    },
    async quote(ctx, to: ActorRef<{ hello: (c: never, b: string) => string }>) {
      return `“${await ctx.ask(to, 'hello', 'you')}”`
    },
    all(ctx) {
      ctx.log.info('all')
      ctx.timers.after('k', '1s', 'tick', 1)
      ctx.timers.every('e', 50, 'tick')
      ctx.timers.cancel('k')
      const child = ctx.spawn(Quiet, { name: 'q' })
      ctx.watch(child)
      ctx.unwatch(child)
      ctx.link(child)
      ctx.unlink(child)
      ctx.stop(child)
      ctx.self.tell('again')
      ctx.fail('why')
      ctx.reply(1)
      ctx.stopSelf()
    },
    tick: () => {},
    again: () => {},
  },
  signals: {
    started: (ctx) => ctx.log.debug('started'),
    terminated: (ctx, { ref }) => ctx.log.warn(`${ref.path} is gone`),
  },
})
const Quiet = defineActor({ name: 'quiet' })
const Door = defineActor({
  name: 'door',
  state: () => ({ walked: [] as string[] }),
  states: {
    closed: {
      walk: (ctx, _who: string) => ctx.stash(),
      open(ctx) {
        ctx.become('open')
        ctx.unstash()
      },
    },
    open: {
      walk(ctx, who: string) {
        ctx.state.walked.push(who)
      },
    },
  },
})

test('a behavior runs without a system: state, reply and effects', async () => {
  const kit = behaviorTestkit(Greeter, { replies: { hello: (name: string) => `hi ${name}` } })
  const to = { path: 'x/other', state: 'running', tell() {} } as AnyRef as never
  expect(kit.run('greet', { to, name: 'Ada' })).toBe(1)
  expect(kit.state).toEqual({ greeted: 1 })
  expect(kit.effects()).toEqual([{ kind: 'tell', to: 'x/other', type: 'hello', body: 'Ada' }])
  expect(await kit.run('quote', to)).toBe('“hi you”')
  kit.effects()
  kit.run('all')
  expect(kit.effects().map(({ kind }) => kind)).toEqual([
    ...[
      'log',
      'timer',
      'timer',
      'cancel-timer',
      'spawn',
      'watch',
      'unwatch',
      'link',
      'unlink',
      'stop',
      'tell',
    ],
    ...['fail', 'reply', 'stop-self'],
  ])
  expect(kit.signal('started')).toBe(true)
  expect(kit.signal('stopping')).toBe(false)
  expect(kit.terminated(to)).toBe(true)
  expect(kit.effects()).toMatchObject([{ text: 'started' }, { text: 'x/other is gone' }])
  expect(() => (kit.run as (type: string) => unknown).call(kit, 'nope')).toThrow('does not handle')
  await expect(behaviorTestkit(Greeter).run('quote', to)).rejects.toThrow('no reply')
})

test('become and stash without a system', () => {
  const kit = behaviorTestkit(Door)
  expect(kit.behavior).toBe('closed')
  kit.run('walk', 'a')
  kit.run('open')
  expect(kit.behavior).toBe('open')
  kit.runUnstashed()
  kit.run('walk', 'b')
  expect(kit.state).toEqual({ walked: ['a', 'b'] })
})

test('a probe takes what an actor sends, answers asks, and hears of deaths', async () => {
  const system = createTestSystem()
  const probe = system.probe()
  probe.answer('hello', 'hi')
  const Client = defineActor({
    name: 'client',
    on: {
      async go(ctx) {
        const to = probe.as<{ hello: (c: never, b: string) => string }>()
        ctx.tell(to, 'hello', 'one')
        return ctx.ask(to, 'hello', 'two')
      },
    },
  })
  const client = system.spawn(Client, { name: 'client' })
  probe.watch(client)
  expect(await system.until(client.ask('go'))).toBe('hi')
  expect(await probe.next('hello')).toMatchObject({ body: 'one', sender: { path: 'test/client' } })
  expect((await probe.next()).body).toBe('two')
  const death = probe.next('terminated')
  void client.stop()
  await system.settle()
  expect((await death).body).toMatchObject({ ref: client, error: undefined })
  const nothing = probe.next('nothing', 500).catch((error: unknown) => error)
  await system.advance(500)
  const error = (await nothing) as ProbeTimeoutError
  expect(error).toBeInstanceOf(ProbeTimeoutError)
  expect(error.seen).toHaveLength(3)
})

test('matchers and leaks tell what was left behind', async () => {
  const system = createTestSystem({ seed: 7 })
  const Hanging = defineActor({
    name: 'hanging',
    on: {
      hang: () => new Promise<void>(() => {}),
      later: (ctx) => {
        ctx.timers.after('x', '1h', 'hang')
      },
    },
  })
  const hanging = system.spawn(Hanging, { name: 'h' })
  hanging.tell('later')
  const asked = hanging.ask('hang').catch(() => {})
  await system.settle()
  expect(system.leaks().map(({ kind }) => kind)).toEqual(['actor', 'timer', 'ask', 'message'])
  expect(() => expect(system).toHaveNoLeaks()).toThrow('actor test/h')
  expect(hanging).toBeInState('running')
  hanging.kill('test')
  await system.settle()
  await asked
  expect(system).toHaveDeadLetter({ reason: 'failed' })
  expect(system).not.toHaveDeadLetter({ reason: 'shed' })
  await system.until(system.stop())
  expect(system).toBeConserved()
  expect(system).toHaveNoLeaks()
})

test('a test system takes lengths of time as text, and refuses what is none', async () => {
  const system = createTestSystem()
  const before = system.clock.clock.monotonic()
  await system.advance('30m')
  expect(system.clock.clock.monotonic() - before).toBe(1_800_000)
  for (const wrong of ['soon', Number.NaN, undefined])
    await expect(system.advance(wrong as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'advance',
    })
  await expect(system.until((() => true) as never)).rejects.toMatchObject({ path: 'until.promise' })
  await system.stop()
})

test('what a handler persists, or gives to a durable timer, is copied as the real context copies it', () => {
  const Log = defineActor({
    name: 'log',
    durable: { events: { did: (state: { all: string[][] }, data: string[]) => void state.all.push(data) } },
    state: () => ({ all: [] as string[][] }),
    on: {
      note(ctx) {
        const words = ['first']
        ctx.persist('did', words)
        ctx.timers.durable('later', '1d', 'note', words)
        words.push('changed')
      },
      odd: (ctx) => ctx.persist('did', [() => 1]),
    },
  })
  const kit = behaviorTestkit(Log)
  kit.run('note')
  expect(kit.state).toEqual({ all: [['first']] })
  expect(kit.effects()).toMatchObject([{ data: ['first'] }, { body: ['first'] }])
  expect(() => kit.run('odd')).toThrow(expect.objectContaining({ code: 'not-serializable' }))
})
