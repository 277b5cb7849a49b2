import { readFileSync, rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { z } from 'zod'
import {
  all,
  defineActor,
  defineProcessor,
  GanglionError,
  pipeline,
  platformKernel,
} from '../../src/index.ts'
import { RoutingMatrix } from '../../src/routing/index.ts'
import { simulate } from '../../src/simulation/index.ts'
import { createTestSystem } from '../../src/testkit/index.ts'

/** Every entry of the package, by what a user imports it as. */
const ENTRIES: Record<string, { default: string } | string> = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).exports

const no = (): never => {
  throw new TypeError('not for you')
}
const throwing = () =>
  new Proxy({}, { get: no, has: no, ownKeys: no, getPrototypeOf: no, getOwnPropertyDescriptor: no })
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const getters = () =>
  Object.defineProperties(
    {},
    Object.fromEntries(['name', 'kernel', 'key', 'docs'].map((key) => [key, { get: no, enumerable: true }])),
  )
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  '{}': () => ({}),
  '[]': () => [],
  "'x'": () => 'x',
  '0': () => 0,
  NaN: () => Number.NaN,
  bigint: () => 1n,
  symbol: () => Symbol('s'),
  function: () => () => 1,
  misspelt: () => ({ nosuchoption: 1 }),
  nested: () => ({ name: revoked(), retry: null, bounds: null, names: [null], edges: null }),
  'a bare object': () => Object.create(null),
  'a revoked proxy': revoked,
  'a proxy that throws': throwing,
  'getters that throw': getters,
}

const exported = await Promise.all(
  Object.entries(ENTRIES).flatMap(([entry, to]) =>
    typeof to === 'string'
      ? []
      : [
          import(
            new URL(`../../${to.default.replace('./dist/', '').replace(/\.js$/, '.ts')}`, import.meta.url)
              .href
          ).then((room: object) =>
            Object.entries(room).map(([name, value]) => ({
              name: `ganglion${entry.slice(1)}: ${name}`,
              value,
            })),
          ),
        ],
  ),
)
/** What is not a function can't be called. */
const CALLABLE = exported.flat().filter(({ value }) => typeof value === 'function')

type Callable = (...args: unknown[]) => unknown

async function call(value: Callable, args: readonly unknown[]): Promise<unknown> {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value))
  const made = await (isClass ? Reflect.construct(value, args) : value(...args))
  await (made as { stop?: () => Promise<void> } | undefined)?.stop?.()
  await (made as { close?: () => Promise<void> } | undefined)?.close?.()
  return made
}

/** What it threw that a user can't tell by its code. */
async function uncoded(value: Callable, args: readonly unknown[]): Promise<string | undefined> {
  try {
    await call(value, args)
  } catch (error) {
    if (error instanceof GanglionError && typeof error.code === 'string' && error.remedy !== '')
      return undefined
    return error instanceof Error ? `${error.stack}`.split('\n').slice(0, 3).join(' | ') : 'not an error'
  }
  return undefined
}

const matrix = RoutingMatrix.from({ names: ['a', 'b'], edges: [{ from: 'a', to: 'b', weight: 1 }] })
const kernel = platformKernel()
const Echo = defineActor({ name: 'echo', on: { say: (_ctx, text: string) => text } })
const Upper = defineProcessor({
  name: 'upper',
  input: z.string(),
  output: z.string(),
  process: (text) => text,
})
const run = await simulate({}, () => {})
/** What the exports with more than one argument take: each place is then tried with what it does not. */
const TAKEN: Readonly<Record<string, readonly unknown[]>> = {
  Aggregator: [{ kernel, name: 'a', expected: ['x'], merge: () => 1, onResult: no, onFailure: no }],
  ModelRepository: [['.'], {}],
  PrivacyAccountant: [{ delta: 0.1 }, { rounds: [] }],
  abTest: [{ a: 1, b: 1 }, {}],
  behaviorTestkit: [Echo, {}],
  cheapestWithin: [{ a: 1 }, {}],
  conditional: [{ a: () => true }, {}],
  custom: ['./task.js', { model: 'm' }],
  embeddings: ['m', {}],
  errorChain: [new Error('x'), 1],
  explore: [{ runs: 1 }, () => {}],
  fromMachine: [createMachine({}), {}],
  gaussianRdp: [2, 1, 1],
  htmlReport: [{ title: 't', result: run }, {}],
  leaks: [createTestSystem(), []],
  linearRounds: [matrix, { bias: new Float64Array(2) }],
  ocr: ['m', {}],
  pageRank: [matrix, {}],
  pipeline: ['p', z.string(), {}],
  pipelineFromJSON: [pipeline('p', z.string()).to(Upper).toJSON(), { processors: [Upper] }],
  probe: [createTestSystem(), 'p'],
  propagateLabels: [matrix, { seeds: { a: 'x' } }],
  questionAnswering: ['m', {}],
  reduce: [() => 0, () => 0],
  replay: [run.token, () => {}],
  reranking: ['m', {}],
  resilience: [kernel, { name: 'r' }],
  scenario: ['file:///x', {}, () => {}],
  shadow: [all(), { to: ['b'] }],
  shrink: [run.token, () => {}, {}],
  simulate: [{}, () => {}],
  tensors: ['m', {}],
  textClassification: ['m', {}],
  thompson: [{ prior: { good: 1, bad: 1 } }],
  tokenClassification: ['m', {}],
  until: [() => true, {}],
  voiceActivity: ['m', {}],
}

test('the entries of the package are found', () => {
  expect(CALLABLE.length).toBeGreaterThan(60)
})

// The journal in the folder 'x'.
afterAll(() => rmSync('x', { recursive: true, force: true }))

describe.each(CALLABLE)('$name', ({ name, value }) => {
  test('takes what it is given, or refuses it by a code with a remedy', async () => {
    const faults: string[] = []
    for (const [a, first] of Object.entries(HOSTILE)) {
      const alone = await uncoded(value, [first()])
      if (alone !== undefined) faults.push(`(${a}): ${alone}`)
      for (const [b, second] of Object.entries(HOSTILE)) {
        const both = alone ?? (await uncoded(value, [first(), second()]))
        if (both !== undefined && alone === undefined) faults.push(`(${a}, ${b}): ${both}`)
      }
    }
    const taken = TAKEN[name.slice(name.indexOf(': ') + 2)] ?? []
    for (const at of taken.keys()) {
      for (const [a, hostile] of Object.entries(HOSTILE)) {
        const fault = await uncoded(value, taken.with(at, hostile()))
        if (fault !== undefined) faults.push(`${a} at ${at} of what it takes: ${fault}`)
      }
    }
    expect(faults).toEqual([])
  })
})

describe.each(CALLABLE.filter(({ value }) => value.prototype instanceof GanglionError))(
  '$name',
  ({ value }) => {
    test('is an error that says something, whatever it is made of in any place', () => {
      for (const first of Object.values(HOSTILE)) {
        for (const others of Object.values(HOSTILE)) {
          const made = Reflect.construct(value, [
            first(),
            ...Array.from({ length: 5 }, others),
          ]) as GanglionError
          expect(typeof made.message).toBe('string')
          expect(typeof made.toJSON().name).toBe('string')
        }
      }
    })
  },
)
