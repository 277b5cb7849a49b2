import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'

const same = defineProcessor({ name: 'same', input: z.unknown(), output: z.unknown(), process: (x) => x })
const schema = (validate: () => unknown): typeof same.input =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as never

describe('an input whose schema never answers', () => {
  const never = pipeline(
    'never',
    schema(() => new Promise(() => {})),
  ).to(same)

  test('ends with the timeout of its ask, trace or stream [G31]', async () => {
    await using system = createSystem()
    const running = await system.run(never)
    const late = { code: 'deadline', waitingFor: ['never.input'] }
    await expect(running.ask(1, { timeout: 5 })).rejects.toMatchObject(late)
    await expect(running.trace(1, { timeout: 5 })).rejects.toMatchObject(late)
    await expect(running.stream(1, { timeout: 5 }).next()).rejects.toMatchObject(late)
  })

  test('ends with its signal', async () => {
    await using system = createSystem()
    const running = await system.run(never)
    const controller = new AbortController()
    const asked = running.ask(1, { signal: controller.signal, timeout: Number.POSITIVE_INFINITY })
    controller.abort('enough')
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })

  test.each(['pipeline', 'system'])('ends with its %s', async (what) => {
    const system = createSystem()
    const running = await system.run(never)
    const asked = running.ask(1, { timeout: Number.POSITIVE_INFINITY }).catch((error) => error)
    await (what === 'pipeline' ? running : system).stop({ drain: 0 })
    expect(await asked).toMatchObject({ code: 'pipeline-stopped' })
    await system.stop()
  })
})
