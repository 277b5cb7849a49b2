import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import type { OpinionMonitor } from '../open-opinion-monitor.ts'
import { type BadHeadline, headlineOf } from '../read-headlines.ts'
import { reportHtml } from '../report/html.ts'
import type { StreamHeadline } from '../stream-headline.ts'
import type { Alert } from '../watching/alert.ts'
import { HeadlineQueue } from './headline-queue.ts'

/** A monitor behind HTTP. */
export interface ServedMonitor {
  readonly url: string
  /** The headlines that requests bring: what the monitor watches. */
  readonly headlines: AsyncIterable<StreamHeadline>
  /** Sends an alert to everyone who listens at `/alerts`. */
  publish(alert: Alert): void
  stop(): Promise<void>
}

const BODY_MOST = 2 ** 20
const WAITING_MOST = 20_000
const LISTENERS_MOST = 200
/** Alerts that a listener who comes back gets again. */
const KEPT_MOST = 1_000
const BAD_NAMED_MOST = 20

/**
 * Serves a monitor on this machine: `POST /headlines` takes JSON lines, `GET /alerts` streams alerts as server-sent events (after
 * `last-event-id`, if given), `GET /` is the report.
 */
export async function serveMonitor(
  monitor: () => OpinionMonitor,
  { port, host, windowMs }: { readonly port: number; readonly host: string; readonly windowMs: number },
): Promise<ServedMonitor> {
  const queue = new HeadlineQueue(WAITING_MOST)
  const kept: Alert[] = []
  const listeners = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://monitor')
    if (!isOwnName(request.headers.host)) return say(response, 421, { error: 'this host name is not served' })
    if (pathname === '/headlines' && request.method === 'POST') return take(request, response)
    if (request.method !== 'GET') return say(response, 405, { error: 'not allowed' })
    if (pathname === '/alerts') return listen(request, response)
    if (pathname !== '/') return say(response, 404, { error: 'there are /, /alerts and /headlines' })
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(reportHtml(monitor().report(), windowMs))
  }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    if (text === undefined) return say(response, 413, { error: `a body has at most ${BODY_MOST} bytes` })
    const { headlines, bad } = rowsOf(text)
    if (!queue.offer(headlines)) {
      response.setHeader('retry-after', '1')
      return say(response, 503, { error: 'too many headlines are waiting' })
    }
    say(response, headlines.length === 0 ? 422 : 202, {
      accepted: headlines.length,
      bad: bad.slice(0, BAD_NAMED_MOST),
      badRows: bad.length,
    })
  }
  function listen(request: IncomingMessage, response: ServerResponse): void {
    if (listeners.size >= LISTENERS_MOST) {
      say(response, 503, { error: 'too many listeners' })
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const last = decodeURIComponent(String(request.headers['last-event-id'] ?? ''))
    const from = kept.findIndex(({ id }) => id === last) + 1
    response.write(`: alerts\n\n${kept.slice(from).map(eventOf).join('')}`)
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const at = server.address() as AddressInfo
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`,
    headlines: queue,
    publish(alert) {
      kept.push(alert)
      if (kept.length > KEPT_MOST) kept.shift()
      for (const listener of listeners) listener.write(eventOf(alert))
    },
    async stop() {
      queue.end()
      for (const listener of listeners) listener.end()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** An id may hold any character of an entity's name, an event's id none that ends a line. */
function eventOf(alert: Alert): string {
  return `id: ${encodeURIComponent(alert.id)}\nevent: alert\ndata: ${JSON.stringify(alert)}\n\n`
}

function rowsOf(text: string) {
  const headlines: Exclude<ReturnType<typeof headlineOf>, string>[] = []
  const bad: BadHeadline[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return
    const row = headlineOf(line)
    if (typeof row === 'string') bad.push({ line: i + 1, reason: row })
    else headlines.push(row)
  })
  return { headlines, bad }
}

/** Undefined: it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_MOST) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Names of this machine alone: a page elsewhere that rebinds its own name to this address is refused. */
function isOwnName(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/u, '').replace(/^\[|\]$/gu, '')
  return name === 'localhost' || isIP(name) !== 0
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
