import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderOf, run, start } from './cli.ts'

const source = new URL('../../dist/src/index.js', import.meta.url).href
const made = (text: string): string => `import { defineProcessor, pipeline } from ${JSON.stringify(source)}
const Any = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
const step = (name) => defineProcessor({ name, input: Any, output: Any, process: (x) => x })
const made = (name) => pipeline(name, Any).to(step('step'))
${text}
`

let folder: string
const taken = createServer()
beforeAll(async () => {
  folder = await folderOf({
    'one.mjs': made("export const one = made('one')"),
    'two.mjs': made("export const one = made('one')\nexport const two = made('two')"),
    'twice.mjs': made("export const one = made('deep')\nexport default one"),
    'clash.mjs': made("export const one = made('two')\nexport default made('one')"),
    'options.mjs': made("export const one = made('one')\nexport const service = 5"),
    'own.mjs': made("export const service = made('own')"),
    'busy.mjs': made("setInterval(() => undefined, 1000)\nexport const one = made('one')"),
    'throws.mjs': '\nconst nothing = undefined\nexport const one = nothing.here\n',
    'none.mjs': 'setInterval(() => undefined, 1000)\nexport const one = 1\n',
    'foreign.json': '{ "results": [{ "rate": "5" }] }',
    'text.txt': 'a text',
    'docs/a.md': '# A\n\nA kettle has a warranty of 30 months.\n',
  })
  await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  taken.close()
  await rm(folder, { recursive: true })
})
const runIn = (args: readonly string[]) => {
  const { port } = taken.address() as AddressInfo
  const words = args.map((word) => (word === 'TAKEN' ? String(port) : word))
  return run(words, { cache: join(folder, 'cache'), cwd: folder })
}

const RATE = ['--rate', '20', '--duration', '100ms', '--warmup', '0']
const BENCH = ['bench', 'one.mjs', '--input', '1']
const wrong: readonly [says: string, ...words: string[]][] = [
  ["--port is ''", 'serve', 'one.mjs', '--port', ''],
  ["--port is '0x50'", 'serve', 'one.mjs', '--port', '0x50'],
  ["--drain is 'soon'", 'serve', 'one.mjs', '--drain', 'soon'],
  ['token is not', 'serve', 'one.mjs', '--port', '0', '--token', ''],
  ['(EADDRINUSE): something else listens there', 'serve', 'one.mjs', '--port', 'TAKEN'],
  ["there is no file 'nowhere.mjs'", 'serve', 'nowhere.mjs'],
  ["'docs' is no file", 'serve', 'docs'],
  ['(throws.mjs:3). Correct it', 'serve', 'throws.mjs'],
  ['exports nothing that can be served', 'serve', 'none.mjs'],
  ["two that can be served are named 'one'", 'serve', 'clash.mjs'],
  ["'service' is no object of options", 'serve', 'options.mjs'],
  ["--drain is 'x'", 'serve', '--docs', 'docs', '--drain', 'x'],
  ["--port is 'x'", 'mcp', 'docs', '--port', 'x'],
  ['--token is of HTTP', 'mcp', 'docs', '--token', 'secret'],
  ['there is no folder', 'mcp', 'nowhere'],
  ["'1e9' is no rate", ...BENCH, '--rate', '1e9'],
  ["'5..1' is no rate", ...BENCH, '--rate', '5..1'],
  ['more than 10000000 requests', ...BENCH, '--rate', '100000000'],
  ['less than one request', ...BENCH, '--rate', '0.01', '--duration', '1s'],
  ["--duration is '0'", ...BENCH, '--duration', '0'],
  ["--deadline is '0'", ...BENCH, '--deadline', '0'],
  ["--seed is ''", ...BENCH, '--seed', ''],
  ['is no report of ganglion bench: results.0.rate', ...BENCH, '--compare', 'foreign.json'],
  ['is not JSON', ...BENCH, '--compare', 'text.txt'],
  ['it is a folder', ...BENCH, '--html', 'docs'],
  ['no such folder', ...BENCH, '--html', 'text.txt/report.html'],
  ["exports nothing named 'other'. Choose one with --name: one", ...BENCH, '--name', 'other'],
  ['exports several. Choose one with --name: one, two', 'bench', 'two.mjs', '--input', '1'],
  ['--token is for a URL', ...BENCH, '--token', 'secret'],
  ['--token is no bearer token', 'bench', 'http://localhost:1/', '--input', '1', '--token', 'a b'],
  ["'http://[' is no URL", 'bench', 'http://[', '--input', '1'],
  ["'ftp://host/x' is no URL", 'bench', 'ftp://host/x', '--input', '1'],
]

describe('[G202] wrong use', () => {
  test.each(wrong)('%s', { timeout: 60_000 }, async (says, ...words) => {
    const { code, stdout, stderr } = await runIn(words)
    expect(stderr).toContain(says)
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    })
  })

  test('what a module leaves open keeps no command from ending', { timeout: 60_000 }, async () => {
    const { code, stdout } = await runIn(['bench', 'busy.mjs', '--input', '1', ...RATE])
    expect([code, stdout]).toEqual([0, expect.stringContaining('where the time of a request goes')])
  })

  test.each([
    ['what is exported by name and by default is served once', 'twice.mjs', '/pipelines/one'],
    ["a pipeline that is exported as 'service' is served", 'own.mjs', '/pipelines/service'],
    ['a module that leaves a timer open', 'busy.mjs', '/pipelines/one'],
  ])('%s, and ends at SIGTERM', { timeout: 60_000 }, async (_what, file, path) => {
    const serving = start(['serve', file, '--port', '0'], { cache: join(folder, 'cache'), cwd: folder })
    await serving.saw(path, 'stdout')
    serving.child.kill('SIGTERM')
    const { code, stdout } = await serving.ended
    expect([code, stdout.split('POST').length]).toEqual([0, 2])
  })
})
