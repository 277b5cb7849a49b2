import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { pipelineFromJSON } from '../../../src/pipeline/index.ts'
import { onManualClock } from '../../system/on-manual-clock.ts'

const N = z.number()

test('optional branches go under load, the least worth for its cost first, and come back by themselves [G62]', async () => {
  const { kernel, system, wait } = onManualClock()
  const step = (name: string, ms: number) =>
    defineProcessor({
      name,
      input: N,
      output: N,
      process: async (n) => {
        await wait(ms)
        return n
      },
    })
  const fan = pipeline('p', N, { timeout: '20s', admission: { limit: { min: 2, max: 2, initial: 2 } } })
    .fan(
      { core: step('core', 50), dear: step('dear', 40), cheap: step('cheap', 10) },
      { optional: { dear: 'under-load', cheap: { worth: 2 } } },
    )
    .merge(({ core, dear, cheap }, { missing }) => ({
      core,
      dear,
      cheap,
      missing: [...missing],
    }))
  expect(JSON.parse(JSON.stringify(fan)).nodes.at(-1)).toMatchObject({ optional: { dear: 1, cheap: 2 } })
  const again = pipelineFromJSON(JSON.parse(JSON.stringify(fan)), {
    processors: [step('core', 50), step('dear', 40), step('cheap', 10)],
    merges: { merge: () => 0 },
  })
  expect(again.toJSON()).toEqual(fan.toJSON())
  const running = await system.run(fan)
  const ask = async (n: number) => {
    const { value, joins } = await running.trace(n)
    return { missing: value.missing, shed: joins[0]?.shed }
  }
  const quiet = ask(0)
  await kernel.advance(100)
  expect(await quiet).toEqual({ missing: [], shed: undefined })
  const flood = Array.from({ length: 30 }, (_, n) => ask(n))
  await kernel.advance(3000)
  const seen = (await Promise.all(flood)).map(({ missing }) => missing.join(' '))
  expect(seen[0]).toBe('')
  expect(seen.indexOf('dear')).toBeGreaterThan(0)
  expect(seen.indexOf('dear cheap')).toBeGreaterThan(seen.indexOf('dear'))
  expect(seen).not.toContain('cheap')
  // The load has gone: run by run they come back.
  const back: (readonly string[] | undefined)[] = []
  for (let n = 0; n < 12; n++) {
    const one = ask(n)
    await kernel.advance(150)
    back.push((await one).shed)
  }
  expect(back.at(-1)).toBeUndefined()
  await Promise.all([system.stop(), kernel.settle()])
})

test('a name of no branch and a worth of nothing are refused', () => {
  const one = defineProcessor({ name: 'one', input: N, output: N, process: (n) => n })
  for (const [optional, path] of [
    [{ other: 'under-load' }, 'p.fan.optional.other'],
    [{ one: { worth: 0 } }, 'p.fan.optional.one'],
    [{ one: 'always' }, 'p.fan.optional.one'],
  ] as const) {
    expect(() =>
      pipeline('p', N)
        .fan({ one }, { optional: optional as never })
        .merge(() => 1),
    ).toThrow(expect.objectContaining({ code: 'invalid-argument', path }))
  }
})
