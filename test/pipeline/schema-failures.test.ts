import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { createSystem } from '../../src/system/actor-system.ts'

type Validate = (value: unknown) => unknown
const schema = (validate: Validate) => ({ '~standard': { version: 1, vendor: 'own', validate } }) as never
const thenThrows = () => ({
  // biome-ignore lint/suspicious/noThenProperty: a value that only looks like a promise
  then() {
    throw new Error('not awaited')
  },
})
const getterThrows = () =>
  Object.defineProperty({}, 'then', {
    get() {
      throw new Error('not read')
    },
  })

const FAILING: Readonly<Record<string, Validate>> = {
  'throws an object without a prototype': () => {
    throw Object.create(null)
  },
  'rejects with one': () => Promise.reject(Object.create(null)),
  'returns nothing': () => undefined,
  'resolves to nothing': async () => undefined,
  'returns a result whose then throws': thenThrows,
  'returns a result whose then can’t be read': getterThrows,
  'resolves to a value whose then throws': async () => ({ value: thenThrows() }),
  'returns issues that are no list': () => ({ issues: 4 }),
  'returns an issue that is none': () => ({ issues: [null] }),
}

const one = defineProcessor({ name: 'one', input: z.unknown(), output: z.number(), process: () => 1 })
const system = createSystem({ log: false })

describe('a schema that fails refuses by its code, with what it threw as the cause', () => {
  test.each(Object.entries(FAILING))('of a pipeline, when it %s', async (name, validate) => {
    const running = await system.run(pipeline(`in, ${name}`, schema(validate)).to(one as never))
    const refused = { code: 'schema', path: `in, ${name}.input`, issues: [{ message: expect.any(String) }] }
    await expect(running.ask(1 as never)).rejects.toMatchObject(refused)
    await expect(running.trace(1 as never)).rejects.toMatchObject(refused)
    await expect(running.stream(1 as never).next()).rejects.toMatchObject(refused)
    expect(running.inFlight).toBe(0)
  })

  test.each(Object.entries(FAILING))('of a processor, when it %s', async (_name, validate) => {
    const step = defineProcessor({
      name: 'step',
      input: schema(validate),
      output: z.number(),
      retry: { attempts: 1 },
      process: () => 1,
    })
    const asked = system.spawn(step).ask(1 as never)
    await expect(asked).rejects.toMatchObject({ code: 'handler-failed', cause: { code: 'schema' } })
  })

  test('of a processor that would replace one', async () => {
    const running = await system.run(pipeline('replaced', z.unknown()).to(one, { name: 'step' }))
    await running.ask(1)
    for (const validate of Object.values(FAILING)) {
      const better = defineProcessor({
        name: 'one',
        input: schema(validate),
        output: z.number(),
        process: () => 2,
      })
      await expect(running.replace('step', better)).rejects.toMatchObject({
        code: 'reshape',
        cause: { code: 'schema' },
      })
    }
    expect(await running.ask(1)).toBe(1)
  })
})

test.each([
  ['throws', thenThrows],
  ['can’t be read', getterThrows],
])('a value whose then %s is an input like any other', async (how, make) => {
  const running = await system.run(
    pipeline(
      `value, ${how}`,
      schema(() => ({ value: make() })),
    ).to(one as never),
  )
  expect(await running.ask(1 as never)).toBe(1)
  expect((await running.trace(1 as never)).value).toBe(1)
})
