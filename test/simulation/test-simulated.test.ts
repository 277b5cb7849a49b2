import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, test as base, beforeEach, describe, expect, vi } from 'vitest'
import { type Simulation, scenario, withSimulated } from '../../src/simulation/index.ts'
import { delivery } from './planted/delivery.ts'
import type { Planted } from './planted/planted.ts'

const { doubleCharge } = delivery as Record<string, Planted> & { doubleCharge: Planted }
const broken = (sim: Simulation) => doubleCharge.scenario(sim, false)
const fixed = (sim: Simulation) => doubleCharge.scenario(sim, true)
const faults = doubleCharge.faults ?? {}

const folder = mkdtempSync(join(tmpdir(), 'ganglion-corpus-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A runner that only takes the tests, to run them here. */
const taken = () => {
  const tests: { name: string; options: { timeout: number }; run: () => Promise<void> }[] = []
  const runner = withSimulated((name: string, options: { timeout: number }, run: () => Promise<void>) => {
    tests.push({ name, options, run })
  })
  return { runner, tests }
}

/** The error of the only test. */
async function errorOf(runs: () => Promise<void> | undefined): Promise<Error> {
  return await Promise.resolve(runs()).then(
    () => new Error('it holds'),
    (error: Error) => error,
  )
}

const test = withSimulated(base)
test.simulated('in vitest a scenario that holds is a test that passes [G73]', { runs: 50, faults }, fixed)

describe('a simulated test', () => {
  beforeEach(() => {
    vi.stubEnv('CI', '')
    vi.stubEnv('GITHUB_ACTIONS', '')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  base('fails with the shortest story, the seed and the line that replays it [G73]', async () => {
    const { runner, tests } = taken()
    runner.simulated('no card is charged twice', { runs: 200, faults }, broken)
    const error = await errorOf(() => tests[0]?.run())
    expect(error).toMatchObject({ code: 'simulation-failed' })
    expect(error.message).toContain(doubleCharge.invariant)
    expect(error.message).toContain('1 fault, 3 messages')
    expect(error.message).toMatch(/seed \d+; replay with:\nawait replay\('sim1\.[\w-]+', scenario\)/)
  })

  base('names a module so that the line can be pasted, whatever its path holds [G73]', async () => {
    const path = join(folder, "ann's till.sim.mjs")
    writeFileSync(path, '// This address only names the scenario.')
    const { runner, tests } = taken()
    runner.simulated('a till', { runs: 200 }, scenario(pathToFileURL(path).href, { faults }, broken))
    const error = await errorOf(() => tests[0]?.run())
    expect(error.message).toContain(`npx ganglion simulate '${folder}/ann'\\''s till.sim.mjs' --replay sim1.`)
  })

  base(
    'keeps the token in its corpus, which is played first and says when the bug is back [G73]',
    async () => {
      const corpus = join(folder, 'deep', 'payment.corpus')
      const { runner, tests } = taken()
      runner.simulated('finds it', { runs: 200, faults, corpus }, broken)
      runner.simulated('is fixed', { runs: 20, faults, corpus: pathToFileURL(corpus) }, fixed)
      // Without any faults of its own, and one run: only the corpus can find it.
      runner.simulated('is back', { runs: 1, corpus }, broken)
      await errorOf(() => tests[0]?.run())
      expect(readFileSync(corpus, 'utf8')).toMatch(/^# .*\n# .*took effect 2 times.*\nsim1\.[\w-]+\n$/)
      await tests[1]?.run()
      const error = await errorOf(() => tests[2]?.run())
      expect(error.message).toContain(doubleCharge.invariant)
      expect(readFileSync(corpus, 'utf8').match(/sim1\./g)).toHaveLength(1)
    },
  )

  base('writes nothing in CI, and annotates the line in GitHub’s', async () => {
    vi.stubEnv('CI', 'true')
    vi.stubEnv('GITHUB_ACTIONS', 'true')
    const told: string[] = []
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0)
    const corpus = join(folder, 'ci.corpus')
    const { runner, tests } = taken()
    runner.simulated('no card, is charged: twice', { runs: 200, faults, corpus }, broken)
    await errorOf(() => tests[0]?.run())
    spy.mockRestore()
    expect(() => readFileSync(corpus)).toThrow()
    expect(told.join('')).toMatch(
      /^::error file=test\/simulation\/planted\/delivery\.ts,line=\d+,col=\d+,title=no card%2C is charged%3A twice::one effect/m,
    )
    expect(told.join('').trim().split('\n')).toHaveLength(1)
  })

  base('ends in time, and its runner waits for longer than that', async () => {
    const { runner, tests } = taken()
    runner.simulated('short', { runs: 1e9, time: '300ms' }, fixed)
    await tests[0]?.run()
    expect(tests[0]?.options.timeout).toBeGreaterThan(300)
  })

  base('refuses options it does not know, and anything but a scenario', () => {
    const { runner } = taken()
    expect(() => runner.simulated('x', { corpse: 'x' } as never, fixed)).toThrow(/corpse/)
    expect(() => runner.simulated('x', {} as never)).toThrow(/scenario/)
  })

  base('runs in node:test too', async () => {
    const file = join(folder, 'node.test.mjs')
    const dist = new URL('../../dist/src/simulation/index.js', import.meta.url).href
    writeFileSync(
      file,
      `import { test as base } from 'node:test'
import { withSimulated } from '${dist}'
const test = withSimulated(base)
test.simulated('holds', { runs: 5 }, () => {})
test.simulated('fails', { runs: 5 }, (sim) => sim.unreachable('a line'))
`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, ['--test', file]).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toMatch(/# pass 1|pass 1/)
    expect(stdout).toContain('a line: a line that must not be reached was reached')
    expect(stdout).toMatch(/seed 1; replay with:/)
  })
})
