import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline, pipelineFromJSON } from '../../src/pipeline/builder.ts'
import { PipelinePlanError, type PlanProblem } from '../../src/pipeline/errors.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import type { PlanJson, PlanNodeJson, PlanRegistry } from '../../src/pipeline/plan/plan-json.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const Num = z.number()
const PROCESSORS = [1, 2, 3].map((by) =>
  defineProcessor({ name: `add${by}`, input: Num, output: Num, process: (n) => n + by }),
)
const sum = (parts: Readonly<Record<string, number | undefined>>) =>
  Object.values(parts).reduce<number>((total, part) => total + (part ?? 0), 0)

/** A pipeline from its steps: data that fast-check can make and shrink. */
type Step =
  | {
      readonly step: 'to'
      readonly add: number
      readonly replicas: number
      readonly attempts: number | undefined
    }
  | { readonly step: 'map' | 'tap' }
  | {
      readonly step: 'fan'
      readonly ways: readonly Step[][]
      readonly weight: number
      readonly quorum: boolean
    }
  | { readonly step: 'branch'; readonly ways: readonly Step[][]; readonly by: number }
  | { readonly step: 'loop'; readonly body: readonly Step[]; readonly max: number; readonly until: boolean }
  | { readonly step: 'sub'; readonly steps: readonly Step[] }

const { steps: anySteps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 3 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      step: fc.constant('to' as const),
      add: fc.integer({ min: 0, max: 2 }),
      replicas: fc.integer({ min: 1, max: 3 }),
      attempts: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
    fc.record({ step: fc.constantFrom('map' as const, 'tap' as const) }),
    fc.record({
      step: fc.constant('fan' as const),
      ways: fc.array(tie('steps'), { minLength: 1, maxLength: 3 }),
      weight: fc.double({ min: 0, max: 5, noNaN: true }),
      quorum: fc.boolean(),
    }),
    fc.record({
      step: fc.constant('branch' as const),
      ways: fc.array(tie('steps'), { minLength: 1, maxLength: 3 }),
      by: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({
      step: fc.constant('loop' as const),
      body: tie('steps'),
      max: fc.integer({ min: 1, max: 3 }),
      until: fc.boolean(),
    }),
    fc.record({ step: fc.constant('sub' as const), steps: tie('steps') }),
  ),
}))

type Numbers = Pipeline<number, number>
let names = 0

function built(steps: readonly Step[], name: string): Numbers {
  return steps.reduce<Numbers>((p, step) => added(p, step), pipeline(name, Num))
}

function added(p: Numbers, step: Step): Numbers {
  names += 1
  switch (step.step) {
    case 'to':
      return p.to(PROCESSORS[step.add] as (typeof PROCESSORS)[0], {
        replicas: step.replicas,
        ...(step.attempts === undefined ? {} : { retry: { attempts: step.attempts } }),
      })
    case 'map':
      return p.map((n, { input }) => n * 2 + input)
    case 'tap':
      return p.tap(() => {})
    case 'fan': {
      const entries = step.ways.map((way, i) => [`f${names}.${i}`, built(way, 'way')] as const)
      return p
        .fan(Object.fromEntries(entries), { weights: { [entries[0]?.[0] as string]: step.weight } as never })
        .merge(sum, step.quorum ? { quorum: entries.length, grace: 1000 } : {})
    }
    case 'branch': {
      const ways = step.ways.map((way, i) => [`${i}`, built(way, 'way')] as const)
      return p.branch((n) => `${Math.abs(Math.trunc(n) + step.by) % ways.length}`, Object.fromEntries(ways))
    }
    case 'loop': {
      const bounds = { max: step.max, onMax: 'value' } as const
      const body = built(step.body, 'body')
      return step.until
        ? p.loop(body, { ...bounds, until: (n) => n > 50 })
        : p.loop(body, { ...bounds, while: (n) => n < 50 })
    }
    case 'sub':
      return p.to(built(step.steps, 'sub'))
  }
}

/** What the names in its JSON stand for, taken from the pipeline itself. */
function registryOf(p: Numbers): PlanRegistry {
  const functions: Record<string, (value: never, at: never) => unknown> = {}
  const merges: Record<string, never> = {}
  const schemas: Record<string, never> = { [p.name]: p.plan.input as never }
  for (const node of p.plan.nodes) {
    if (node.kind === 'map' || node.kind === 'tap') functions[node.name] = node.run
    else if (node.kind === 'branch') functions[node.name] = node.select
    else if (node.kind === 'loop') functions[node.name] = node.condition
    else if (node.kind === 'merge') merges[node.name] = node.strategy as never
    else if (node.kind === 'enter') schemas[node.name] = node.input as never
  }
  return { processors: PROCESSORS, functions, merges, schemas }
}

describe('a pipeline as JSON', () => {
  test('comes back as the same plan, whatever its steps are [G46]', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const p = built(steps, 'p')
        const json = JSON.parse(JSON.stringify(p)) as PlanJson
        const back = pipelineFromJSON(json, registryOf(p))
        expect(back.toJSON()).toEqual(json)
        expect(back.plan).toEqual(p.plan)
        expect(back.problems()).toEqual([])
      }),
      { numRuns: 80 },
    )
  })

  test('answers as the pipeline that it came from, and every message ends once', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, fc.integer({ min: -5, max: 5 }), async (steps, input) => {
        const p = built(steps, 'p')
        await using one = createSystem()
        await using other = createSystem({ serializeMessages: true })
        const answers = await Promise.all([
          (await one.run(p)).ask(input),
          (await other.run(pipelineFromJSON(p.toJSON(), registryOf(p)))).ask(input),
        ])
        expect(answers[1]).toEqual(answers[0])
        expect(one.ledger()).toMatchObject({ inFlight: 0, balanced: true })
      }),
      { numRuns: 30 },
    )
  })

  test('two different processors of one name can’t be told apart in it', () => {
    const other = defineProcessor({ name: 'add1', input: Num, output: Num, process: (n) => n })
    const p = pipeline('p', Num)
      .to(PROCESSORS[0] as (typeof PROCESSORS)[0])
      .to(other)
    expect(() => p.toJSON()).toThrow(
      expect.objectContaining({ code: 'pipeline-plan', path: 'add1-2', value: 'add1' }),
    )
  })

  test('names that the registry lacks are listed together', () => {
    const p = pipeline('p', Num)
      .to(PROCESSORS[0] as (typeof PROCESSORS)[0])
      .map((n) => n, { name: 'shape' })
      .loop(PROCESSORS[1] as (typeof PROCESSORS)[0], { until: () => true, max: 2, name: 'again' })
      .fan({ x: pipeline('x', Num).map((n) => n) })
      .merge(sum)
    expect(problemsOf(() => pipelineFromJSON(p.toJSON(), { processors: [], schemas: {} }))).toEqual([
      ['add1.processor', 'add1'],
      ['shape', 'shape'],
      ['again', 'again'],
      ['again.add2.processor', 'add2'],
      ['x.input', 'x.input'],
      ['x.map', 'x.map'],
      ['merge', 'merge'],
      ['name', 'p'],
    ])
  })

  test('anything else than a plan is refused with its problems, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => pipelineFromJSON(json, { processors: [] })).toThrow(PipelinePlanError)
      }),
    )
  })

  test('a value of the wrong kind anywhere in it is refused with its path', () => {
    const json = built(
      [{ step: 'fan', ways: [[{ step: 'to', add: 0, replicas: 2, attempts: 2 }]], weight: 2, quorum: true }],
      'p',
    )
    const text = JSON.stringify(json)
    for (const [from, to, path] of [
      ['"version":1', '"version":2', 'version'],
      ['"timeoutMs":30000', '"timeoutMs":"30s"', 'timeoutMs'],
      ['"replicas":2', '"replicas":[]', 'nodes[1].replicas'],
      ['"attempts":2', '"attempts":null', 'nodes[1].policy.attempts'],
      ['"kind":"merge"', '"kind":"blend"', 'nodes[3].kind'],
      ['"quorum":1', '"quorum":"1"', 'nodes[3].join.quorum'],
      ['"weight":2', '"weight":"2"', 'edges[3].weight'],
    ] as const) {
      expect(text).toContain(from)
      const problems = problemsOf(() =>
        pipelineFromJSON(JSON.parse(text.replace(from, to)), registryOf(json)),
      )
      expect(problems.map(([at]) => at)).toContain(path)
    }
  })
})

function problemsOf(refused: () => unknown): (readonly [path: string, value: unknown])[] {
  try {
    refused()
  } catch (error) {
    expect(error).toBeInstanceOf(PipelinePlanError)
    return (error as PipelinePlanError).problems.map(({ path, value }) => [path, value])
  }
  throw new Error('it was not refused')
}

describe('a plan that can’t work', () => {
  const processor = (name: string, processor = 'add1'): PlanNodeJson => ({
    kind: 'processor',
    name,
    processor,
  })
  const arrows = (...all: string[]) =>
    all.map((arrow) => {
      const [from = '', to = ''] = arrow.split('→')
      return { from, to }
    })
  /** The problems of a plan by hand. */
  const found = (over: Partial<PlanJson>): readonly PlanProblem[] => {
    const json: PlanJson = {
      format: 'ganglion-pipeline',
      version: 1,
      name: 'p',
      timeoutMs: 1000,
      maxInFlight: 4,
      nodes: [processor('a'), processor('b')],
      edges: arrows('input→a', 'a→b'),
      exit: 'b',
      ...over,
    }
    const registry: PlanRegistry = {
      processors: PROCESSORS,
      merges: { m: sum },
      functions: { l: () => true },
    }
    try {
      pipelineFromJSON(json, registry)
      return []
    } catch (error) {
      return (error as PipelinePlanError).problems
    }
  }
  const places = (over: Partial<PlanJson>) => found(over).map(({ path }) => path)
  const merge = (join: object): PlanNodeJson => ({
    kind: 'merge',
    name: 'm',
    from: 'input',
    join: { expected: ['a', 'b'], quorum: 2, ...join },
  })
  const joined = { nodes: [processor('a'), processor('b'), merge({})], exit: 'm' }
  const both = arrows('input→a', 'input→b', 'a→m', 'b→m')

  test('has a sound one beside it', () => {
    expect(found({})).toEqual([])
    expect(found({ ...joined, edges: both })).toEqual([])
  })

  test.each([
    ['a node that no way leads to', { edges: arrows('input→b') }, ['a']],
    ['a dead end', { edges: arrows('input→a', 'input→b') }, ['input', 'a']],
    ['an exit that is not a node', { exit: 'z' }, ['exit']],
    ['two nodes of one name', { nodes: [processor('a'), processor('b'), processor('b')] }, ['nodes[2].name']],
    [
      'a node named as the input',
      { nodes: [processor('input'), processor('b')], edges: arrows('input→b') },
      ['nodes[0].name'],
    ],
    ['an arrow to nowhere', { edges: arrows('input→a', 'a→b', 'a→z') }, ['edges.a→z', 'a']],
    ['an arrow given twice', { edges: arrows('input→a', 'a→b', 'a→b') }, ['edges.a→b', 'a', 'b']],
    ['an arrow to the input', { edges: arrows('input→a', 'a→b', 'b→input') }, ['edges.b→input']],
    [
      'several arrows to a node that is not a merge',
      { edges: arrows('input→a', 'input→b', 'a→b') },
      ['input', 'b'],
    ],
    [
      'a quorum above its parts',
      { ...joined, nodes: [...joined.nodes.slice(0, 2), merge({ quorum: 3 })], edges: both },
      ['m.quorum'],
    ],
    [
      'a part that no arrow brings',
      { ...joined, edges: arrows('input→a', 'input→b', 'a→m') },
      ['m.expected', 'b'],
    ],
    [
      'a part that is not expected',
      {
        ...joined,
        nodes: [processor('a'), processor('b'), merge({ expected: ['a'], quorum: 1 })],
        edges: both,
      },
      ['m.expected'],
    ],
    [
      'a grace below zero',
      { ...joined, nodes: [...joined.nodes.slice(0, 2), merge({ graceMs: -1 })], edges: both },
      ['m.grace'],
    ],
    [
      'a negative weight',
      { edges: [{ from: 'input', to: 'a', weight: -1 }, ...arrows('a→b')] },
      ['edges.input→a'],
    ],
    [
      'no replicas',
      { nodes: [{ ...processor('a'), replicas: 0 }, processor('b')] as PlanNodeJson[] },
      ['a.replicas'],
    ],
    [
      'half an attempt',
      { nodes: [{ ...processor('a'), policy: { attempts: 0.5 } }, processor('b')] as PlanNodeJson[] },
      ['a.attempts'],
    ],
    ['no room at all', { maxInFlight: 0, timeoutMs: -5 }, ['p.timeout', 'p.maxInFlight']],
  ])('%s', (_what, over, expected) => {
    const paths = places(over as Partial<PlanJson>)
    for (const path of expected) expect(paths).toContain(path)
  })

  test('a cycle that no loop bounds, with the nodes that it goes through and no others', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) => processor(name))
    const problems = found({ nodes, edges: arrows('input→a', 'a→b', 'b→c', 'c→b', 'c→d'), exit: 'd' })
    const cycle = problems.find(({ what }) => what.includes('cycle'))
    expect(cycle).toMatchObject({ path: 'b', value: ['b', 'c'] })
  })

  test('a loop without a bound, or whose ways are not there', () => {
    const loop = (max: number): PlanNodeJson => ({
      kind: 'loop',
      name: 'l',
      test: 'until',
      max,
      onMax: 'fail',
      body: 'a',
      back: 'a',
      end: 'e',
    })
    const leave: PlanNodeJson = { kind: 'leave', name: 'e', closes: 'loop' }
    const whole = { edges: arrows('input→l', 'l→a', 'a→l', 'l→e'), exit: 'e' }
    expect(places({ nodes: [loop(3), processor('a'), leave], ...whole })).toEqual([])
    expect(places({ nodes: [loop(0), processor('a'), leave], ...whole })).toEqual(['l.max'])
    expect(
      places({ nodes: [loop(0.5), processor('a'), leave], ...whole, edges: arrows('input→l', 'l→e') }),
    ).toEqual(['l.max', 'l.body', 'l.back', 'a'])
  })

  test('everything that is wrong is listed at once', () => {
    const paths = places({
      nodes: [processor('a'), processor('b'), merge({ quorum: 9 }), processor('lost')],
      edges: [...arrows('input→a', 'input→b', 'a→m'), { from: 'b', to: 'm', weight: -2 }],
      exit: 'm',
      maxInFlight: 0,
    })
    expect(paths).toEqual(['p.maxInFlight', 'edges.b→m', 'm.quorum', 'lost'])
  })

  test('its longest way does not fit: turns × (attempts × timeout + backoff), with the arithmetic', () => {
    const slow = defineProcessor({
      name: 'slow',
      input: Num,
      output: Num,
      timeout: '100ms',
      retry: { attempts: 2, backoff: '50ms' },
      process: (n) => n,
    })
    const body = pipeline('body', Num)
      .to(slow)
      .fan({ quick: pipeline('q', Num).map((n) => n), again: slow })
      .merge(sum)
    const p = (timeout: number) =>
      pipeline('p', Num, { timeout })
        .to(slow, { retry: { attempts: 1 } })
        .loop(body, { until: () => true, max: 3, onMax: 'value' })
        .branch(() => 'a' as const, { a: slow, b: PROCESSORS[0] as (typeof PROCESSORS)[0] })
    // 1 × 100, then 3 × (2 × 100 + 50) twice in each turn, then 2 × 100 + 50.
    const ms = 100 + 3 * 250 + 3 * 250 + 250
    expect(p(ms).problems()).toEqual([])
    const [problem, ...others] = p(ms - 1).problems()
    expect(others).toEqual([])
    expect(problem).toMatchObject({ path: 'p.timeout', value: ms - 1 })
    expect(problem?.what).toContain(
      'slow 1 × 100 ms + 0 ms + 3 turns × (loop.body.slow 2 × 100 ms + 50 ms) + 3 turns × (loop.body.again 2 × 100 ms + 50 ms) + branch.a 2 × 100 ms + 50 ms = 1850 ms',
    )
  })

  test('system.run refuses it with the same', async () => {
    await using system = createSystem()
    const p = pipeline('p', Num)
      .fan({ a: PROCESSORS[0] as (typeof PROCESSORS)[0] })
      .merge(sum, { quorum: 2 })
    await expect(system.run(p)).rejects.toMatchObject({
      code: 'pipeline-plan',
      path: 'merge.quorum',
      value: 2,
    })
  })
})
