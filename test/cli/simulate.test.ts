import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { start } from './cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'ganglion-simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (args: readonly string[]) => start(args, { cache: folder }).ended

const DIST = new URL('../../dist/src/', import.meta.url).href
const scenario = (name: string, body: string): string => {
  const file = join(folder, name)
  writeFileSync(
    file,
    `import { defineActor } from '${DIST}index.js'
import { scenario } from '${DIST}simulation/index.js'
${body}`,
  )
  return file
}

const LOSES = `
const Counter = defineActor({ name: 'counter', state: () => ({ n: 0 }), on: {
  add(ctx, by) { ctx.state.n += by },
  total: (ctx) => ctx.state.n,
} })
export default scenario(import.meta.url, { faults: { drop: 0.05 } }, async (sim) => {
  const counter = sim.system().spawn(Counter, { name: 'counter' })
  let sent = 0
  for (const _ of sim.times(5)) { counter.tell('add', 1); sent += 1 }
  await sim.settle()
  const total = await counter.ask('total').catch(() => sent)
  if (total !== sent) sim.unreachable('everything arrives')
})`

test('a reader that closes the pipe is not an error', async () => {
  const main = new URL('../../dist/src/cli/main.js', import.meta.url).pathname
  const command = `"${process.execPath}" "${main}" simulate --help | true; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command])
  expect(stderr).toBe('')
  expect(stdout.trim()).toBe('0')
})

test('explores, shrinks, writes a page, and its token replays', async () => {
  const file = scenario('loses.sim.mjs', LOSES)
  const page = join(folder, 'report.html')
  const found = await run(['simulate', file, '--runs', '200', '--shrink', '--html', page])
  expect(found.code).toBe(1)
  expect(found.stdout).toContain('✗ everything arrives')
  expect(found.stdout).toMatch(/1 fault, 2 messages/)
  expect(readFileSync(page, 'utf8')).toContain('everything arrives')
  const [token = ''] = /sim1\.[\w-]+/.exec(found.stdout) ?? []
  const again = await run(['simulate', file, '--replay', token])
  expect(again.code).toBe(1)
  expect(again.stdout).toContain('✗ everything arrives')
})

test('one JSON document, the same with one thread or two', async () => {
  const file = scenario('holds.sim.mjs', 'export default scenario(import.meta.url, () => {})')
  const one = await run(['simulate', file, '--runs', '40', '--workers', '1', '--json'])
  const two = await run(['simulate', file, '--runs', '40', '--workers', '2', '--json'])
  const { elapsedMs: _a, ...first } = JSON.parse(one.stdout) as { elapsedMs: number; ok: boolean }
  const { elapsedMs: _b, ...second } = JSON.parse(two.stdout) as { elapsedMs: number; ok: boolean }
  expect(one.code).toBe(0)
  expect(first).toEqual(second)
  expect(first.ok).toBe(true)
})

test('several files, as long as the time allows, going on after a failure', async () => {
  const holds = scenario('good.sim.mjs', 'export default scenario(import.meta.url, () => {})')
  const file = scenario('bad.sim.mjs', LOSES)
  const stopped = await run(['simulate', file, holds, '--runs', '200'])
  expect(stopped.code).toBe(1)
  expect(stopped.stdout).not.toContain('every invariant held')
  const all = await run([
    'simulate',
    file,
    holds,
    '--runs',
    '200',
    '--keep-going',
    '--strategy',
    'random',
    '--json',
  ])
  expect(all.code).toBe(1)
  const [bad, good] = JSON.parse(all.stdout) as { ok: boolean; runs: number }[]
  expect(bad).toMatchObject({ ok: false, runs: 200 })
  expect(good).toMatchObject({ ok: true, runs: 200 })
  const short = await run(['simulate', holds, '--time', '500ms', '--json'])
  expect(JSON.parse(short.stdout)).toMatchObject({ ok: true })
  expect((await run(['simulate', file, holds, '--replay', 'sim1.abc'])).code).toBe(2)
  expect((await run(['simulate', file, '--strategy', 'lucky'])).code).toBe(2)
})

test.each([
  ['a file that is not there', ['simulate', 'nowhere.sim.mjs'], 'does not load'],
  ['no file', ['simulate'], 'file'],
  ['a number that is none', ['simulate', 'FILE', '--runs', 'many'], '--runs'],
  ['a damaged token', ['simulate', 'FILE', '--replay', 'sim1.abc'], 'checksum'],
])('%s is a usage error that names it', async (_what, words, says) => {
  const file = scenario('held.sim.mjs', 'export default scenario(import.meta.url, () => {})')
  const { code, stderr } = await run(words.map((word) => (word === 'FILE' ? file : word)))
  expect(code).toBe(2)
  expect(stderr).toContain(says)
})

test('reads .mts and CommonJS, in threads too, where no package.json says what a module is [G107]', async () => {
  const typed = scenario('loses.sim.mts', LOSES.replace('let sent = 0', 'let sent: number = 0'))
  const plain = join(folder, 'loses.sim.cjs')
  const body = LOSES.replace('import.meta.url', "require('node:url').pathToFileURL(__filename).href")
  writeFileSync(
    plain,
    `const { defineActor } = require('${new URL(DIST).pathname}index.js')
const { scenario } = require('${new URL(DIST).pathname}simulation/index.js')
${body.replace('export default', 'module.exports =')}`,
  )
  for (const file of [typed, plain]) {
    const { code, stdout } = await run(['simulate', file, '--runs', '200', '--workers', '2'])
    expect(stdout).toContain('✗ everything arrives')
    expect(code).toBe(1)
  }
})
