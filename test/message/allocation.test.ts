import { expect, test } from 'vitest'
import { withSampledHeap } from '../sampled-heap.ts'

const codec = new URL('../../src/message/codec.ts', import.meta.url).href

/** Of each of the messages: 100 records of three fields, their keys and values counted. */
const VALUES = 100 * 7
const MESSAGES = 2_000

/** What V8 allocates in a file and whatever it calls. */
const SCRIPT = `
const { decodeMessage, encodeMessage } = await import(${JSON.stringify(codec)})
const header = { id: 1, kind: 'input', type: 't', destination: 'd', correlation: 1, attempt: 1, priority: 0 }
const body = Array.from({ length: 100 }, (_, n) => ({ found: n, name: 'the record ' + n, score: n / 7 }))
const messages = (count) => {
  for (let n = 0; n < count; n++) decodeMessage(encodeMessage({ header, body, trailer: { hops: [] } }))
}
messages(${MESSAGES})
const profile = await sampled(() => messages(${MESSAGES}))
const bytes = { scan: 0, check: 0, all: 0 }
const walk = ({ callFrame, selfSize, children }, within) => {
  const own = /message.(scan|check)/.exec(callFrame.url)?.[1] ?? within
  bytes.all += selfSize
  if (own !== undefined) bytes[own] += selfSize
  for (const child of children) walk(child, own)
}
walk(profile.head, undefined)
console.log(JSON.stringify(bytes))
`

test('the values of a frame are looked at without an allocation, and those to be sent with little [G219]', {
  timeout: 240_000,
}, async () => {
  const { scan, check, all } = (await withSampledHeap(SCRIPT)) as { scan: number; check: number; all: number }
  const values = MESSAGES * VALUES
  expect(all / values).toBeGreaterThan(10)
  // One small object for each would be 16.
  expect(scan / values).toBeLessThan(1)
  // The names of a record are listed; a descriptor of each property would be a hundred more.
  expect(check / values).toBeLessThan(75)
})
