import { request } from 'node:http'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'
import { type HttpService, type ServeOptions, serve } from '../../src/serve/index.ts'

export const Text = z.object({ text: z.string().max(5000), wait: z.number().optional() })
/** Answers in capitals, after `wait` ms if that is given; emits each word. */
export const Shout = defineProcessor({
  name: 'shout',
  input: Text,
  output: z.object({ text: z.string() }),
  concurrency: 64,
  retry: { attempts: 1 },
  async process({ text, wait = 0 }, ctx) {
    if (text === 'throw') throw new Error('/secret/path is broken')
    if (text === 'emit') for (const word of ['one', 'two', 'three']) await ctx.emit(word)
    if (wait > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait)
        ctx.signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    return { text: text.toUpperCase() }
  },
})

export const shouting = pipeline('shouting', Text, { timeout: '10s' }).to(Shout)

/** A service that is stopped when the test is over. */
export async function start(options: ServeOptions = {}): Promise<HttpService & { running: RunningShout }> {
  const system = createSystem({ log: false })
  const running = await system.run(shouting)
  const service = await serve({ shout: running }, { port: 0, signals: false, log: false, system, ...options })
  onTestFinished(async () => {
    await service.stop({ drain: 0 })
    await system.stop({ drain: 0 })
  })
  return Object.assign(service, { running })
}

type RunningShout = Awaited<ReturnType<typeof runShouting>>
const runShouting = () => createSystem().run(shouting)

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents
  readonly body: any
}

/** One request on a connection of its own. */
export function call(
  service: { readonly port: number },
  path: string,
  options: {
    readonly method?: string
    readonly headers?: Record<string, string>
    readonly body?: string | Uint8Array
    readonly signal?: AbortSignal
  } = {},
): Promise<Answer> {
  const { method = options.body === undefined ? 'GET' : 'POST', headers = {}, body, signal } = options
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: service.port,
        path,
        method,
        agent: false,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const type = response.headers['content-type'] ?? ''
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            text,
            body:
              type.includes('json') && !type.includes('ndjson') && text !== '' ? JSON.parse(text) : undefined,
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export const ask = (
  service: { readonly port: number },
  input: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => call(service, '/pipelines/shout', { body: JSON.stringify(input), headers })

/** Bytes as they are, and all that comes back until the other side closes. */
export function raw(service: { readonly port: number }, ...parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(service.port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error),
    )
    socket.on('close', () => resolve(text))
    for (const part of parts) socket.write(part)
  })
}
