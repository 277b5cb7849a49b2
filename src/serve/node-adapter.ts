import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Timers } from '../kernel/kernel.ts'
import { type BodyLimits, type Call, ClientGone, LightSignal, type Reply, streamOf } from './call.ts'
import { bodyTooLarge, bodyTooSlow } from './http-error.ts'
import type { ServiceCore } from './service.ts'

/** A handler for `node:http`, Express and others of that shape; `next` gets what is not the service's. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** A body that goes on beyond its limit is thrown away up to this much, so that the client reads why. */
const DISCARD_MAX = 64 * 2 ** 20

/** The service behind `node:http`. `closing` says whether connections end after their answer. */
export function nodeHandler(core: ServiceCore, timers: Timers, closing: () => boolean): NodeHandler {
  const { prefix } = core.settings
  return (request, response, next) => {
    const url = request.url ?? '/'
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const isOurs = prefix === '' || path.startsWith(`${prefix}/`)
    const own = isOurs ? path.slice(prefix.length) : path
    if (next !== undefined && !(isOurs && core.knows(own))) {
      next()
      return
    }
    const call = new NodeCall(request, response, own, at < 0 ? '' : url.slice(at + 1), timers)
    core.handle(call).then((reply) => send(core, call, response, reply, closing()))
  }
}

class NodeCall implements Call {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #timers: Timers
  #gone: AbortController | undefined

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
    timers: Timers,
  ) {
    this.method = request.method ?? 'GET'
    this.path = path
    this.query = query
    this.#request = request
    this.#response = response
    this.#timers = timers
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      const gone = new AbortController()
      this.#gone = gone
      this.#whenGone(gone)
    }
    return this.#gone.signal
  }

  get gone(): AbortSignal {
    const gone = new LightSignal()
    this.#whenGone(gone)
    return gone as unknown as AbortSignal
  }

  #whenGone(gone: { abort(reason: unknown): void }): void {
    const response = this.#response
    const leave = (): void => {
      if (!response.writableFinished) gone.abort(new ClientGone())
    }
    if (response.closed || response.destroyed) leave()
    else response.once('close', leave)
  }

  async body(limits: BodyLimits): Promise<Uint8Array> {
    // What has come with the headers is there one promise job later.
    await undefined
    const request = this.#request
    if (request.complete && !request.readableEnded && !('body' in request)) {
      const whole = (request.read() as Buffer | null) ?? Buffer.alloc(0)
      if (whole.length > limits.bytes) throw bodyTooLarge(limits.bytes)
      return whole
    }
    return this.#arriving(limits)
  }

  #arriving({ bytes, timeMs }: BodyLimits): Promise<Uint8Array> {
    const request = this.#request
    const length = Number(request.headers['content-length'] ?? 0)
    // A parser in front of this handler may have read it already.
    const { body: parsed } = request as { body?: unknown }
    if (parsed !== undefined && request.readableEnded) {
      const all = bytesOf(parsed)
      return all.length > bytes ? Promise.reject(bodyTooLarge(bytes)) : Promise.resolve(all)
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let size = 0
      let over = length > bytes
      const stop = (): void => {
        timer.cancel()
        request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      }
      const timer = this.#timers.after(
        timeMs,
        () => {
          stop()
          reject(bodyTooSlow(timeMs))
          request.resume()
        },
        undefined,
      )
      const onData = (chunk: Buffer): void => {
        size += chunk.length
        if (size > bytes && !over) {
          over = true
          chunks.length = 0
        }
        if (!over) chunks.push(chunk)
        else if (size > bytes + DISCARD_MAX) {
          stop()
          request.destroy()
          reject(bodyTooLarge(bytes))
        }
      }
      const onEnd = (): void => {
        stop()
        if (over) reject(bodyTooLarge(bytes))
        else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
      }
      const onError = (error: Error): void => {
        stop()
        reject(error)
      }
      const onClose = (): void => {
        stop()
        reject(new ClientGone())
      }
      request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
    })
  }
}

/** What a body parser made of the bytes, as bytes again. */
function bytesOf(parsed: unknown): Uint8Array {
  if (parsed instanceof Uint8Array) return parsed
  return Buffer.from(typeof parsed === 'string' ? parsed : (JSON.stringify(parsed) ?? ''))
}

function send(core: ServiceCore, call: Call, response: ServerResponse, reply: Reply, close: boolean): void {
  const { body, status } = reply
  const stream = streamOf(body)
  if (stream !== undefined) {
    pump(call, response, reply, stream).finally(() => core.ended())
    return
  }
  if (response.destroyed || response.headersSent) {
    core.ended()
    return
  }
  // The service is quiet once its answers have left, and not while they wait in this process.
  response.once('close', () => core.ended())
  // The service has made them for this reply alone.
  const headers = reply.headers as Record<string, string | number>
  if (status !== 204) headers['content-length'] = Buffer.byteLength(body as string | Uint8Array)
  if (close) headers.connection = 'close'
  response.writeHead(status, headers).end(body as string | Uint8Array)
}

async function pump(
  call: Call,
  response: ServerResponse,
  { status, headers }: Reply,
  lines: AsyncIterable<string>,
): Promise<void> {
  const { signal } = call
  try {
    response.writeHead(status, { ...headers, connection: 'close' })
    response.flushHeaders()
    for await (const line of lines) {
      if (signal.aborted) break
      if (!response.write(line)) await roomOrGone(response)
    }
    response.end()
  } catch {
    // Its lines report what failed; what is left is a socket that broke.
    response.destroy()
  }
}

function roomOrGone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    if (response.destroyed) resolve()
    else response.once('drain', done).once('close', done)
  })
}
