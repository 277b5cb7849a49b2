import { getPriority } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createInference, type InferenceOptions } from '../../src/index.ts'
import { custom } from '../../src/inference/tasks/custom.ts'
import { inRepository } from './tasks/model-folders.ts'

const task = custom<null, number>(inRepository('test/inference/fixtures/modules/niceness.mjs'), {
  model: 'all-minilm-l6-v2',
})

async function niceness(options: InferenceOptions): Promise<number | undefined> {
  const engine = createInference({ workers: 1, ...options })
  try {
    return (await engine.run(task, [null]))[0]
  } finally {
    await engine.stop()
  }
}

// Elsewhere threads have no nice value of their own.
describe.runIf(process.platform === 'linux')('workers may be less urgent than the event loop', () => {
  test.each(['thread', 'process'] as const)('as asked for, in a %s', async (isolation) => {
    const own = getPriority()
    expect(await niceness({ isolation, niceness: 10 })).toBe(Math.min(19, own + 10))
    expect(getPriority()).toBe(own)
  })

  test('or not at all, by default', async () => {
    expect(await niceness({})).toBe(getPriority())
  })

  test('within the bounds of Unix', () => {
    expect(() => createInference({ niceness: 20 })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'niceness' }),
    )
  })
})
