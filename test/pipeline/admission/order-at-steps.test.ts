import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline, type RunningPipeline } from '../../../src/index.ts'
import type { PipelineAskOptions } from '../../../src/pipeline/index.ts'
import { until } from '../../../src/testkit/until.ts'

type Mailbox = { capacity?: number; overflow?: 'drop-oldest' }
type Asked = readonly [text: string, options?: PipelineAskOptions]

/**
 * A step that serves one message at a time, and what it has begun. It holds the first until `go`: until then the others wait
 * there.
 */
function heldStep(mailbox: Mailbox = {}) {
  const begun: string[] = []
  let go = (): void => {}
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  const held = defineProcessor({
    name: 'held',
    input: z.string(),
    output: z.string(),
    mailbox,
    async process(text) {
      begun.push(text)
      if (begun.length === 1) await gate
      return text
    },
  })
  return { begun, held, go: () => go() }
}

function loadOf(running: Pick<RunningPipeline<string, string>, 'processors'>, step: string): number {
  return running.processors().find(({ name }) => name === step)?.load ?? 0
}

/** The order in which a step serves runs that all wait for it. */
async function served(asked: readonly Asked[], mailbox: Mailbox = {}) {
  const { begun, held, go } = heldStep(mailbox)
  const system = createSystem()
  const running = await system.run(pipeline('p', z.string()).to(held))
  const first = running.ask('first of all', { timeout: Number.POSITIVE_INFINITY })
  await until(() => begun.length === 1)
  let lost = 0
  const asks = asked.map(([text, options]) => running.ask(text, options).catch(() => (lost += 1)))
  await until(() => lost + loadOf(running, 'held') === 1 + asked.length)
  go()
  await Promise.all([first, ...asks])
  await system.stop()
  return begun.slice(1)
}

test('runs go in the order in which they began, whatever their deadlines and priorities [G181]', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`)
  const order = await served(
    texts.map((text, i) => [
      text,
      { timeout: `${60 - i}s`, priority: i % 3, ...(i % 4 === 0 ? { orderKey: 'k' } : {}) },
    ]),
  )
  expect(order).toEqual(texts)
})

test('a run on its second turn of a loop goes before runs that were asked after it [G181]', async () => {
  const begun: string[] = []
  const twice = defineProcessor({
    name: 'twice',
    input: z.string(),
    output: z.string(),
    async process(text) {
      begun.push(text)
      return text
    },
  })
  const system = createSystem()
  const running = await system.run(
    pipeline('p', z.string()).loop(twice, {
      until: (text) => begun.filter((one) => one === text).length === 2,
      max: 3,
    }),
  )
  const texts = Array.from({ length: 12 }, (_, i) => `run ${i}`)
  await Promise.all(texts.map((text) => running.ask(text)))
  // While it comes back, the next few may have their first turn; in order of arrival all of them would.
  expect(begun.lastIndexOf('run 0')).toBeLessThan(begun.indexOf('run 11'))
  await system.stop()
})

test('a full step with drop-oldest sheds what was sent first [G181]', async () => {
  const order = await served([['oldest'], ['second'], ['third'], ['fourth']], {
    capacity: 3,
    overflow: 'drop-oldest',
  })
  expect(order).toEqual(['second', 'third', 'fourth'])
})
