import type { Call, Reply } from './call.ts'
import type { FetchHandler } from './fetch-adapter.ts'
import type { Route } from './route.ts'
import type { ServiceSettings } from './service-options.ts'

/** A handler of fetch behind a path of the service, with its gate and its limits. */
export class McpRoute implements Route {
  readonly methods = ['GET', 'POST', 'DELETE']
  readonly #handler: FetchHandler
  readonly #settings: ServiceSettings

  constructor(handler: FetchHandler, settings: ServiceSettings) {
    this.#handler = handler
    this.#settings = settings
  }

  async answer(call: Call): Promise<Reply> {
    const headers = new Headers()
    for (const name of FORWARDED) {
      const value = call.header(name)
      if (value !== undefined) headers.set(name, value)
    }
    const body = call.method === 'POST' ? await call.body(this.#settings.body) : undefined
    const response = await this.#handler(
      new Request('http://localhost/mcp', {
        method: call.method,
        headers,
        signal: call.signal,
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
      }),
    )
    return {
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => name !== 'content-length')),
      body: response.headers.get('content-type')?.startsWith('text/event-stream')
        ? textOf(response)
        : await response.text(),
    }
  }
}

const FORWARDED = [
  'accept',
  'content-type',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
]

async function* textOf({ body }: Response): AsyncGenerator<string, void, void> {
  if (body === null) return
  const decoder = new TextDecoder()
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
    yield decoder.decode(chunk, { stream: true })
}
