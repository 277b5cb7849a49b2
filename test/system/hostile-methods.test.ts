import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type Ctx,
  createSystem,
  defineActor,
  defineProcessor,
  GanglionError,
  MemoryStore,
  MemoryTransport,
  pipeline,
  platformKernel,
} from '../../src/index.ts'
import { CorePlan, createInference, ModelRepository } from '../../src/inference/index.ts'
import { RouteTable, RoutingMatrix } from '../../src/routing/index.ts'
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
const idle = system.spawn(defineActor({ name: 'idle', on: { go: () => {} } }))
let kept: Ctx<unknown> | undefined
const keeper = system.spawn(
  defineActor({
    name: 'keeper',
    on: {
      keep: (ctx) => {
        kept = ctx
      },
      tick: () => {},
    },
  }),
)
await keeper.ask('keep')
const { timers } = kept as unknown as Ctx<unknown>
const matrix = RoutingMatrix.from({ names: ['a', 'b'], edges: [{ from: 'a', to: 'b', weight: 1 }] })
const transport = new MemoryTransport(platformKernel())
const store = new MemoryStore()
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
  'running.add, a processor': (given) => running.add('d', given, { at: 'merge' }),
  'running.add, a name': (given) => running.add(given, Upper, { at: 'nowhere' }),
  'running.resize, a name': (given) => running.resize(given, 2),
  'running.replace, a name': (given) => running.replace(given, Upper),
  'running.kill': (given) => running.kill(given),
  'running.feedback': (given) => running.feedback(given, 1),
  'running.feedback, a reward': (given) => running.feedback(1, given),
  'running.why': (given) => running.why(given),
  'running.explain': (given) => running.explain(given),
  'running.checkpoint': (given) => running.checkpoint(given),
  'running.resume': (given) => running.resume(given),
  'running.answer': (given) => running.answer(given, 'yes'),
  'running.replay': (given) => running.replay(given, { from: 'a' }),
  'running.stream, a buffer': (given) => running.stream('x', { buffer: given }).return?.(),
  'running.routes.restore': (given) => running.routes.restore(given),
  'system.ledger': (given) => system.ledger(given),
  'system.subscribe': (given) => system.subscribe('topic', given, 'x' as never)(),
  'system.spawn': (given) => system.spawn(given),
  'ref.tell, a priority': (given) => idle.tell('go', undefined, { priority: given }),
  'timers.after, a key': (given) => timers.after(given, 1, 'tick'),
  'timers.every, a key': (given) => timers.every(given, 1000, 'tick'),
  'timers.after, a delay': (given) => timers.after('key', given, 'tick'),
  'timers.cancel': (given) => timers.cancel(given),
  'pipeline.toSVG': (given) => pipeline('q', z.string()).to(Upper).toSVG(given),
  'RoutingMatrix.from, names': (given) => RoutingMatrix.from({ names: given, edges: [] }),
  'RoutingMatrix.from, edges': (given) => RoutingMatrix.from({ names: ['a'], edges: given }),
  'RoutingMatrix.from, A': (given) => RoutingMatrix.from({ names: ['a'], A: given }),
  'RoutingMatrix.fromCsv': (given) => RoutingMatrix.fromCsv(given),
  'RoutingMatrix.load': (given) => RoutingMatrix.load(given),
  'matrix.indexOf': (given) => matrix.indexOf(given),
  'matrix.with': (given) => matrix.with(given),
  'matrix.with, options': (given) => matrix.with([], given),
  'matrix.with, names': (given) => matrix.with([], { add: given }),
  'matrix.without': (given) => matrix.without(given),
  'matrix.apply': (given) => matrix.apply(given),
  'matrix.reachableFrom': (given) => matrix.reachableFrom(given),
  'matrix.expect': (given) => matrix.expect(given),
  'matrix.toString': (given) => matrix.toString(given),
  'table.branches': (given) => matrix.table().branches(given),
  'table.weightOf': (given) => matrix.table().weightOf(given, given),
  'table.apply': (given) => matrix.table().apply(given, new Float64Array(2)),
  'table.apply, y': (given) => matrix.table().apply(new Float64Array(2), given),
  'RouteTable.compile': (given) => RouteTable.compile(given, given, given),
  'transport.send': (given) => transport.send(given, new Uint8Array(1)),
  'transport.send, a frame': (given) => transport.send('to', given),
  'transport.subscribe': (given) => transport.subscribe('to', given),
  'store.get': (given) => store.get(given),
  'store.commit': (given) => store.commit(given),
  'store.commit, a write': (given) => store.commit([given]),
  'store.commit, a value': (given) => store.commit([{ key: 'k', value: given }]),
  'store.list': (given) => store.list(given)[Symbol.asyncIterator]().next(),
  'store.list, options': (given) => store.list('', given)[Symbol.asyncIterator]().next(),
  'plan.reserve': (given) => new CorePlan(4).reserve(given),
  'repository.find': (given) => new ModelRepository().find(given),
  'repository.find, a version': (given) => new ModelRepository().find('nosuch', given),
  'repository.find, limits': (given) => new ModelRepository().find('nosuch', undefined, given),
  'repository.use': (given) => new ModelRepository().use(given),
}

test.each(Object.keys(METHODS))('%s refuses what it cannot take by a code, and continues', async (name) => {
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
