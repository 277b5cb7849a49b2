import { readFileSync } from 'node:fs'
import { explore, replay, shrink } from 'ganglion/simulation'
import { expect, test } from 'vitest'
import payment from '../../examples/03-payment.sim.ts'

test('the guide’s example is found, replays, and shrinks to the guide’s story', async () => {
  const found = await explore({ runs: 200 }, payment)
  expect(found.failure?.invariant).toBe('one effect per idempotency key')
  const token = found.failure?.token as string
  expect((await replay(token, payment)).failure?.invariant).toBe('one effect per idempotency key')
  const { story, after } = await shrink(token, payment)
  expect(after).toMatchObject({ faults: 1, messages: 3, delays: 0 })
  expect(story).toMatch(/⚡ ackLost of the reply to charge \(card → till\)/)
})

test('the guide shows the example as it is', () => {
  const guide = readFileSync(new URL('../../docs/simulation.md', import.meta.url), 'utf8')
  const [, ...lines] = readFileSync(
    new URL('../../examples/03-payment.sim.ts', import.meta.url),
    'utf8',
  ).split('\n')
  expect(guide).toContain(lines.join('\n').trim())
})
