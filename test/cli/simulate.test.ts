import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { ProgressLines } from '../../src/cli/simulate/progress-lines.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
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

test.each([
  ['ends the process', 'process.exit(0)'],
  ['waits for what never comes', 'await new Promise(() => {})'],
])('a module that %s as it loads is no success [G67]', async (_what, line) => {
  const file = scenario('early.sim.mjs', `${line}\nexport default scenario(import.meta.url, () => {})`)
  const { code, stderr } = await run(['simulate', file, '--runs', '3'])
  expect(code).toBe(1)
  expect(stderr).toContain('the process ended before the simulation did')
})

test('explores, shrinks, writes a page, and its token replays', async () => {
  const file = scenario('loses.sim.mjs', LOSES)
  const page = join(folder, 'report.html')
  const found = await run(['simulate', file, '--runs', '200', '--shrink', '--html', page])
  expect(found.code).toBe(1)
  expect(found.stdout).toContain('✗ everything arrives')
  expect(found.stdout).toMatch(/1 fault, 2 messages/)
  expect(readFileSync(page, 'utf8')).toContain('everything arrives')
  expect(found.stdout).toContain(`report: ${page}`)
  const [token = ''] = /sim1\.[\w-]+/.exec(found.stdout) ?? []
  const again = await run(['simulate', file, '--replay', token])
  expect(again.code).toBe(1)
  expect(again.stdout).toContain('✗ everything arrives')
  const other = scenario('other.sim.mjs', 'export default scenario(import.meta.url, () => {})')
  const held = await run(['simulate', other, '--replay', token])
  expect(held.stdout).toContain('since step 0: the scenario has changed, or the token is of another one')
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
  // Without an end to its time it would not end.
  const short = await run(['simulate', holds, '--runs', '1000000000', '--time', '500ms', '--json'])
  expect(JSON.parse(short.stdout)).toMatchObject({ ok: true })
  expect((await run(['simulate', file, holds, '--replay', 'sim1.abc'])).code).toBe(2)
  expect((await run(['simulate', file, '--strategy', 'lucky'])).code).toBe(2)
})

test('one page of all files: each failure step by step, what held by its counts, in a folder that exists', async () => {
  const holds = scenario(
    'fine.sim.mjs',
    "export default scenario(import.meta.url, (sim) => sim.reachable('the end'))",
  )
  const [one, two] = [scenario('first.sim.mjs', LOSES), scenario('second.sim.mjs', LOSES)]
  const both = scenario(
    'both.sim.mjs',
    `export default scenario(import.meta.url, (sim) => sim.unreachable(sim.seed % 2 === 0 ? 'even' : 'odd'))`,
  )
  const page = join(folder, 'all.html')
  const words = ['simulate', one, holds, two, both, '--runs', '100', '--keep-going', '--html', page]
  const github = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'us/shop',
    GITHUB_SHA: 'abc',
    GITHUB_WORKSPACE: folder,
  }
  const { code, stdout } = await start(words, { cache: folder, cwd: folder, env: github }).ended
  expect(code).toBe(1)
  const html = readFileSync(page, 'utf8')
  const listed = [...html.matchAll(/<li><a href="#run-\d">(.*?)<\/a><\/li>/g)].map(([, text]) => text)
  expect(listed).toHaveLength(5)
  expect(html).toContain('5 simulations, 4 failed')
  for (const name of [one, holds, two, both]) expect(listed.join()).toContain(name)
  expect(listed.join()).toMatch(/even.*odd|odd.*even/)
  // In GitHub's CI lines open in the repository, and the failure stands beside its line.
  expect(html).toContain('https://github.com/us/shop/blob/abc/first.sim.mjs#L')
  expect(stdout).toMatch(/^::error file=first\.sim\.mjs,line=\d+,col=\d+,title=.*::everything arrives/m)
  const late = await run(['simulate', one, '--runs', '1', '--html', join(folder, 'nowhere', 'x.html')])
  expect(late.code).toBe(2)
  expect(late.stderr).toContain('no such folder')
  expect(late.stdout).toBe('')
})

test('progress: one line that is overwritten in a terminal, one in ten seconds in a log', async () => {
  const kernel = new ManualKernel()
  const progress = {
    of: 1e6,
    runsPerSecond: 10,
    faults: 1,
    schedules: 1,
    failures: 0,
    sometimes: [0, 1],
  } as const
  const linesOf = async (isTTY: boolean) => {
    const texts: string[] = []
    const lines = new ProgressLines({ isTTY, write: (text) => texts.push(text) }, kernel.clock)
    for (let runs = 0; runs < 60; runs++) {
      await kernel.advance(500)
      lines.exploring({ ...progress, runs })
    }
    for (let tries = 0; tries < 30; tries++) {
      await kernel.advance(500)
      lines.shrinking({ tries, size: { faults: 1, messages: 2, steps: 3, reorderings: 0, delays: 0 } })
    }
    lines.clear()
    return texts
  }
  const log = await linesOf(false)
  expect(log).toHaveLength(4)
  expect(log[0]).toBe('19/1000000 runs, 10/s, 1 faults, 1 schedules, sometimes 0/1, 0 failures\n')
  expect(log[3]).toMatch(/^shrinking: \d+ tries, 1 faults/)
  const terminal = await linesOf(true)
  expect(terminal).toHaveLength(91)
  expect(terminal.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true)
})

test('a scenario that ends the process holds nothing, in threads neither [G67]', async () => {
  const body = 'export default scenario(import.meta.url, (sim) => { if (sim.seed === 3) process.exit(0) })'
  const { code, stdout } = await run([
    'simulate',
    scenario('ends.sim.mjs', body),
    '--runs',
    '20',
    '--workers',
    '2',
  ])
  expect(code).toBe(1)
  expect(stdout).toContain('process.exit was called under simulation')
  expect(stdout).toContain('(seed 3,')
  expect(stdout).toMatch(/--replay sim1\./)
  expect(stdout).not.toContain('every invariant held')
})

test('takes patterns, as a CI file quotes them; one that matches nothing is refused', async () => {
  const body = 'export default scenario(import.meta.url, () => {})'
  const deep = join(folder, 'pay [1]', 'deep')
  mkdirSync(join(folder, 'pay [1]', 'node_modules'), { recursive: true })
  mkdirSync(deep)
  for (const name of [
    'one.sim.mjs',
    'two.sim.mjs',
    'three.mjs',
    'deep/four.sim.mjs',
    'node_modules/no.sim.mjs',
  ])
    scenario(join('pay [1]', name), body)
  const told = async (pattern: string) => {
    const { code, stdout } = await run(['simulate', join(folder, 'pay [1]', pattern), '--runs', '1'])
    expect(code).toBe(0)
    return [...stdout.matchAll(/(\w+)(?:\.sim)?\.mjs$/gm)].map(([, name]) => name)
  }
  expect(await told('*.sim.mjs')).toEqual(['one', 'two'])
  expect(await told('**/*.sim.mjs')).toEqual(['four', 'one', 'two'])
  expect(await told('{one,t?o,four}.sim.mjs')).toEqual(['one', 'two'])
  expect(await told('[ot][nw][eo].sim.mjs')).toEqual(['one', 'two'])
  const none = await run(['simulate', join(folder, '*.nothing')])
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('no file matches')
})

test('a machine starts at once in the first run of a process, as in every other [G68]', async () => {
  const xstate = import.meta.resolve('xstate')
  const body = `import { fromMachine } from '${DIST}index.js'
import { assign, setup } from '${xstate}'
const machine = setup({}).createMachine({ id: 'adder', context: { n: 0 }, on: { add: { actions: assign({ n: ({ context }) => context.n + 1 }) } } })
export default scenario(import.meta.url, { faults: { delay: ['1ms', '50ms'] } }, async (sim) => {
  const adder = sim.system().spawn(fromMachine(machine), { name: 'adder' })
  for (const n of sim.times(3)) if ((await adder.ask('add', {})).context.n !== n + 1) sim.unreachable('it counts')
})`
  const held = await run(['simulate', scenario('machine.sim.mjs', body), '--runs', '5', '--workers', '1'])
  expect(held.stderr).toBe('')
  expect(held.stdout).toContain('every invariant held')
})

test('says when every order was tried', async () => {
  const body = `const Note = defineActor({ name: 'note', on: { take() {} } })
export default scenario(import.meta.url, async (sim) => {
  for (const name of ['a', 'b', 'c']) sim.system().spawn(Note, { name }).tell('take')
  await sim.settle()
})`
  const all = ['simulate', scenario('orders.sim.mjs', body), '--strategy', 'exhaustive']
  expect((await run(all)).stdout).toContain('\nall 6 schedules seen\n')
  expect((await run([...all, '--runs', '5'])).stdout).toContain(
    '\nstopped at 5 runs, not all schedules seen\n',
  )
  const reduced = await run([...all, '--reduce'])
  expect(reduced.stdout).toContain('\nall 1 schedules that differ seen (reduced from 6)\n')
  expect(reduced.code).toBe(0)
  expect((await run([...all.slice(0, 2), '--reduce'])).code).toBe(2)
})

test.each([
  ['a file that is not there', ['simulate', 'nowhere.sim.mjs'], 'there is no file'],
  ['no file', ['simulate'], 'file'],
  ['a number that is none', ['simulate', 'FILE', '--runs', 'many'], '--runs'],
  ['a strategy that is none', ['simulate', 'FILE', '--strategy', 'best'], 'mixed, guided, random'],
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
