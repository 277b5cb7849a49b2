import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { turns } from '../../src/testkit/until.ts'

const CALLS = 200

test('a signal that many calls share brings no warning, and its abort ends every one of them', async () => {
  const warnings: Error[] = []
  const hear = (warning: Error): void => void warnings.push(warning)
  process.on('warning', hear)
  const system = createSystem({ log: false })
  const never = () => new Promise<number>(() => {})
  const Mute = defineActor({ name: 'mute', on: { ask: never } })
  const Step = defineProcessor({
    name: 'step',
    input: z.number(),
    output: z.number(),
    concurrency: CALLS,
    process: never,
  })
  const actor = system.spawn(Mute)
  const running = await system.run(pipeline('p', z.number()).to(Step))
  const other = new AbortController()
  const controller = new AbortController()
  const ended: string[] = []
  const note = ({ code }: { code: string }): void => void ended.push(code)
  for (let i = 0; i < CALLS; i++) {
    actor.ask('ask', undefined, { signal: controller.signal, timeout: '1m' }).catch(note)
    running.ask(i, { signal: controller.signal, timeout: '1m' }).catch(note)
    // One that nobody aborts stays.
    if (i === 0) actor.ask('ask', undefined, { signal: other.signal, timeout: '1m' }).catch(note)
  }
  await turns(5)
  expect(ended).toEqual([])
  controller.abort(new Error('the service goes'))
  await turns(5)
  expect(ended).toHaveLength(2 * CALLS)
  expect(warnings).toEqual([])
  process.off('warning', hear)
  await system.stop({ drain: 0 })
})
