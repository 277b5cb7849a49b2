import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP, Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { demand, flag } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { drainOf, type OpenService, openService, type Served, type Service } from './create-service.ts'
import type { HttpErrorCode } from './http-error.ts'
import { SERVICE_OPTIONS, type ServiceOptions } from './service-options.ts'

/** Where a service listens, and how it ends. */
export interface ServeOptions extends ServiceOptions {
  /** Default 8080; 0 for any free one. */
  readonly port?: number
  /** The address to listen on. Default `127.0.0.1`, which only this machine reaches. */
  readonly host?: string
  /** How long requests in flight may take to end after SIGTERM or `stop`. Default 10 s. */
  readonly drain?: Duration
  /** How long it still accepts connections while it is not ready, so that its balancer can learn of it. Default 0. */
  readonly grace?: Duration
  /** Whether SIGTERM and SIGINT stop it. Default true. */
  readonly signals?: boolean
  /** Bytes of a request's headers. Default 16 KiB. */
  readonly headerBytes?: number
  /** How long headers may take to arrive. Default 10 s. */
  readonly headerTime?: Duration
  /** How long a connection without a request stays open. Default 72 s: longer than that of common balancers. */
  readonly idle?: Duration
  /** Most connections at once. Default 10,000. */
  readonly connections?: number
}

/** A service that listens. */
export interface HttpService extends Service {
  /** `http://127.0.0.1:8080`, without the prefix. */
  readonly url: string
  readonly port: number
  /** The server, for `upgrade` and the like. */
  readonly server: Server
  /** Resolves once it has stopped, by a signal or by `stop`. */
  readonly stopped: Promise<void>
}

const SERVE_OPTIONS = [
  ...SERVICE_OPTIONS,
  'port',
  'host',
  'drain',
  'grace',
  'signals',
  'headerBytes',
  'headerTime',
  'idle',
  'connections',
] as const satisfies readonly (keyof ServeOptions)[]

/**
 * Serves pipelines and teams on a port. On SIGTERM it is not ready, then takes no new connections, answers what it has, and stops
 * what it serves.
 *
 * Rejects as `createService`, or with the system's error when it can't listen (`EADDRINUSE`).
 */
export async function serve(served: Served, options: ServeOptions = {}): Promise<HttpService> {
  onlyOptions(options, 'serve', SERVE_OPTIONS)
  const { port, host, drain, grace, signals, headerBytes, headerTime, idle, connections, ...rest } = options
  const drainMs = milliseconds(drain ?? '10s', 'drain')
  const graceMs = milliseconds(grace ?? 0, 'grace')
  const address = demand(host ?? '127.0.0.1', 'host', 'an address or a host name', (one) => one !== '')
  const headersTimeout = milliseconds(headerTime ?? '10s', 'headerTime')
  const hasSignals = flag(signals, 'signals', true)
  const service = await openService(served, rest)
  const { body } = service.core.settings
  const server = createServer(
    {
      // The gate says what is wrong with a request without one.
      requireHostHeader: false,
      maxHeaderSize: wholeNumber(headerBytes ?? 16 * 1024, 'headerBytes', 512, 2 ** 20),
      headersTimeout,
      requestTimeout: headersTimeout + body.timeMs,
      keepAliveTimeout: milliseconds(idle ?? '72s', 'idle'),
      connectionsCheckingInterval: Math.max(50, Math.min(1000, headersTimeout / 4)),
    },
    service.node,
  )
  server.maxConnections = wholeNumber(connections ?? 10_000, 'connections')
  server.on('clientError', refuseBroken)
  // What else may be expected is not known here, and may be left unmet.
  server.on('checkExpectation', service.node)
  server.on('connect', refuseTunnel)
  try {
    await listen(server, wholeNumber(port ?? 8080, 'port', 0, 65_535), address)
  } catch (error) {
    await service.stop({ drain: 0 })
    throw error
  }
  return new Listening(service, server, address, { drainMs, graceMs, signals: hasSignals })
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** A request that Node's parser gave up on. */
interface Broken {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly code: HttpErrorCode
}

const NOT_HTTP: Broken = {
  status: 400,
  title: 'Bad Request',
  detail: 'the request is not HTTP, or too large',
  code: 'request-header',
}

/** By the code of Node's error. */
const BROKEN: Readonly<Record<string, Broken>> = {
  HPE_HEADER_OVERFLOW: { ...NOT_HTTP, status: 431, title: 'Request Header Fields Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request Timeout',
    detail: 'the request did not arrive in time',
    code: 'body-time',
  },
}

/** What can't be read as HTTP still gets an answer that says so. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  // An answer that has begun must not be mixed with another.
  const { _httpMessage: answer } = socket as { readonly _httpMessage?: ServerResponse }
  if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent === true) {
    socket.destroy()
    return
  }
  endWith(socket, BROKEN[error.code ?? ''] ?? NOT_HTTP)
}

/** No proxy: CONNECT has a target that is no path. */
function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  endWith(socket, {
    status: 405,
    title: 'Method Not Allowed',
    detail: 'that path does not take that method',
    code: 'request-method',
  })
}

function endWith(socket: Duplex, { status, title, detail, code }: Broken): void {
  const body = JSON.stringify({ type: `urn:ganglion:error:${code}`, title, status, detail, code })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Idle connections are closed this long after the last request, since a request may be on its way on one. */
const LAST_WORDS_MS = 500

class Listening implements HttpService {
  readonly url: string
  readonly port: number
  readonly server: Server
  readonly stopped: Promise<void>
  readonly #service: OpenService
  readonly #times: { readonly drainMs: number; readonly graceMs: number }
  #stopping: Promise<void> | undefined
  #over: () => void = () => undefined
  readonly #onSignal = (): void => void this.stop()

  constructor(
    service: OpenService,
    server: Server,
    host: string,
    times: { readonly drainMs: number; readonly graceMs: number; readonly signals: boolean },
  ) {
    this.#service = service
    this.#times = times
    this.server = server
    this.port = (server.address() as AddressInfo).port
    this.url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${this.port}`
    this.stopped = new Promise((resolve) => {
      this.#over = resolve
    })
    if (times.signals) process.on('SIGTERM', this.#onSignal).on('SIGINT', this.#onSignal)
  }

  get node() {
    return this.#service.node
  }

  get fetch() {
    return this.#service.fetch
  }

  get names() {
    return this.#service.names
  }

  get inFlight(): number {
    return this.#service.inFlight
  }

  get warmed(): Promise<void> {
    return this.#service.warmed
  }

  reasons(): readonly string[] {
    return this.#service.reasons()
  }

  drain(): Promise<void> {
    return this.#service.drain()
  }

  async stop(options: { readonly drain?: Duration } = {}): Promise<void> {
    const drainMs = drainOf(options, this.#times.drainMs)
    this.#stopping ??= this.#stop(drainMs)
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /**
   * Not ready ─ grace ─▶ no new connections ─ every answer ends its connection ─▶ idle ones close ─▶ stopped. The server's own
   * `close` would close idle connections at once, and with them requests that are on their way.
   */
  async #stop(drainMs: number): Promise<void> {
    const { server } = this
    void this.#service.drain()
    await this.#pause(this.#times.graceMs)
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve())
    })
    await this.#service.core.quiet(drainMs)
    await Promise.race([closed, this.#pause(Math.min(LAST_WORDS_MS, drainMs))])
    await this.#service.core.quiet(drainMs)
    await this.#service.stop({ drain: 0 })
    server.closeIdleConnections()
    await Promise.race([closed, this.#pause(LAST_WORDS_MS)])
    server.closeAllConnections()
    process.off('SIGTERM', this.#onSignal).off('SIGINT', this.#onSignal)
    this.#over()
  }

  #pause(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#service.kernel.timers.after(ms, resolve, undefined, true)
    })
  }
}
