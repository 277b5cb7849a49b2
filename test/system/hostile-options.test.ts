import { expect, test } from 'vitest'
import { createInference, createSystem, defineActor, defineProcessor } from '../../src/index.ts'

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
