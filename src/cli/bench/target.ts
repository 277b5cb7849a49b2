import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { GanglionError } from '../../kernel/errors.ts'
import type { RunningPipeline } from '../../pipeline/control/running-pipeline.ts'
import { isBearerToken } from '../../serve/bearer-token.ts'
import type { Servable } from '../../serve/endpoint.ts'
import { createSystem } from '../../system/actor-system.ts'
import { UsageError } from '../exit.ts'
import { servablesOf } from '../servables.ts'
import { loadModule } from '../user-module.ts'
import { StageTimes } from './stage-times.ts'

/** What is measured. */
export interface BenchTarget {
  readonly name: string
  ask(input: unknown, leftMs: number): Promise<unknown>
  /** Where the time of requests went; undefined where that can't be seen. */
  readonly times: StageTimes | undefined
  /** Kills a processor, by its number; undefined where nothing can be killed. */
  readonly kill: ((at: number) => void) | undefined
  stop(): Promise<void>
}

/** A request that a service did not answer with a result. Codes `refused` (429 and 503), `deadline` (504) and `http`. */
class AnswerError extends GanglionError {
  constructor(status: number, url: string) {
    const code = status === 429 || status === 503 ? 'refused' : status === 504 ? 'deadline' : 'http'
    super(code, `${url} answered ${status}`, {
      path: url,
      value: status,
      remedy: 'See the log of the service',
    })
  }
}

const REMEDY = 'Name a URL, or a module that exports a pipeline, a running one or a team of openFolder'

export async function openTarget(
  target: string,
  { name, token }: { readonly name?: string; readonly token?: string },
): Promise<BenchTarget> {
  if (/^[a-z][\w+.-]*:\/\//iu.test(target)) {
    if (name !== undefined) throw uselessFlag('--name', name, 'a module')
    return urlTarget(checkedUrl(target), token === undefined ? undefined : checkedToken(token))
  }
  if (token !== undefined) throw uselessFlag('--token', token, 'a URL')
  const found = servablesOf(await loadModule(target, REMEDY))
  const chosen = [...found].filter(
    ([key, one]) => name === undefined || key === name || ownName(one) === name,
  )
  const [only] = chosen
  if (chosen.length === 1 && only !== undefined) return servableTarget(only[1])
  const what =
    name === undefined ? 'several' : `${chosen.length === 0 ? 'nothing' : 'several'} named '${name}'`
  throw new UsageError(
    found.size === 0 ? `'${target}' exports nothing that can be measured` : `'${target}' exports ${what}`,
    name === undefined ? 'TARGET' : '--name',
    name ?? target,
    found.size === 0 ? REMEDY : `Choose one with --name: ${[...found.keys()].join(', ')}`,
  )
}

function ownName(one: Servable): unknown {
  return 'name' in one ? one.name : undefined
}

function uselessFlag(flag: string, value: string, what: string): UsageError {
  return new UsageError(`${flag} is for ${what}`, flag, value, `Leave it out, or measure ${what}`)
}

/** @throws UsageError (`usage`) */
function checkedToken(token: string): string {
  if (isBearerToken(token)) return token
  throw new UsageError(
    '--token is no bearer token',
    '--token',
    undefined,
    'Use a token of letters, digits and -._~+/=',
  )
}

/** @throws UsageError (`usage`) */
function checkedUrl(text: string): string {
  if (/^https?:/iu.test(text) && URL.canParse(text)) return new URL(text).href
  throw new UsageError(
    `'${text}' is no URL that can be measured`,
    'TARGET',
    text,
    'Write http://HOST:PORT/PATH',
  )
}

async function servableTarget(one: Servable): Promise<BenchTarget> {
  if ('index' in one) {
    const ask = (input: unknown, timeout: number) => {
      const question = typeof input === 'string' ? input : (input as { question?: string } | null)?.question
      return one.ask(question as string, { timeout })
    }
    return { name: 'folder', ask, times: undefined, kill: undefined, stop: () => one.stop({ drain: 0 }) }
  }
  if (!('start' in one)) return pipelineTarget(one, () => one.stop({ drain: 0 }))
  // Crashes under --faults are wanted, and told by the figures.
  const system = createSystem({ log: false })
  return pipelineTarget(await system.run(one), () => system.stop({ drain: 0 }))
}

function pipelineTarget(running: RunningPipeline<never, unknown>, stop: () => Promise<void>): BenchTarget {
  const times = new StageTimes()
  return {
    name: running.name,
    times,
    ask: (input, timeout) =>
      running.ask(input as never, {
        timeout,
        onEvent: (event) => {
          if (event.type === 'hop') times.add(event.hop)
        },
      }),
    kill(at) {
      const processors = running.processors()
      const { name } = processors[at % processors.length] as { name: string }
      running.kill(name, 'ganglion bench --faults')
    },
    stop,
  }
}

function urlTarget(url: string, token: string | undefined): BenchTarget {
  const isSecure = url.startsWith('https')
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const send = isSecure ? httpsRequest : httpRequest
  const ask = (input: unknown, leftMs: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input)
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-request-timeout': String(Math.ceil(leftMs)),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      }
      const sent = send(url, { method: 'POST', agent, headers }, (response) => {
        answerOf(response, url).then(resolve, reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return { name: url, ask, times: undefined, kill: undefined, stop: async () => agent.destroy() }
}

async function answerOf(response: IncomingMessage, url: string): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const status = response.statusCode as number
  if (status !== 200) throw new AnswerError(status, url)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
