import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compared } from '../../src/cli/bench/compare.ts'
import { arrivals, play } from '../../src/cli/bench/open-loop.ts'
import { ratesOf } from '../../src/cli/bench/rates.ts'
import type { BenchReport } from '../../src/cli/bench/report.ts'
import { type RateResult, saturation, summary } from '../../src/cli/bench/summary.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { run } from './cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'ganglion-bench-'))
const cache = join(folder, 'cache')
afterAll(() => rmSync(folder, { recursive: true }))
const kernel = platformKernel({ seed: 1 })
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const source = new URL('../../dist/src/index.js', import.meta.url).href
const module = file(
  'team.mts',
  `import { defineProcessor, pipeline } from ${JSON.stringify(source)}
const Any = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
const double = defineProcessor({ name: 'double', input: Any, output: Any, process: (x) => ({ twice: 2 * (x as { n: number }).n, more: true }) })
const slow = defineProcessor({
  name: 'slow', input: Any, output: Any, concurrency: 1,
  process: async (x) => { await new Promise((resolve) => setTimeout(resolve, 20)); return x },
})
export const quick = pipeline('quick', Any).to(double)
export const narrow = pipeline('narrow', Any).to(double).to(slow)
`,
)
const inputs = file(
  'in.jsonl',
  '{"input":{"n":2},"expect":{"twice":4}}\n\n{"input":{"n":3},"expect":{"twice":7}}\n',
)
const bench = (...args: readonly string[]) => run(['bench', ...args], { cache })

describe('ganglion bench', () => {
  test('measures a pipeline: every answer checked, where the time goes, a report that needs nothing else', async () => {
    const page = join(folder, 'report.html')
    const timing = ['--rate', '40', '--duration', '500ms', '--warmup', '100', '--json']
    const { code, stdout, stderr } = await bench(
      module,
      '--name',
      'quick',
      '--inputs',
      inputs,
      ...timing,
      '--html',
      page,
    )
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const report = JSON.parse(stdout) as BenchReport
    const [result] = report.results as [RateResult]
    // One of the two inputs expects what no pipeline answers.
    expect(result.counts.wrong).toBeGreaterThan(0)
    expect(Math.abs(result.counts.answered - result.counts.wrong)).toBeLessThanOrEqual(1)
    expect(result.counts.answered + result.counts.wrong).toBe(result.requests)
    expect(result.stages.map(({ stage }) => stage)).toEqual(['double'])
    expect(report.saturationRate).toBeUndefined()
    const html = readFileSync(page, 'utf8')
    expect(html.length).toBeLessThan(150 * 1024)
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import/u)
    expect(html).toContain('double')
  })

  test('finds the rate that is carried no more, and goes on while steps are killed', async () => {
    const rates = [
      '--rate',
      '10,400',
      '--duration',
      '1s',
      '--warmup',
      '0',
      '--deadline',
      '300ms',
      '--faults',
      '--json',
    ]
    const { code, stdout } = await bench(module, '--name', 'narrow', '--input', '{"n":1}', ...rates)
    expect(code).toBe(0)
    const { saturationRate, results, faulty } = JSON.parse(stdout) as BenchReport
    // One at once and 20 ms each: fifty a second at best, and fifteen in the 300 ms that the last ones have.
    expect(saturationRate).toBe(10)
    expect(results[1]?.counts.refused).toBeGreaterThan(0)
    expect(results[1]?.goodput).toBeLessThan(70)
    expect(faulty[0]?.counts.answered).toBeGreaterThan(0)
  })

  test('measures a URL; 503 is a refusal, any other status a failure', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.statusCode = asked % 3 === 0 ? 503 : asked % 3 === 1 ? 500 : 200
      response.end('{"ok":true}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { stdout } = await bench(
      url,
      '--input',
      '1',
      '--rate',
      '60',
      '--duration',
      '500',
      '--warmup',
      '0',
      '--json',
    )
    server.close()
    const { counts, requests } = (JSON.parse(stdout) as BenchReport).results[0] as RateResult
    expect(counts.answered + counts.refused + counts.failed).toBe(requests)
    expect(Math.min(counts.answered, counts.refused, counts.failed)).toBeGreaterThan(0)
  })

  test('where nothing is answered it says why, and a gate does not pass', async () => {
    const timing = ['--rate', '40', '--duration', '400ms', '--warmup', '0']
    const dead = await bench('http://127.0.0.1:9/none', '--input', '1', ...timing)
    expect(dead.code).toBe(1)
    expect(dead.stdout).toMatch(/first failure at 40\/s: .*ECONNREFUSED/u)
    const wrong = await bench(
      module,
      '--name',
      'quick',
      '--inputs',
      file('wrong.jsonl', '{"input":{"n":2},"expect":{"twice":5}}\n'),
      ...timing,
    )
    expect(wrong.code).toBe(1)
    expect(wrong.stdout).toMatch(/first wrong answer at 40\/s: expected \{"twice":5\} and got \{"twice":4/u)
    const base = await bench(module, '--name', 'quick', '--input', '{"n":1}', ...timing, '--json')
    expect(base.code).toBe(0)
    const other = [
      '--rate',
      '50',
      '--duration',
      '400ms',
      '--warmup',
      '0',
      '--compare',
      file('base.json', base.stdout),
    ]
    const page = join(folder, 'compared.html')
    const apart = await bench(module, '--name', 'quick', '--input', '{"n":1}', ...other, '--html', page)
    expect(apart.code).toBe(1)
    expect(apart.stdout).toContain('nothing was compared')
    expect(readFileSync(page, 'utf8')).toContain('nothing was compared')
    // The page has every figure of both runs beside each other.
    const same = [...timing, '--compare', join(folder, 'base.json'), '--html', page]
    await bench(module, '--name', 'quick', '--input', '{"n":1}', ...same)
    expect(readFileSync(page, 'utf8')).toMatch(
      /Compared with the base run<.*<td>40<\/td><td>p50<\/td><td>[\d.]+ ms<\/td><td>[\d.]+ ms<\/td><td style="[^"]*">(?:same|better|worse|unsure)<.*<td>goodput<\/td><td>[\d.]+\/s</s,
    )
  })

  test('[G202] measures nothing where every request of the warm-up fails', async () => {
    const { code, stdout, stderr } = await bench('http://127.0.0.1:9/none', '--input', '1', '--warmup', '300')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /^ganglion bench: warm-up\nganglion: every request of the warm-up failed: .*ECONNREFUSED.*\n$/u,
    )
  })

  test('says what is wrong and what to do, and exits with 2', async () => {
    const wrong = [
      [module, '--name', 'quick'],
      [module, '--input', '1'],
      [module, '--name', 'none', '--input', '1'],
      [module, '--name', 'quick', '--input', '{'],
      [module, '--name', 'quick', '--inputs', join(folder, 'missing')],
      [module, '--name', 'quick', '--input', '1', '--rate', '5..1'],
      [module, '--name', 'quick', '--input', '1', '--compare', inputs],
      [module, '--name', 'quick', '--input', '1', '--html', join(folder, 'nowhere', 'x.html')],
      ['http://localhost:1/', '--input', '1', '--faults'],
    ]
    const ended = await Promise.all(wrong.map((args) => bench(...args)))
    expect(ended.map(({ code }) => code)).toEqual(wrong.map(() => 2))
    for (const { stderr } of ended) expect(stderr).toMatch(/^ganglion: .+\. [A-Z].+/mu)
  })
})

test('rates are listed, or a range with equal ratios', () => {
  expect(ratesOf('50,100', 6)).toEqual([50, 100])
  expect(ratesOf('100..1600', 5)).toEqual([100, 200, 400, 800, 1600])
})

test('latency counts from when a request was due, not from when a busy thread sent it', async () => {
  const due = Float64Array.from({ length: 10 }, (_, at) => at * 5)
  const ask = async (request: number): Promise<boolean> => {
    const until = performance.now() + (request === 0 ? 200 : 0)
    while (performance.now() < until);
    return true
  }
  const { tookMs } = await play(kernel, due, ask, 5_000)
  // The tenth was due after 45 ms, while the thread was busy for 200.
  expect(tookMs[9]).toBeGreaterThan(150)
})

test('the same seed gives the same arrivals', () => {
  const times = arrivals(platformKernel({ seed: 7 }), 100, 1000, 'x')
  expect(arrivals(platformKernel({ seed: 7 }), 100, 1000, 'x')).toEqual(times)
  expect(arrivals(platformKernel({ seed: 8 }), 100, 1000, 'x')).not.toEqual(times)
})

describe('comparing two runs', () => {
  /** A run whose answers take about `meanMs`, with a tail, on a machine whose speed drifts by a few per cent. */
  const noisy = (seed: number, meanMs: number): RateResult => {
    const random = new SeededRandomness(seed).stream('run')
    const drift = 1 + 0.06 * (random.next() - 0.5)
    const due = Float64Array.from({ length: 2000 }, (_, at) => at * 5)
    const tookMs = due.map(() => drift * meanMs * (0.8 - 0.3 * Math.log(1 - random.next())))
    return summary({ due, tookMs, outcome: new Uint8Array(2000), failure: undefined }, 200, 10_000, [])
  }

  test('the same build is the same in 100 of 100 comparisons, a build that is half as fast is worse', () => {
    for (let seed = 0; seed < 100; seed++) {
      const verdicts = compared([noisy(seed, 10)], [noisy(seed + 1000, 10)]).map(({ verdict }) => verdict)
      expect(verdicts).toEqual(['same', 'same', 'same'])
      expect(compared([noisy(seed, 10)], [noisy(seed + 1000, 20)])).toContainEqual(
        expect.objectContaining({ figure: 'p50', verdict: 'worse' }),
      )
      expect(compared([noisy(seed, 20)], [noisy(seed + 1000, 10)])).toContainEqual(
        expect.objectContaining({ figure: 'p50', verdict: 'better' }),
      )
    }
  })

  test('what moved while other programs used the machine is unsure', () => {
    const busy = { ...noisy(2, 20), others: 0.6 }
    expect(compared([noisy(1, 10)], [busy]).map(({ verdict }) => verdict)).toContain('unsure')
    expect(compared([noisy(1, 10)], [busy]).map(({ verdict }) => verdict)).not.toContain('worse')
    expect(compared([{ ...noisy(1, 10), others: 0.1 }], [{ ...busy, others: 0.1 }])).toContainEqual(
      expect.objectContaining({ figure: 'p50', verdict: 'worse' }),
    )
  })

  test('a rate beyond which one was lost is not carried', () => {
    const good = noisy(1, 10)
    const lost = { ...noisy(2, 10), rate: 400, counts: { ...good.counts, answered: 0, refused: 2000 } }
    expect(saturation([good, lost, { ...good, rate: 800 }])?.rate).toBe(200)
  })
})
