import { expect, test } from 'vitest'
import { createSystem, defineActor } from '../../src/index.ts'

test('[G3] with serializeMessages a retry sees the body as it was sent, whatever an attempt has changed', async () => {
  await using system = createSystem({ log: false, serializeMessages: true })
  const seen: number[][] = []
  const Sums = defineActor({
    name: 'sums',
    retry: { attempts: 3 },
    on: {
      sum(ctx, numbers: number[]) {
        seen.push([...numbers])
        numbers.push(100)
        if (ctx.attempt < 3) throw new Error('again')
        return numbers.length
      },
    },
  })
  expect(await system.spawn(Sums).ask('sum', [1, 2])).toBe(3)
  expect(seen).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})
