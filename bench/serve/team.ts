import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFolder } from '../../dist/actors/question-answering/open-folder.js'
import { serve } from '../../dist/src/serve/index.js'
import { type BenchResult, median } from '../result.ts'

const DOCS = new URL('../../examples/data/factbook', import.meta.url).pathname
const QUESTIONS = new URL('../../test/evaluation/factbook-dev.jsonl', import.meta.url).pathname

interface Cost {
  readonly ms: number[]
  cpuMs: number
}

/**
 * The question-answering team asked from code and over HTTP in turns, one question after the other: latency, and CPU of the whole
 * process, which has the client in it too. Each question is asked both ways, so that both do the same work.
 */
export async function teamOverHttp(quick: boolean): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-bench-'))
  const team = await openFolder({ docs: DOCS, indexDir: folder })
  const service = await serve({ team }, { port: 0, signals: false })
  const agent = new Agent({ keepAlive: true })
  const ways = {
    code: async (question: string) => void (await team.ask(question, { timeout: 30_000 })),
    http: (question: string) => post(`${service.url}/pipelines/team`, agent, JSON.stringify({ question })),
  }
  const costs: Record<'code' | 'http', Cost> = { code: { ms: [], cpuMs: 0 }, http: { ms: [], cpuMs: 0 } }
  const questions = (await readFile(QUESTIONS, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { question: string }).question)
  const count = quick ? 6 : 100
  for (let i = -4; i < count; i++) {
    const question = questions[Math.abs(i) % questions.length] as string
    for (const way of i % 2 === 0 ? (['code', 'http'] as const) : (['http', 'code'] as const)) {
      const cpu = process.cpuUsage()
      const began = performance.now()
      // A number of its own, so that no cache answers for the other way.
      await ways[way](`${question} (${1000 + 2 * (i + 4) + (way === 'code' ? 0 : 1)})`)
      const { user, system } = process.cpuUsage(cpu)
      if (i < 0) continue
      costs[way].ms.push(performance.now() - began)
      costs[way].cpuMs += (user + system) / 1000
    }
  }
  agent.destroy()
  await service.stop()
  await rm(folder, { recursive: true, force: true })
  const { code, http } = costs
  const pairs = http.ms.map((ms, at) => ms - (code.ms[at] ?? Number.NaN))
  const ratio = 1 + median(pairs) / median(code.ms)
  return [
    { name: 'a question to the team, from code', value: median(code.ms), unit: 'ms' },
    { name: 'a question to the team, over HTTP', value: median(http.ms), unit: 'ms', ratio, of: 'from code' },
    {
      name: 'CPU of a question, over HTTP',
      value: http.cpuMs / count,
      unit: 'ms',
      ratio: http.cpuMs / code.cpuMs,
      of: 'from code',
    },
  ]
}

function post(url: string, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    sent.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`answered ${response.statusCode}`))
      })
    })
    sent.end(body)
  })
}
