import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createInference, createSystem, defineActor, defineProcessor, pipeline } from '../../src/index.ts'

const throwing = () => {
  const no = (): never => {
    throw new TypeError('not for you')
  }
  return new Proxy({}, { get: no, has: no, ownKeys: no, getPrototypeOf: no, getOwnPropertyDescriptor: no })
}
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const getters = () => ({
  get name(): string {
    throw new TypeError('not for you')
  },
})
const HOSTILE: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => ({}),
  () => [],
  () => 'x',
  () => 0,
  () => Symbol('s'),
  () => () => 1,
  revoked,
  throwing,
  getters,
]
const FACTORIES: readonly [string, (options: never) => unknown][] = [
  ['createSystem', createSystem],
  ['createSystem with an engine', (inference) => createSystem({ inference })],
  ['createInference', createInference],
  ['defineActor', defineActor],
  ['defineProcessor', defineProcessor],
]

test.each(FACTORIES)(
  '%s takes what it is given, or refuses it by its path with a remedy',
  async (_name, make) => {
    for (const hostile of HOSTILE) {
      let made: unknown
      try {
        made = make(hostile() as never)
      } catch (error) {
        expect(error).toMatchObject({
          code: 'invalid-argument',
          path: expect.any(String),
          remedy: expect.any(String),
        })
      }
      await (made as { stop?: () => Promise<void> } | undefined)?.stop?.()
    }
  },
)

test('an option that the engine does not have is refused, with the nearest that it has', async () => {
  const refused = { code: 'invalid-argument', message: expect.stringContaining("'workers'") }
  expect(() => createInference({ workrs: 2 } as never)).toThrow(expect.objectContaining(refused) as Error)
  expect(() => createSystem({ inference: { workrs: 2 } as never })).toThrow(
    expect.objectContaining(refused) as Error,
  )
  await createInference().stop()
})

test.each([
  ['log', 5],
  ['log', true],
  ['log', {}],
  ['log', { warn() {}, error() {} }],
  ['serializeMessages', 'yes'],
  ['ganglion.supervision', 5],
  ['kernel', {}],
  ['kernel', { clock: {} }],
] as const)('createSystem refuses %s: %j by its path', (path, value) => {
  const options = { [path.replace('ganglion.', '')]: value }
  expect(() => createSystem(options as never)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path }),
  )
})

test.each([
  ['workers', 'two'],
  ['workers.mn', { mn: 1 }],
  ['cache', -1],
  ['cache.maxbytes', { maxbytes: 1 }],
  ['recycle.run', { run: 1 }],
  ['isolation', 'moon'],
  ['coalesce', 'yes'],
] as const)('createInference and a system’s engine refuse %s by its path', (path, value) => {
  const options = { [path.split('.')[0] as string]: value } as never
  const refused = expect.objectContaining({ code: 'invalid-argument', path })
  expect(() => createInference(options)).toThrow(refused)
  expect(() => createSystem({ inference: options })).toThrow(refused)
})

test.each([
  ['x.on', { on: new Proxy({}, { ownKeys: () => Object.keys(throwing()) }) }],
  [
    'x.on',
    {
      on: {
        get go(): never {
          throw new TypeError('no')
        },
      },
    },
  ],
  ['x.states', { states: 5 }],
  ['x.states.a', { states: { a: null } }],
  ['x.reentrant', { reentrant: 'yes' }],
  ['x.significant', { significant: 1 }],
  ['x.retry.skipAhead', { retry: { skipAhead: 'no' } }],
] as const)('defineActor refuses %s', (path, spec) => {
  expect(() => defineActor({ name: 'x', ...spec } as never)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path }),
  )
})

const Any = z.unknown()
const step = (process: (ctx: never) => unknown) =>
  defineProcessor({ name: 'step', input: Any, output: Any, process: (_x, ctx) => process(ctx as never) })

test.each([
  ['step.human', undefined],
  ['step.human', null],
  ['step.human.question', {}],
  ['step.human.question', { question: 1 }],
  ['step.human.answer', { question: 'a', answer: 5 }],
  ['step.human.dta', { question: 'a', dta: 1 }],
  ['step.human', revoked()],
] as const)('a question to a person is refused by %s, and does not wait for one', async (path, question) => {
  await using system = createSystem()
  const asks = step(async (ctx: { human(question: unknown): Promise<unknown> }) => ctx.human(question))
  const running = await system.run(pipeline('p', Any).to(asks))
  await expect(running.ask(1)).rejects.toMatchObject({
    code: 'processor-failed',
    cause: { code: 'invalid-argument', path },
  })
  expect(running.pending()).toEqual([])
})

describe('options of a call that are of another type', () => {
  test.each([
    ['orderKey', 5],
    ['idempotencyKey', {}],
  ] as const)('%s: of an actor, a processor and a pipeline', async (option, value) => {
    await using system = createSystem()
    const ref = system.spawn(defineActor({ name: 'x', on: { go: () => 1 } }))
    const processor = system.spawn(step(() => 1))
    const running = await system.run(pipeline('p', Any).to(step(() => 1)))
    const options = { [option]: value } as never
    const refused = { code: 'invalid-argument', path: option }
    await expect(ref.ask('go', undefined, options)).rejects.toMatchObject(refused)
    await expect(ref.offer('go', undefined, options)).rejects.toMatchObject(refused)
    expect(() => ref.tell('go', undefined, options)).toThrow(expect.objectContaining(refused))
    await expect(processor.ask(1, options)).rejects.toMatchObject(refused)
    await expect(running.ask(1, options)).rejects.toMatchObject({ ...refused, path: `p.${option}` })
  })

  test('an observer of a run, and the store of a checkpoint', async () => {
    await using system = createSystem()
    const running = await system.run(pipeline('p', Any).to(step(() => 1)))
    await expect(running.ask(1, { onEvent: 5 as never })).rejects.toMatchObject({ path: 'p.onEvent' })
    for (const [path, stored] of [
      ['stored.store', { store: {}, key: 'k' }],
      ['stored.key', { store: {}, key: 1 }],
      ['stored.ky', { store: {}, ky: 'k' }],
    ] as const) {
      await expect(running.resume(stored as never)).rejects.toMatchObject({ code: 'invalid-argument', path })
      await expect(running.checkpoint(1, stored as never)).rejects.toMatchObject({ path })
    }
  })
})
