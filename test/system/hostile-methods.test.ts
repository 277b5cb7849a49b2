import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, GanglionError, pipeline, platformKernel } from '../../src/index.ts'
import { createInference } from '../../src/inference/index.ts'
import { resilience } from '../../src/supervision/resilience.ts'

const no = (): never => {
  throw new TypeError('not for you')
}
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()
const throwing = new Proxy(
  {},
  { get: no, has: no, ownKeys: no, getPrototypeOf: no, getOwnPropertyDescriptor: no },
)
const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  0,
  'x',
  1n,
  Symbol('s'),
  [],
  {},
  { nosuch: 1 },
  () => 1,
  revoked,
  throwing,
]

const Upper = defineProcessor({
  name: 'upper',
  input: z.string(),
  output: z.string(),
  process: (t) => t.toUpperCase(),
})
const system = createSystem({ log: false })
const engine = createInference()
afterAll(async () => {
  await system.stop()
  await engine.stop()
})
const running = await system.run(
  pipeline('p', z.string())
    .fan({ a: Upper, b: Upper })
    .merge(({ a, b }) => a + b),
)
const work = resilience(platformKernel(), { name: 'w' })

type Call = (given: never) => unknown
const METHODS: Readonly<Record<string, Call>> = {
  'pipeline.to': (given) => pipeline('q', z.string()).to(given),
  'pipeline.to, options': (given) => pipeline('q', z.string()).to(Upper, given),
  'pipeline.branch': (given) => pipeline('q', z.string()).branch(() => 'a', given),
  'pipeline.branch, a way': (given) => pipeline('q', z.string()).branch(() => 'a', { a: given }),
  'pipeline.loop': (given) => pipeline('q', z.string()).loop(given, { max: 1, until: () => true }),
  'pipeline.loop, options': (given) => pipeline('q', z.string()).loop(Upper, given),
  'running.swap': (given) => running.swap(given),
  'running.weights': (given) => running.weights(given),
  'running.replace': (given) => running.replace('a', given),
  'running.add': (given) => running.add('c', Upper, given),
  'running.remove': (given) => running.remove(given),
  'running.resize': (given) => running.resize('a', given),
  'running.ask, options': (given) => running.ask('x', given),
  'deadLetters.list': (given) => system.deadLetters.list(given),
  'deadLetters.replay': (given) => system.deadLetters.replay(given),
  'engine.run': (given) => engine.run(given, ['x'] as never),
  'engine.warm': (given) => engine.warm(given),
  'engine.swap': (given) => engine.swap(given),
  'resilience.run': (given) => work.run(given),
}

test.each(Object.keys(METHODS))('%s refuses what it cannot take by a code, and goes on', async (name) => {
  const raw: string[] = []
  for (const given of HOSTILE) {
    try {
      await (METHODS[name] as Call)(given as never)
    } catch (error) {
      if (!(error instanceof GanglionError)) raw.push(`${typeof given}: ${String(error)}`)
    }
  }
  expect(raw).toEqual([])
  expect(await running.ask('x')).toBe('XX')
})
