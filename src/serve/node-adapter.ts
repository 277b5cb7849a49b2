import type { IncomingMessage, ServerResponse } from 'node:http'
import { LightSignal } from '../kernel/abort-listeners.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { closeIfStill, mayBeStill } from '../kernel/still-socket.ts'
import { Arrivals } from './arrivals.ts'
import { type BodyLimits, type Call, ClientGone, type Reply, streamOf } from './call.ts'
import { bodyTooLarge, bodyTooSlow } from './http-error.ts'
import { packingOf, unpacked } from './packing.ts'
import { targetOf } from './request-target.ts'
import type { ServiceCore } from './service.ts'

/** A handler for `node:http`, Express and others of that shape; `next` gets what is not the service's. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** A body that goes on beyond its limit is thrown away up to this much, so that the client reads why. */
const DISCARD_MAX = 64 * 2 ** 20

/** Where calls come from. */
interface Home {
  readonly core: ServiceCore
  readonly kernel: Kernel
  /** Whether connections end after their answer. */
  readonly closing: () => boolean
}

/** The service behind `node:http`. */
export function nodeHandler(home: Home): NodeHandler {
  const { core, kernel } = home
  const { prefix } = core.settings
  const arrivals = new Arrivals<NodeCall>(kernel.turns, (call) => core.handle(call))
  return (request, response, next) => {
    const url = targetOf(request)
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const isOurs = prefix === '' || path.startsWith(`${prefix}/`)
    const own = isOurs ? path.slice(prefix.length) : path
    if (next !== undefined && !(isOurs && core.knows(own))) {
      next()
      return
    }
    const call = new NodeCall(request, response, own, at < 0 ? '' : url.slice(at + 1), home)
    core.arrived()
    if (call.method === 'POST') arrivals.add(call)
    else core.handle(call)
  }
}

class NodeCall implements Call {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #home: Home
  readonly #headers: IncomingMessage['headers']
  #gone: AbortController | undefined
  #light: LightSignal | undefined
  /** Set once the answer is on its way. */
  #answered = false
  #listens = false

  constructor(request: IncomingMessage, response: ServerResponse, path: string, query: string, home: Home) {
    this.method = request.method ?? 'GET'
    this.path = path
    this.query = query
    this.#request = request
    this.#headers = request.headers
    this.#response = response
    this.#home = home
  }

  header(name: string): string | undefined {
    const value = this.#headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController()
      this.#listen()
    }
    return this.#gone.signal
  }

  get gone(): AbortSignal {
    if (this.#light === undefined) {
      this.#light = new LightSignal()
      this.#listen()
    }
    return this.#light as unknown as AbortSignal
  }

  /** One listener for everything that waits for the end of the response. */
  #listen(): void {
    const response = this.#response
    if (response.closed || response.destroyed) this.#closed()
    else if (!this.#listens) {
      this.#listens = true
      response.on('close', () => this.#closed())
    }
  }

  #closed(): void {
    if (!this.#response.writableFinished) {
      this.#light?.abort(new ClientGone())
      this.#gone?.abort(new ClientGone())
    }
    // The service is quiet once its answers have left, and not while they wait in this process.
    if (this.#answered) this.#home.core.ended()
    this.#answered = false
  }

  body(limits: BodyLimits): Uint8Array | Promise<Uint8Array> {
    const packing = packingOf(this.header('content-encoding'))
    const body = this.#wholeBody(limits) ?? this.#arriving(limits)
    // A parser in front of this handler has unpacked what it read.
    if (packing === undefined || this.#parsed !== undefined) return body
    return Promise.resolve(body).then((bytes) => unpacked(bytes, packing, limits.bytes))
  }

  /** The body, if all of it is here and nobody else reads it. */
  #wholeBody({ bytes }: BodyLimits): Buffer | undefined {
    const request = this.#request
    const { readableLength, readableEnded } = request
    const isHere = request.complete || String(readableLength) === this.#headers['content-length']
    if (!isHere || readableEnded || readableLength > bytes || 'body' in request) return undefined
    return (request.read() as Buffer | null) ?? Buffer.alloc(0)
  }

  answer({ status, headers, body }: Reply): void {
    const response = this.#response
    const { core, closing } = this.#home
    const { stallMs } = core.settings
    const stream = streamOf(body)
    if (stream !== undefined) {
      pump(this, response, { status, headers, stallMs }, stream).finally(() => core.ended())
      return
    }
    if (response.destroyed || response.headersSent) {
      core.ended()
      return
    }
    this.#answered = true
    this.#listen()
    // The service has made them for this reply alone.
    const own = headers as Record<string, string | number>
    if (status !== 204) own['content-length'] = Buffer.byteLength(body as string | Uint8Array)
    if (closing()) own.connection = 'close'
    endWith(response.writeHead(status, own), body as string | Uint8Array)
    if (response.writableLength > 0) this.#leaves(response, stallMs)
  }

  /** What the client has not made room for waits here, for a while. */
  #leaves(response: ServerResponse, stallMs: number): void {
    closeIfStill(response, stallMs)
    const { socket } = this.#request
    // The next request on this connection may take as long as it likes.
    response.once('close', () => mayBeStill(socket, stallMs))
  }

  /** What a parser in front of this handler has made of the body. */
  get #parsed(): unknown {
    const { body, readableEnded } = this.#request as { body?: unknown; readableEnded: boolean }
    return readableEnded ? body : undefined
  }

  #arriving({ bytes, timeMs }: BodyLimits): Promise<Uint8Array> {
    const request = this.#request
    const length = Number(request.headers['content-length'] ?? 0)
    if (this.#parsed !== undefined) {
      const all = bytesOf(this.#parsed)
      return all.length > bytes ? Promise.reject(bodyTooLarge(bytes)) : Promise.resolve(all)
    }
    // Its client left before anyone listened.
    if (request.destroyed && !request.readableEnded) return Promise.reject(new ClientGone())
    if (length > bytes + DISCARD_MAX) return Promise.reject(bodyTooLarge(bytes, true))
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let size = 0
      let over = length > bytes
      const stop = (): void => {
        timer.cancel()
        request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      }
      const timer = this.#home.kernel.timers.after(
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
          reject(bodyTooLarge(bytes, true))
          request.resume()
        }
      }
      const onEnd = (): void => {
        stop()
        if (over) reject(bodyTooLarge(bytes))
        else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
      }
      // A request has no other error than that its client left it half sent.
      const onGone = (): void => {
        stop()
        reject(new ClientGone())
      }
      request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    })
  }
}

/**
 * Head and text leave as one piece. `end` with a text adds an empty piece behind it, and gathering two takes the system longer than
 * writing one.
 */
function endWith(response: ServerResponse, body: string | Uint8Array): void {
  if (typeof body !== 'string' || body === '') {
    response.end(body)
    return
  }
  response.cork()
  response.write(body)
  response.uncork()
  response.end()
}

/** What a body parser made of the bytes, as bytes again. */
function bytesOf(parsed: unknown): Uint8Array {
  if (parsed instanceof Uint8Array) return parsed
  return Buffer.from(typeof parsed === 'string' ? parsed : (JSON.stringify(parsed) ?? ''))
}

async function pump(
  call: Call,
  response: ServerResponse,
  {
    status,
    headers,
    stallMs,
  }: { readonly status: number; readonly headers: Reply['headers']; readonly stallMs: number },
  lines: AsyncIterable<string>,
): Promise<void> {
  const { signal } = call
  try {
    response.writeHead(status, { ...headers, connection: 'close' })
    response.flushHeaders()
    for await (const line of lines) {
      if (signal.aborted) break
      if (response.write(line)) continue
      closeIfStill(response, stallMs)
      await roomOrGone(response)
      // Between two events nothing moves for as long as the run takes.
      closeIfStill(response, 0)
    }
    response.end()
    // Its connection ends with it.
    closeIfStill(response, stallMs)
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
