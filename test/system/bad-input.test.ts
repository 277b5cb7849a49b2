import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor, pipeline, weightedAverage } from '../../src/index.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { createTestSystem } from '../../src/testkit/index.ts'
import { onManualClock } from './on-manual-clock.ts'

const N = z.number()
const Echo = defineActor({ name: 'echo', on: { echo: (_ctx, value: unknown) => value } })
const Same = defineProcessor({ name: 'same', input: N, output: N, process: (x) => x })

const thrown = (make: () => unknown): unknown => {
  try {
    make()
  } catch (error) {
    return error
  }
  return undefined
}

describe('a definition that can’t be is refused, by code, path, value and remedy', () => {
  const refused: readonly [what: string, make: () => unknown, path: string, value: unknown][] = [
    ['no name', () => defineActor({ name: '' }), 'name', ''],
    ['a name with a slash', () => defineActor({ name: 'a/b' }), 'name', 'a/b'],
    ['a name that is none', () => defineActor({ name: undefined as never }), 'name', undefined],
    ['a handler that is none', () => defineActor({ name: 'a', on: { go: 5 as never } }), 'a.on.go', 5],
    [
      'a state without handlers',
      () => defineActor({ name: 'a', states: { idle: { go: 'x' as never } } }),
      'a.states.idle.go',
      'x',
    ],
    [
      'an unknown first state',
      () => defineActor({ name: 'a', states: { idle: {} }, initial: 'busy' as never }),
      'a.initial',
      'busy',
    ],
    ['a misspelt option', () => defineActor({ name: 'a', supervison: {} } as never), 'a.supervison', {}],
    [
      'a misspelt bound',
      () => defineActor({ name: 'a', mailbox: { capcity: 5 } as never }),
      'a.mailbox.capcity',
      5,
    ],
    [
      'a misspelt retry',
      () => defineActor({ name: 'a', retry: { attemps: 5 } as never }),
      'a.retry.attemps',
      5,
    ],
    [
      'a misspelt option of a processor',
      () =>
        defineProcessor({ name: 'p', input: N, output: N, process: (x: number) => x, timout: 5 } as never),
      'p.timout',
      5,
    ],
    [
      'a misspelt option of a system',
      () => createSystem({ askTimeuot: 5 } as never),
      'createSystem.askTimeuot',
      5,
    ],
    ['no attempts', () => defineActor({ name: 'a', retry: { attempts: 0 } }), 'a.retry.attempts', 0],
    [
      'a backoff in parsecs',
      () => defineActor({ name: 'a', retry: { backoff: '5 parsecs' } }),
      'a.retry.backoff[0]',
      '5 parsecs',
    ],
    ['a timeout of NaN', () => defineActor({ name: 'a', timeout: Number.NaN }), 'a.timeout', Number.NaN],
    ['a timeout beyond a timer', () => defineActor({ name: 'a', timeout: 2 ** 31 }), 'a.timeout', 2 ** 31],
    [
      'a mailbox of none',
      () => defineActor({ name: 'a', mailbox: { capacity: 0 } }),
      'a.mailbox.capacity',
      0,
    ],
    [
      'a mailbox of no bytes',
      () => defineActor({ name: 'a', mailbox: { bytes: 0, sizeOf: () => 1 } }),
      'a.mailbox.bytes',
      0,
    ],
    [
      'bytes that nobody counts',
      () => defineActor({ name: 'a', mailbox: { bytes: 10 } }),
      'a.mailbox.sizeOf',
      undefined,
    ],
    [
      'an unknown overflow',
      () => defineActor({ name: 'a', mailbox: { overflow: 'spill' as never } }),
      'a.mailbox.overflow',
      'spill',
    ],
    ['a stash of none', () => defineActor({ name: 'a', mailbox: { stash: 0 } }), 'a.mailbox.stash', 0],
    ['an unknown restart', () => defineActor({ name: 'a', restart: 'maybe' as never }), 'a.restart', 'maybe'],
    [
      'a processor without a name',
      () => defineProcessor({ name: ' ', input: N, output: N, process: (x) => x }),
      'name',
      ' ',
    ],
    [
      'a processor without a function',
      () => defineProcessor({ name: 'p', input: N, output: N, process: 5 as never }),
      'p.process',
      5,
    ],
    [
      'a processor of no concurrency',
      () => defineProcessor({ name: 'p', input: N, output: N, concurrency: 0, process: (x) => x }),
      'p.concurrency',
      0,
    ],
    [
      'a processor’s backoff',
      () =>
        defineProcessor({
          name: 'p',
          input: N,
          output: N,
          retry: { backoff: ['1ms', 'soon'] },
          process: (x) => x,
        }),
      'p.retry.backoff[1]',
      'soon',
    ],
  ]
  test.each(refused)('%s', (_what, make, path, value) => {
    expect(thrown(make)).toMatchObject({
      code: 'invalid-argument',
      path,
      value,
      remedy: expect.stringMatching(/./),
    })
  })
})

describe('a spawn that can’t be is refused', () => {
  test('names, taken ones and what is not a definition', () => {
    const { system: sys } = onManualClock()
    sys.spawn(Echo, { name: 'one' })
    expect(thrown(() => sys.spawn(Echo, { name: 'one' }))).toMatchObject({ code: 'name-taken' })
    expect(thrown(() => sys.spawn(Echo, { name: 'a/b' }))).toMatchObject({
      code: 'invalid-argument',
      path: 'name',
    })
    expect(thrown(() => sys.spawn(Echo, { name: 5 as never }))).toMatchObject({
      code: 'invalid-argument',
      value: 5,
    })
    expect(thrown(() => sys.spawn(undefined as never))).toMatchObject({ path: 'definition' })
    expect(thrown(() => sys.spawn({ kind: 'robot' } as never))).toMatchObject({ path: 'definition' })
    sys.spawn(Same, { name: 'same' })
    expect(thrown(() => sys.spawn(Same, { name: 'same' }))).toMatchObject({ code: 'name-taken' })
    expect(thrown(() => sys.find('nobody'))).toMatchObject({ code: 'unknown-actor', value: 'nobody' })
    expect(thrown(() => sys.ledger('nothing'))).toMatchObject({ code: 'unknown-actor', value: 'nothing' })
    expect(thrown(() => sys.router(Echo, { replicas: 0 }))).toMatchObject({ path: 'replicas', value: 0 })
    expect(thrown(() => sys.router(Echo, { replicas: 1, route: 'random' as never }))).toMatchObject({
      path: 'route',
    })
    expect(thrown(() => createSystem({ name: '' }))).toMatchObject({ path: 'name' })
    expect(thrown(() => createSystem({ deadLetterCapacity: 0 }))).toMatchObject({
      path: 'deadLetterCapacity',
    })
  })

  test.each([
    ['supervision.strategy', { supervision: { strategy: 'two-for-one' } }],
    ['supervision.strateg', { supervision: { strateg: 'one-for-one' } }],
    ['supervision.intensity.restart', { supervision: { intensity: { restart: 3 } } }],
    ['supervision.backoff.minn', { supervision: { backoff: { minn: 1 } } }],
    ['supervision.on.killed', { supervision: { on: { killed: 'forget' } } }],
    ['signals.start', { signals: { start: () => {} } }],
    ['signals.started', { signals: { started: 'now' } }],
    ['state', { state: { n: 0 } }],
  ])('an actor whose %s can’t be is refused where it is defined', (path, options) => {
    const error = thrown(() => defineActor({ name: 'parent', ...(options as object) }))
    expect(error).toMatchObject({ code: 'invalid-argument', path: `parent.${path}` })
  })

  test.each(['input', 'output'])('a processor whose %s is no schema is refused', (end) => {
    const spec = {
      name: 'p',
      input: z.number(),
      output: z.number(),
      process: (n: number) => n,
      [end]: Number,
    }
    expect(thrown(() => defineProcessor(spec as never))).toMatchObject({
      code: 'invalid-argument',
      path: `p.${end}`,
    })
  })

  test('a quorum above the number of parts, when the pipeline is to run', async () => {
    const three = pipeline('p', N)
      .fan({ a: Same, b: Same }, { weights: { a: 0.5, b: 0.5 } })
      .merge(weightedAverage(), { quorum: 3 } as never)
    await expect(onManualClock().system.run(three)).rejects.toMatchObject({
      code: 'pipeline-plan',
      path: 'merge.quorum',
      value: 3,
    })
  })
})

describe('a message that can’t be sent is handed back', () => {
  test('to a stopped actor, by every way of sending', async () => {
    const { kernel, system: sys } = onManualClock()
    const echo = sys.spawn(Echo, { name: 'echo' })
    const stopped = echo.stop()
    await kernel.settle()
    await stopped
    // A second stop has nothing left to do.
    await echo.stop()
    const message = { type: 'echo', body: 'hello' }
    expect(thrown(() => echo.tell('echo', 'hello'))).toMatchObject({ code: 'actor-stopped', value: message })
    await expect(echo.ask('echo', 'hello')).rejects.toMatchObject({ code: 'actor-stopped', value: message })
    await expect(echo.offer('echo', 'hello')).rejects.toMatchObject({ code: 'actor-stopped', value: message })
    echo.kill('again')
    echo.suspend()
    expect(echo.state).toBe('stopped')
  })

  test('to a stopped system, and everything else that it is asked for', async () => {
    const { kernel, system: sys } = onManualClock()
    const echo = sys.spawn(Echo)
    const same = sys.spawn(Same)
    const router = sys.router(Echo, { replicas: 2 })
    const stopping = sys.stop()
    const code = 'system-stopped'
    expect(thrown(() => echo.tell('echo', 1))).toMatchObject({ code, value: { type: 'echo', body: 1 } })
    expect(thrown(() => router.tell('echo', 1))).toMatchObject({ code, value: { type: 'echo', body: 1 } })
    expect(thrown(() => same.tell(1))).toMatchObject({ code, value: 1 })
    expect(thrown(() => sys.spawn(Echo))).toMatchObject({ code })
    expect(thrown(() => sys.router(Echo, { replicas: 1 }))).toMatchObject({ code })
    expect(thrown(() => sys.publish('topic', 1))).toMatchObject({ code, value: 1 })
    await expect(echo.ask('echo', 1)).rejects.toMatchObject({ code })
    await expect(echo.offer('echo', 1)).rejects.toMatchObject({ code })
    await expect(router.ask('echo', 1)).rejects.toMatchObject({ code })
    await expect(router.offer('echo', 1)).rejects.toMatchObject({ code })
    await expect(same.ask(1)).rejects.toMatchObject({ code })
    await expect(sys.run(pipeline('p', N).to(Same))).rejects.toMatchObject({ code })
    await kernel.advance(5000)
    await stopping
  })

  test('with a priority, a duration or a recipient that is none', async () => {
    const { kernel, system: sys } = onManualClock()
    const echo = sys.spawn(Echo)
    expect(thrown(() => echo.tell('echo', 1, { priority: 8 }))).toMatchObject({ path: 'priority', value: 8 })
    expect(thrown(() => echo.tell('echo', 1, { timeout: 'soon' }))).toMatchObject({
      path: 'timeout',
      value: 'soon',
    })
    await expect(echo.ask('echo', 1, { timeout: -1 })).rejects.toMatchObject({ path: 'timeout', value: -1 })
    await expect(echo.ask('echo', 1, { priority: 1.5 })).rejects.toMatchObject({ path: 'priority' })
    const Caller = defineActor({
      name: 'caller',
      on: { call: (ctx) => ctx.tell({} as never, 'go' as never, undefined as never) },
    })
    const called = sys.spawn(Caller).ask('call')
    called.catch(() => {})
    await kernel.settle()
    await expect(called).rejects.toMatchObject({ cause: { code: 'invalid-argument', path: 'to' } })
  })

  test('with a function or a cycle, where it must leave the thread', async () => {
    const sys = createTestSystem()
    const echo = sys.spawn(Echo)
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect(thrown(() => echo.tell('echo', { deep: [() => 1] }))).toMatchObject({
      code: 'not-serializable',
      path: 'body.deep[0]',
    })
    expect(thrown(() => echo.tell('echo', cycle))).toMatchObject({
      code: 'not-serializable',
      path: 'body.self',
    })
    const shared = { x: 1 }
    expect(await sys.until(echo.ask('echo', [shared, shared, null, echo]))).toEqual([
      shared,
      shared,
      null,
      echo,
    ])
    expect(await sys.until(echo.ask('echo', { '~actor': 'nobody' }))).toEqual({ '~actor': 'nobody' })
    expect(await sys.until(echo.ask('echo', { at: new Date(5), to: [{ echo }], plain: [{ a: 1 }] }))).toEqual(
      {
        at: new Date(5),
        to: [{ echo }],
        plain: [{ a: 1 }],
      },
    )
    await sys.stop()
  })

  test('with a body that does not fit its schema: the path, and nothing was started', async () => {
    const { kernel, system: sys } = onManualClock()
    const running = await sys.run(
      pipeline('p', z.object({ deep: z.object({ n: N }) })).to(
        defineProcessor({
          name: 'n',
          input: z.object({ deep: z.object({ n: N }) }),
          output: N,
          process: ({ deep }) => deep.n,
        }),
      ),
    )
    const body = { deep: { n: 'five' } }
    await expect(running.ask(body as never)).rejects.toMatchObject({
      code: 'schema',
      path: 'p.input.deep.n',
      value: body,
    })
    expect(running.inFlight).toBe(0)
    const asked = sys.spawn(Same).ask('five' as never)
    asked.catch(() => {})
    await kernel.settle()
    await expect(asked).rejects.toMatchObject({ code: 'handler-failed' })
  })
})

describe('a handler that answers wrongly', () => {
  test('twice: the first counts, the second is an error of the handler; never: the timeout names it', async () => {
    const { kernel, system: sys } = onManualClock()
    const logs: string[] = []
    sys.events.subscribe((event) => event.type === 'log' && logs.push(event.text))
    const Odd = defineActor({
      name: 'odd',
      on: {
        both(ctx) {
          ctx.reply(1)
          return 2
        },
        nobody(ctx) {
          ctx.reply('to whom?')
        },
        never: () => new Promise<void>(() => {}),
      },
    })
    const odd = sys.spawn(Odd, { name: 'odd' })
    const both = odd.ask('both')
    await kernel.settle()
    expect(await both).toBe(1)
    expect(logs.join()).toContain('replied and then returned a value')
    odd.tell('nobody')
    await kernel.settle()
    expect(sys.deadLetters.list().at(-1)).toMatchObject({ reason: 'failed', type: 'nobody' })
    expect(
      sys.deadLetters
        .list()
        .at(-1)
        ?.errors.map(({ code }) => code),
    ).toContain('reply')
    const never = odd.ask('never', undefined, { timeout: '1s' })
    never.catch(() => {})
    await kernel.advance(1000)
    await expect(never).rejects.toMatchObject({
      code: 'ask-timeout',
      message: expect.stringContaining('never'),
    })
  })
})
