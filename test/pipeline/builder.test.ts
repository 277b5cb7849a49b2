import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { LoopBoundError, NoSuchBranchError, type ProcessorFailedError } from '../../src/pipeline/errors.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { conditional } from '../../src/routing/policies/conditional.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import { turns } from '../../src/testkit/until.ts'

const Num = z.number()
const adder = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })
const times = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n * by })
const failing = (name: string) =>
  defineProcessor({
    name,
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: (): number => {
      throw new Error(`${name} is broken`)
    },
  })

/** Every accepted message has ended once. */
const settled = (system: ActorSystem) =>
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })

describe('branch', () => {
  const Word = defineProcessor({ name: 'word', input: Num, output: z.string(), process: (n) => `n${n}` })

  test('exactly one way runs: the one that the selector names', async () => {
    await using system = createSystem()
    const running = await system.run(
      pipeline('p', Num)
        .branch((n) => (n > 9 ? 'big' : 'small'), { big: Word, small: adder('plus', 1) }, { name: 'size' })
        .map((x) => [x]),
    )
    expect(await running.ask(10)).toEqual(['n10'])
    const trace = await running.trace(1)
    expect(trace.value).toEqual([2])
    expect(trace.hops.map(({ processor }) => processor)).toEqual(['size', 'size.small', 'size.end', 'map'])
    settled(system)
  })

  test('a condition takes the way true or false, and what has no way of its own takes otherwise', async () => {
    await using system = createSystem()
    const parity = await system.run(
      pipeline('parity', Num).branch((n) => n % 2 === 0, {
        true: times('half', 0.5),
        false: times('triple', 3),
      }),
    )
    expect([await parity.ask(8), await parity.ask(3)]).toEqual([4, 9])
    const topics = await system.run(
      pipeline('topics', z.string()).branch((word) => word, {
        hello: defineProcessor({ name: 'h', input: z.string(), output: z.string(), process: () => 'hi' }),
        otherwise: defineProcessor({
          name: 'o',
          input: z.string(),
          output: z.string(),
          process: () => 'what?',
        }),
      }),
    )
    expect(await topics.ask('hello')).toBe('hi')
    // What every object has by nature is no way either.
    expect(await topics.ask('constructor')).toBe('what?')
    expect(await topics.ask('otherwise')).toBe('what?')
  })

  test('a choice that is no way fails the run at once, with its name and those that there are', async () => {
    await using system = createSystem()
    const running = await system.run(pipeline('p', Num).branch(() => 'c' as never, { a: Word, b: Word }))
    const error = await running.ask(1).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(NoSuchBranchError)
    expect(error).toMatchObject({
      code: 'no-such-branch',
      path: 'branch',
      value: 'c',
    })
    settled(system)
  })

  test('a way may be a whole pipeline, with its own fan', async () => {
    await using system = createSystem()
    const mean = pipeline('mean', Num)
      .fan({ one: adder('one', 1), three: adder('three', 3) })
      .merge(({ one, three }, { weights }) => one * weights.one + three * weights.three)
    const running = await system.run(
      pipeline('p', Num).branch((n) => (n > 0 ? 'up' : 'down'), { up: mean, down: adder('minus', -1) }),
    )
    expect([await running.ask(1), await running.ask(0)]).toEqual([3, -1])
  })
})

describe('loop', () => {
  const Draft = z.object({ text: z.string(), score: z.number() })
  const refine = defineProcessor({
    name: 'refine',
    input: Draft,
    output: Draft,
    process: ({ text, score }) => ({ text: `${text}!`, score: score + 0.25 }),
  })

  test('until: the body runs at least once, and on its own output until the condition holds', async () => {
    await using system = createSystem()
    const running = await system.run(
      pipeline('p', Draft)
        .loop(refine, { until: ({ score }) => score >= 0.75, max: 5 })
        .map(({ text }, { input }) => `${input.text} → ${text}`),
    )
    expect(await running.ask({ text: 'a', score: 0 })).toBe('a → a!!!')
    expect(await running.ask({ text: 'b', score: 1 })).toBe('b → b!')
    settled(system)
  })

  test('while: the condition is asked before each turn, and knows how many there were', async () => {
    await using system = createSystem()
    const running = await system.run(
      pipeline('p', Num).loop(times('double', 2), { while: (n, { turn }) => n < 100 && turn < 3, max: 9 }),
    )
    expect(await Promise.all([1, 60, 100].map((n) => running.ask(n)))).toEqual([8, 120, 100])
  })

  test('the bound is an error that holds the last value, or the value itself', async () => {
    await using system = createSystem()
    const endless = (onMax: 'fail' | 'value') =>
      pipeline(onMax, Num).loop(adder('inc', 1), { until: () => false, max: 4, onMax })
    expect(await (await system.run(endless('value'))).ask(0)).toBe(4)
    const running = await system.run(endless('fail'))
    const error = await running.ask(0).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(LoopBoundError)
    expect(error).toMatchObject({
      code: 'loop-bound',
      path: 'loop.max',
      value: 4,
      result: 4,
    })
    settled(system)
  })

  test('each turn has its own join: a part that is late in one turn does not count in the next', async () => {
    await using system = createSystem()
    let release: (() => void)[] = []
    const slow = defineProcessor({
      name: 'slow',
      input: Num,
      output: Num,
      concurrency: 4,
      process: (n) =>
        new Promise<number>((resolve) => {
          release.push(() => resolve(n + 1000))
        }),
    })
    const turn = pipeline('turn', Num)
      .fan({ quick: adder('quick', 1), slow })
      .merge(
        ({ quick, slow: late }) => {
          const letGo = release
          release = []
          for (const free of letGo) free()
          return (quick ?? 0) + (late ?? 0)
        },
        { quorum: 1 },
      )
    const running = await system.run(pipeline('p', Num).loop(turn, { until: (n) => n >= 3, max: 5 }))
    const { value, joins } = await running.trace(0)
    expect(value).toBe(3)
    expect(joins.map(({ merge, arrived, missing }) => ({ merge, arrived, missing }))).toEqual(
      [1, 2, 3].map(() => ({
        merge: 'loop.turn.merge',
        arrived: ['loop.turn.quick'],
        missing: ['loop.turn.slow'],
      })),
    )
  })

  test('loops nest, and a branch of a fan may be one', async () => {
    await using system = createSystem()
    const inner = pipeline('inner', Num).loop(adder('inc', 1), { until: (n) => n % 10 === 0, max: 10 })
    const outer = pipeline('outer', Num).loop(inner.to(adder('one', 1)), { while: (n) => n < 25, max: 5 })
    const running = await system.run(
      pipeline('p', Num)
        .fan({ looped: outer, plain: adder('plain', 0) })
        .merge(({ looped, plain }) => [looped, plain]),
    )
    // 4 → 10 → 11 → 20 → 21 → 30 → 31
    expect(await running.ask(4)).toEqual([31, 4])
    settled(system)
  })
})

describe('tap', () => {
  test('sees the value and the input, can change neither, and its failure is told and not fatal', async () => {
    await using system = createSystem()
    const told: string[] = []
    system.events.subscribe((event: RuntimeEvent) => {
      if (event.type === 'log') told.push(`${event.level} ${event.path}: ${event.text}`)
    })
    const seen: unknown[] = []
    const running = await system.run(
      pipeline('p', z.object({ n: z.number() }))
        .map((x) => ({ ...x, list: [1] }))
        .tap((value, { input }) => {
          seen.push([value, input])
          ;(value.list as number[]).push(2)
        })
        .tap(() => {
          throw new Error('no disk')
        })
        .tap(async () => Promise.reject(new Error('no network')), { name: 'audit' }),
    )
    expect(await running.ask({ n: 1 })).toEqual({ n: 1, list: [1] })
    expect(seen).toEqual([[{ n: 1, list: [1, 2] }, { n: 1 }]])
    expect(told.map((text) => text.replace(/^warn .*\/p\//u, ''))).toEqual([
      "tap-2: tap 'tap-2' failed: no disk",
      "audit: tap 'audit' failed: no network",
    ])
    settled(system)
  })
})

describe('sub-pipelines', () => {
  const Text = z.object({ text: z.string(), lang: z.string().default('en') })
  const shout = pipeline('shout', Text)
    .map(({ text, lang }) => ({ text: text.toUpperCase(), lang }))
    .map(({ text }, { input }) => `${text} (${input.text}, ${input.lang})`)

  test('run inlined under their name, with their own schema and their own input', async () => {
    await using system = createSystem()
    const running = await system.run(
      pipeline('p', z.string())
        .map((text) => ({ text }))
        .to(shout)
        .map((out, { input }) => `${input}: ${out}`),
    )
    expect(await running.ask('hi')).toBe('hi: HI (hi, en)')
    expect(running.matrix().names).toEqual([
      'input',
      'map',
      'shout.input',
      'shout.map',
      'shout.map-2',
      'shout',
      'map-2',
    ])
    settled(system)
  })

  test('twice the same gets two names, and each keeps its own state of joins', async () => {
    await using system = createSystem()
    const mean = pipeline('mean', Num)
      .fan({ lo: adder('lo', -1), hi: adder('hi', 3) }, { weights: { lo: 1, hi: 3 } })
      .merge(weightedAverage())
    const running = await system.run(pipeline('p', Num).to(mean).to(mean).to(mean, { name: 'last' }))
    expect(await running.ask(0)).toBe(6)
    expect(running.matrix().names.filter((name) => name.includes('.input'))).toEqual([
      'mean.input',
      'mean-2.input',
      'last.input',
    ])
  })

  test('a policy and a default inside of one know its branches by their own names', async () => {
    await using system = createSystem()
    const routed = pipeline('routed', Num)
      .fan(
        { near: adder('near', 1), far: adder('far', 100) },
        { route: conditional({ near: (n: number) => n < 10, far: (n: number) => n >= 10 }) },
      )
      .merge(({ near, far }) => near ?? far ?? 0)
      .fan({ ok: adder('ok', 0), broken: failing('broken') })
      .merge(({ ok, broken }, { failed }) => [ok, broken, ...failed], {
        onMissing: { default: { broken: -1 } },
      })
    const running = await system.run(pipeline('p', Num).to(routed))
    expect(await running.ask(5)).toEqual([6, -1, 'broken'])
    expect(await running.ask(50)).toEqual([150, -1, 'broken'])
    settled(system)
  })

  test('one that loses a message loses its part of the fan-out, however deep that was', async () => {
    await using system = createSystem()
    const deep = pipeline('deep', Num)
      .to(adder('first', 1))
      .loop(failing('broken'), { until: () => true, max: 3 })
    const running = await system.run(
      pipeline('p', Num)
        .fan({ deep, plain: adder('plain', 0) })
        .merge((parts) => parts, { onMissing: 'partial' }),
    )
    const { value, joins } = await running.trace(7)
    expect(value).toEqual({ deep: undefined, plain: 7 })
    expect(joins).toMatchObject([{ arrived: ['plain'], failed: ['deep'], missing: [] }])
    settled(system)
  })

  test('a value that does not fit its schema fails there, and names the place', async () => {
    await using system = createSystem()
    const running = await system.run(
      pipeline('p', Num)
        .map(() => ({}) as { text: string })
        .to(shout),
    )
    const error = (await running.ask(1).catch((e: unknown) => e)) as ProcessorFailedError
    expect(error.cause).toMatchObject({ code: 'schema', path: 'shout.input.text' })
  })

  test('an empty one, and options that only a processor has, are refused with the place', () => {
    const p = pipeline('p', Num)
    expect(() => p.to(pipeline('nothing', Num))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.nothing' }),
    )
    expect(() => pipeline('p', z.any()).to(shout, { replicas: 2 })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.shout' }),
    )
  })
})

describe('policies of a step', () => {
  test('hold instead of the processor’s own', async () => {
    await using system = createSystem()
    let attempts = 0
    const flaky = defineProcessor({
      name: 'flaky',
      input: Num,
      output: Num,
      process: (n) => {
        attempts += 1
        if (attempts < 5) throw new Error('not yet')
        return n
      },
    })
    const running = await system.run(pipeline('p', Num).to(flaky, { retry: { attempts: 5 } }))
    expect(await running.ask(1)).toBe(1)
    const once = await system.run(
      pipeline('once', Num)
        .fan(
          { x: failing('x'), y: flaky },
          {
            policies: { x: { retry: { attempts: 2, backoff: 0 } } },
          },
        )
        .merge((parts) => parts, { onMissing: 'partial' }),
    )
    const { hops } = await once.trace(1)
    expect(hops.find(({ processor }) => processor === 'x')?.attempt).toBe(2)
  })

  test('out of range are refused with their path', () => {
    const p = pipeline('p', Num)
    for (const [options, path] of [
      [{ replicas: 0 }, 'p.x.replicas'],
      [{ replicas: 1e9 }, 'p.x.replicas'],
      [{ retry: { attempts: 0 } }, 'p.x.retry.attempts'],
      [{ retry: { backoff: ['1s', '-1s'] } }, 'p.x.retry.backoff[1]'],
      [{ timeout: 'soon' }, 'p.x.timeout'],
      [{ concurrency: 1.5 }, 'p.x.concurrency'],
    ] as const) {
      expect(() => p.to(adder('x', 1), options)).toThrow(
        expect.objectContaining({ code: 'invalid-argument', path }),
      )
    }
    expect(() => p.loop(adder('x', 1), { until: () => true, max: Number.POSITIVE_INFINITY })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.loop.max' }),
    )
    expect(() => p.loop(adder('x', 1), { max: 3 } as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.loop' }),
    )
    expect(() => p.branch(() => 'a' as never, {}, { name: 'b' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.b' }),
    )
    expect(() => p.fan({ a: adder('x', 1) }, { policies: { z: {} } } as never).merge(() => 0)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'p.fan.policies.z' }),
    )
  })

  test('replicas share the work behind one name', async () => {
    await using system = createSystem()
    let now = 0
    let most = 0
    const wide = defineProcessor({
      name: 'wide',
      input: Num,
      output: Num,
      process: async (n) => {
        now += 1
        most = Math.max(most, now)
        await turns(3)
        now -= 1
        return n
      },
    })
    const running = await system.run(pipeline('p', Num).to(wide, { replicas: 3 }))
    const answers = await Promise.all(Array.from({ length: 9 }, (_, n) => running.ask(n)))
    expect(answers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(most).toBe(3)
    expect(running.matrix().names).toEqual(['input', 'wide'])
    settled(system)
  })
})

test('every step gives a new pipeline: two may share a beginning', async () => {
  const start = pipeline('start', Num).to(adder('one', 1))
  const before = JSON.stringify(start)
  const doubled = start.to(times('double', 2))
  const looped = start.loop(adder('inc', 1), { until: (n) => n > 9, max: 20 })
  const branched = start.branch(() => 'a' as const, { a: adder('a', 5) })
  expect(JSON.stringify(start)).toBe(before)
  for (const [one, answer] of [
    [start, 4],
    [doubled, 8],
    [looped, 10],
    [branched, 9],
  ] as const) {
    await using system = createSystem()
    expect(await (await system.run(one)).ask(3)).toBe(answer)
  }
})
