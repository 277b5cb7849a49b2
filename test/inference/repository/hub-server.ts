import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ModelCard } from '../../../src/inference/repository/model-card.ts'

/** A request that the server has seen. */
export interface Seen {
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** Answers one request in its own way; true: it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean

/** A hub on 127.0.0.1, on real sockets, with files in memory and faults by path. */
export class HubServer {
  readonly files = new Map<string, Buffer>()
  readonly seen: Seen[] = []
  readonly faults: { path: string; fault: Fault }[] = []
  /** Called with every request, before it is answered. */
  onRequest: (seen: Seen) => void = () => {}
  ignoresRange = false
  readonly #server: Server
  #base = ''

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  static async start(): Promise<HubServer> {
    const hub = new HubServer()
    await new Promise<void>((resolve) => {
      hub.#server.listen(0, '127.0.0.1', resolve)
    })
    hub.#base = `http://127.0.0.1:${(hub.#server.address() as AddressInfo).port}/`
    return hub
  }

  get base(): string {
    return this.#base
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  /** Puts a version there: its files, its card with their checksums, and the list of versions. */
  publish(
    name: string,
    version: string,
    files: Readonly<Record<string, Buffer>>,
    change: Partial<ModelCard> = {},
  ): void {
    const sha256: Record<string, string> = {}
    for (const [file, body] of Object.entries(files)) {
      sha256[file] = sha256Of(body)
      this.files.set(`/${name}/${version}/${file}`, body)
    }
    const card = { name, version, task: 'custom', licence: 'MIT', source: 'a test', sha256, ...change }
    this.files.set(`/${name}/${version}/model.json`, Buffer.from(JSON.stringify(card)))
    const list = `/${name}/versions.json`
    const { versions } = JSON.parse(this.files.get(list)?.toString() ?? '{"versions":[]}') as {
      versions: string[]
    }
    this.files.set(list, Buffer.from(JSON.stringify({ versions: [...versions, version] })))
  }

  /** The number of requests of a path that are answered by this. */
  fault(path: string, fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.faults.push({ path, fault })
  }

  requests(path: string): Seen[] {
    return this.seen.filter((one) => one.path === path)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    const seen = { path, headers: request.headers }
    this.seen.push(seen)
    this.onRequest(seen)
    const body = this.files.get(path)
    const at = this.faults.findIndex((one) => one.path === path)
    if (at >= 0) {
      const [found] = this.faults.splice(at, 1)
      if (found?.fault(request, response, body ?? Buffer.alloc(0))) return
    }
    if (body === undefined) {
      response.writeHead(404).end()
      return
    }
    const etag = `"${sha256Of(body)}"`
    const from = this.ignoresRange ? undefined : rangeStart(request, etag)
    if (from === undefined) {
      response.writeHead(200, { 'content-length': body.length, etag }).end(body)
    } else if (from >= body.length) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end()
    } else {
      const range = `bytes ${from}-${body.length - 1}/${body.length}`
      const headers = { 'content-length': body.length - from, 'content-range': range, etag }
      response.writeHead(206, headers).end(body.subarray(from))
    }
  }
}

export function sha256Of(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

/** Sends the first `bytes` of what is asked for and breaks the connection. */
export function dropAfter(bytes: number): Fault {
  return (request, response, body) => {
    const from = rangeStart(request, `"${sha256Of(body)}"`) ?? 0
    const rest = body.subarray(from)
    const status = from > 0 ? 206 : 200
    response.writeHead(status, {
      'content-length': rest.length,
      etag: `"${sha256Of(body)}"`,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    })
    breakOff(response, rest.subarray(0, bytes))
    return true
  }
}

/** What is sent arrives, and then the connection ends in the middle of the body. */
export function breakOff(response: ServerResponse, last: Buffer): void {
  const { socket } = response
  response.write(last, () => socket?.end())
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return (_request, response) => {
    response.writeHead(code, headers).end()
    return true
  }
}

/** Sends this instead, however long. */
export function instead(body: Buffer, headers: Readonly<Record<string, string>> = {}): Fault {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': String(body.length), ...headers }).end(body)
    return true
  }
}

/** Accepts the request and never says a word. */
export const hang: Fault = () => true

function rangeStart(request: IncomingMessage, etag: string): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
  const condition = request.headers['if-range']
  return match === null || (condition !== undefined && condition !== etag) ? undefined : Number(match[1])
}
