import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const codec = new URL('../../src/message/codec.ts', import.meta.url).href
const root = fileURLToPath(new URL('../..', import.meta.url))

/** In its own process: what is measured is the whole of its memory outside of the heap. */
const SCRIPT = `
const { encodeMessage } = await import(${JSON.stringify(codec)})
const header = { id: 1, kind: 'input', type: 't', destination: 'd', correlation: 1, attempt: 1, priority: 0 }
const encode = (body) => {
  try {
    return encodeMessage({ header, body, trailer: { hops: [] } }).length
  } catch (error) {
    return error.code
  }
}
const held = async () => {
  for (let i = 0; i < 3; i++) {
    gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().arrayBuffers
}
encode(1)
const before = await held()
const results = [
  encode(new Uint8Array(60e6)) > 60e6,
  encode(Array.from({ length: 300 }, () => '漢'.repeat(350_000))),
  encode(Array.from({ length: 300 }, () => 'x'.repeat(1_000_000))),
  encode(Array.from({ length: 5 }, () => new Uint8Array(20e6))),
]
console.log(JSON.stringify({ results, keptMB: ((await held()) - before) / 1e6 }))
`

test('encodeMessage returns the memory of a large message, and of a refused one', {
  timeout: 60_000,
}, async () => {
  const args = ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', SCRIPT]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const { results, keptMB } = JSON.parse(stdout) as { results: unknown[]; keptMB: number }
  const refused = 'not-serializable'
  expect(results).toEqual([true, refused, refused, refused])
  expect(keptMB).toBeLessThan(2)
})
