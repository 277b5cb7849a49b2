import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import fastq from 'fastq'
import { Piscina } from 'piscina'
import { createSystem, defineProcessor, pipeline } from '../../dist/src/index.js'
import { looked } from '../pipeline/plain.ts'
import type { Contender } from './open-loop.ts'
import { burn, sleep } from './work.ts'

/**
 * One kind of requests: three steps, of which the first and last burn `edgeSteps`, and the middle one burns `steps` and then
 * sleeps; so many of the middle one at once.
 */
export interface Subject {
  readonly edgeSteps: number
  readonly steps: number
  readonly sleepMs: number
  readonly atOnce: number
  /** Steps per millisecond, for the account of work. */
  readonly stepsPerMs: number
}

/** The work done for each request, milliseconds. */
class Work {
  readonly #spent = new Map<number, number>()
  add(request: number, ms: number): void {
    this.#spent.set(request, (this.#spent.get(request) ?? 0) + ms)
  }
  of = (request: number): number => this.#spent.get(request) ?? 0
}

const edgeMs = ({ edgeSteps, stepsPerMs }: Subject): number => edgeSteps / stepsPerMs
const middleMs = ({ steps, sleepMs, stepsPerMs }: Subject): number => steps / stepsPerMs + sleepMs
const wholeMs = (subject: Subject): number => 2 * edgeMs(subject) + middleMs(subject)

/** The three steps as a pipeline; `admission` as its option. */
export async function ours(
  subject: Subject,
  deadlineMs: number,
  admission: 'adaptive' | false,
): Promise<Contender> {
  const work = new Work()
  const edge = (name: string) =>
    defineProcessor({
      name,
      input: looked,
      output: looked,
      process: (request: number) => {
        burn(subject.edgeSteps)
        work.add(request, edgeMs(subject))
        return request
      },
    })
  const middle = defineProcessor({
    name: 'work',
    input: looked,
    output: looked,
    concurrency: subject.atOnce,
    mailbox: { capacity: 1_000_000 },
    process: async (request: number) => {
      burn(subject.steps)
      work.add(request, middleMs(subject))
      if (subject.sleepMs > 0) await sleep(subject.sleepMs)
      return request
    },
  })
  const system = createSystem({ log: false })
  const running = await system.run(
    pipeline('overload', looked, { timeout: deadlineMs, maxInFlight: 1_000_000, admission })
      .to(edge('first'), { mailbox: { capacity: 1_000_000 } })
      .to(middle)
      .to(edge('last'), { mailbox: { capacity: 1_000_000 } }),
  )
  return {
    ask: (request, leftMs) => running.ask(request, { timeout: leftMs }),
    workOf: work.of,
    stop: () => system.stop({ drain: 0 }),
  }
}

/** A queue of a fixed width and unbounded length, as `p-limit`. */
export function fixedWidth(subject: Subject): Contender {
  const work = new Work()
  const queue = fastq.promise(async (request: number) => {
    burn(subject.edgeSteps)
    burn(subject.steps)
    if (subject.sleepMs > 0) await sleep(subject.sleepMs)
    burn(subject.edgeSteps)
    work.add(request, wholeMs(subject))
  }, subject.atOnce)
  return { ask: (request) => queue.push(request), workOf: work.of, stop: async () => queue.kill() }
}

/** Piscina, one thread, whose queue holds half of what it can do within the deadline. */
export async function pool(subject: Subject, deadlineMs: number): Promise<Contender> {
  const work = new Work()
  const piscina = new Piscina({
    filename: fileURLToPath(new URL('./pool-worker.ts', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: subject.sleepMs > 0 ? subject.atOnce : 1,
    maxQueue: Math.floor((deadlineMs / 2 / wholeMs(subject)) * subject.atOnce),
  })
  const steps = subject.steps + 2 * subject.edgeSteps
  // The first request makes the thread load its code.
  await piscina.run({ sleepMs: 0, steps: 1 })
  return {
    ask: async (request) => {
      try {
        await piscina.run({ sleepMs: subject.sleepMs, steps })
      } catch (error) {
        if ((error as Error).message.includes('queue is at limit')) throw new Refused()
        throw error
      }
      work.add(request, wholeMs(subject))
    },
    workOf: work.of,
    stop: () => piscina.destroy(),
  }
}

class Refused extends Error {
  readonly code = 'refused'
}

/** Fastify with under-pressure in a process of its own, asked over HTTP. */
export async function service(subject: Subject): Promise<Contender> {
  const work = new Work()
  const { steps, edgeSteps, sleepMs, atOnce } = subject
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      fileURLToPath(new URL('./server.ts', import.meta.url)),
      ...[steps + 2 * edgeSteps, sleepMs, atOnce].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  const agent = new Agent({ keepAlive: true })
  return {
    ask: async (request) => {
      const status = await statusOf(port, agent)
      if (status === 503) throw new Refused()
      if (status !== 200) throw new Error(`status ${status}`)
      work.add(request, wholeMs(subject))
    },
    workOf: work.of,
    stop: () => ended(child, agent),
  }
}

function statusOf(port: number, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode))
      response.once('error', reject)
    }).once('error', reject)
  })
}

async function ended(child: ChildProcess, agent: Agent): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  agent.destroy()
  await exit
}
