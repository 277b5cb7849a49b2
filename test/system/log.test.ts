import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor, defineProcessor } from '../../src/index.ts'
import type { Logger } from '../../src/system/dispatch/system-log.ts'
import { ownSystems } from './own-systems.ts'

const ownSystem = ownSystems()

const Bad = defineActor({
  name: 'bad',
  on: {
    fail() {
      throw new Error('the reason', { cause: new Error('the cause') })
    },
    say: (ctx) => ctx.log.warn('half full'),
    ping: () => 'pong',
  },
})

const recorder = () => {
  const lines: [level: string, fields: object, text: string][] = []
  const at = (level: string) => (fields: object, text: string) => void lines.push([level, fields, text])
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { lines, log }
}

/** What a script writes on stderr that has a 'system'. */
const run = (script: string, options = '{}'): string =>
  spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `import { createSystem, defineActor } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
      const system = createSystem(${options})
      ${script}
      await new Promise((resolve) => setTimeout(resolve, 100))
      await system.stop()`,
    ],
    { encoding: 'utf8' },
  ).stderr

test('a failed tell, a crash and ctx.log reach the logger, with path and cause', async () => {
  const { lines, log } = recorder()
  const system = ownSystem({ log })
  const ref = system.spawn(Bad, { name: 'one' })
  ref.tell('fail')
  ref.tell('say')
  await ref.ask('ping')
  ref.kill('for the test')
  await ref.ask('ping')
  expect(lines.map(([level, , text]) => [level, text])).toEqual([
    ['warn', expect.stringMatching(/one: 'fail' is a dead letter \(failed\): .*the reason.* ← the cause/u)],
    ['warn', expect.stringContaining('one: half full')],
    ['error', expect.stringMatching(/one: crashed: .*for the test/u)],
  ])
  expect(lines[0]?.[1]).toMatchObject({ path: ref.path, message: 'fail', reason: 'failed' })
})

test('an ask that fails is its caller’s to tell', async () => {
  const { lines, log } = recorder()
  const system = ownSystem({ log })
  await system
    .spawn(Bad)
    .ask('fail')
    .catch(() => undefined)
  expect(lines).toEqual([])
})

test('a logger that throws does no harm', async () => {
  const log = new Proxy({} as Logger, {
    get: () => () => {
      throw new Error('disk full')
    },
  })
  const system = ownSystem({ log })
  const ref = system.spawn(Bad)
  ref.tell('fail')
  expect(await ref.ask('ping')).toBe('pong')
})

test('a logger that rejects hurts nobody', async () => {
  const log = new Proxy({} as Logger, { get: () => () => Promise.reject(new Error('no network')) })
  const system = ownSystem({ log })
  const ref = system.spawn(Bad)
  ref.tell('fail')
  expect(await ref.ask('ping')).toBe('pong')
})

test('a logger that is given hears everything, however much it is', async () => {
  const { lines, log } = recorder()
  const system = ownSystem({ log })
  const ref = system.spawn(Bad)
  for (let i = 0; i < 100; i++) ref.tell('say')
  await ref.ask('ping')
  expect(lines).toHaveLength(100)
})

test('lines that are not shown leave room for those that are', () => {
  const said = run(`
    const ref = system.spawn(defineActor({ name: 'a', on: { go(ctx) { ctx.log.debug('d'); ctx.log.info('i') }, say: (ctx) => ctx.log.warn('heard') } }))
    for (let i = 0; i < 100; i++) ref.tell('go')
    ref.tell('say')`)
  expect(said).toMatch(/^ganglion warn: ganglion\/a#\d+: heard\n$/u)
})

test('by default a flood is a few lines on stderr, and false is silence', () => {
  const flood = `
    const ref = system.spawn(defineActor({ name: 'bad', on: { go() { throw new Error('two\\nlines') } } }))
    for (let i = 0; i < 500; i++) ref.tell('go')`
  const lines = run(flood).trimEnd().split('\n')
  expect(lines).toHaveLength(20)
  for (const line of lines) {
    expect(line).toMatch(
      /^ganglion \w+: ganglion\/bad#\d+: ('go' is a dead letter|failed on too many messages)/u,
    )
  }
  expect(run(flood, '{ log: false }')).toBe('')
})

test('a line on stderr is one, bounded, and moves no cursor, whatever an error says', () => {
  const said = run(`
    const ref = system.spawn(defineActor({ name: 'bad', on: {
      long() { throw new Error('a' + ' '.repeat(500_000) + 'b') },
      red() { throw new Error('one\\r\\u001b[2Ktwo\\n  three') },
    } }), { name: 'bad' })
    ref.tell('long')
    ref.tell('red')`)
  const [long = '', red = '', ...more] = said.split('\n')
  expect(long.length).toBeLessThan(5000)
  expect(red).toMatch(/← one \[2Ktwo three$/u)
  expect(more).toEqual([''])
})

test('an actor that fails message after message, and one that is stopped for good, are logged', async () => {
  const { lines, log } = recorder()
  const texts = () => lines.filter(([level]) => level === 'error').map(([, , text]) => text)
  const system = ownSystem({ log, supervision: { intensity: { restarts: 1, within: '1m' } } })
  const ref = system.spawn(Bad, { name: 'one' })
  for (let i = 0; i < 32; i++) await ref.ask('fail').catch(() => undefined)
  await expect
    .poll(texts)
    .toEqual([
      expect.stringMatching(/one: failed on too many messages in a row: .*the reason/u),
      expect.stringMatching(/one: failed on too many messages in a row: .*the reason/u),
      expect.stringMatching(/ganglion: stops its children: .*the reason/u),
      expect.stringMatching(/one: is stopped for good: .*the reason/u),
    ])
  expect(ref.state).toBe('stopped')
})

test('a child that its supervisor stops by a rule is told of, one that stops itself is not', async () => {
  const { lines, log } = recorder()
  const system = ownSystem({ log, supervision: { on: { RangeError: 'stop' } } })
  const Child = defineActor({
    name: 'child',
    on: {
      leave: (ctx) => ctx.stopSelf(),
      far() {
        throw new RangeError('too far')
      },
    },
  })
  const [leaves, falls] = [system.spawn(Child, { name: 'leaves' }), system.spawn(Child, { name: 'falls' })]
  leaves.tell('leave')
  await falls.ask('far').catch(() => undefined)
  await expect.poll(() => [leaves.state, falls.state]).toEqual(['stopped', 'stopped'])
  const errors = lines.filter(([level]) => level === 'error')
  expect(errors).toMatchObject([
    ['error', {}, expect.stringMatching(/falls: is stopped for good: .*too far/u)],
  ])
})

test('a line of a step names its run and attempt', () => {
  const said = run(`
    const { z } = await import('zod')
    const { defineProcessor, pipeline } = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)})
    const N = z.number()
    const step = defineProcessor({ name: 'step', input: N, output: N, process(x, ctx) { ctx.log('warn', 'half full'); return ctx.runId } })
    const running = await system.run(pipeline('p', N).to(step))
    process.stderr.write('run ' + (await running.ask(1)) + '\\n')`)
  const [line, told] = said.split('\n')
  expect(line).toBe(`ganglion warn: ganglion/p/step: half full (${told}, attempt 1)`)
})

test('a crash of a processor is told of', async () => {
  const { lines, log } = recorder()
  const system = ownSystem({ log })
  const ref = system.spawn(
    defineProcessor({ name: 'p', input: z.number(), output: z.number(), process: (x) => x }),
    { name: 'p' },
  )
  ref.kill('for the test')
  await expect
    .poll(() => lines.map(([, , text]) => text))
    .toEqual([expect.stringMatching(/p: crashed: .*for the test/u)])
})
