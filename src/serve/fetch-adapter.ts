import type { Timers } from '../kernel/kernel.ts'
import { type BodyLimits, type Call, ClientGone, type Reply, streamOf } from './call.ts'
import { bodyTooLarge, bodyTooSlow, HttpError } from './http-error.ts'
import { packingOf, unpacked } from './packing.ts'
import type { ServiceCore } from './service.ts'

/** A handler of the Fetch API: Hono, Next, Bun, Deno. */
export type FetchHandler = (request: Request) => Promise<Response>

/** The service behind fetch. */
export function fetchHandler(core: ServiceCore, timers: Timers): FetchHandler {
  const { prefix } = core.settings
  return async (request) => {
    const url = new URL(request.url)
    const isOurs = prefix === '' || url.pathname.startsWith(`${prefix}/`)
    const path = isOurs ? url.pathname.slice(prefix.length) : '/'
    const call = new FetchCall(request, url, path, timers)
    core.arrived()
    core.handle(call)
    return responseOf(core, call, request.method, await call.reply)
  }
}

class FetchCall implements Call {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #request: Request
  readonly #host: string
  readonly #timers: Timers
  readonly #left = new AbortController()
  readonly reply: Promise<Reply>
  #replied: (reply: Reply) => void = () => undefined

  constructor(request: Request, url: URL, path: string, timers: Timers) {
    this.method = request.method
    this.path = path
    this.query = url.search.slice(1)
    this.#request = request
    this.#host = url.host
    this.#timers = timers
    this.reply = new Promise((resolve) => {
      this.#replied = resolve
    })
  }

  header(name: string): string | undefined {
    const value = this.#request.headers.get(name)
    // Some servers keep the host in the address alone.
    return value ?? (name === 'host' ? this.#host : undefined)
  }

  get signal(): AbortSignal {
    return AbortSignal.any([this.#request.signal, this.#left.signal])
  }

  get gone(): AbortSignal {
    return this.signal
  }

  answer(reply: Reply): void {
    this.#replied(reply)
  }

  /** The reader of a stream has left it. */
  leave(): void {
    this.#left.abort(new ClientGone())
  }

  async body(limits: BodyLimits): Promise<Uint8Array> {
    const packing = packingOf(this.header('content-encoding'))
    const bytes = await this.#read(limits)
    return packing === undefined ? bytes : unpacked(bytes, packing, limits.bytes)
  }

  async #read(limits: BodyLimits): Promise<Uint8Array> {
    const { body } = this.#request
    if (body === null) return new Uint8Array()
    const reader = body.getReader()
    const chunks: Uint8Array[] = []
    let size = 0
    let isLate = false
    const timer = this.#timers.after(
      limits.timeMs,
      () => {
        isLate = true
        reader.cancel().catch(() => undefined)
      },
      undefined,
    )
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        size += next.value.length
        if (size > limits.bytes) {
          reader.cancel().catch(() => undefined)
          throw bodyTooLarge(limits.bytes)
        }
        chunks.push(next.value)
      }
    } catch (error) {
      throw error instanceof HttpError ? error : new ClientGone()
    } finally {
      timer.cancel()
    }
    if (isLate) throw bodyTooSlow(limits.timeMs)
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size)
  }
}

function responseOf(core: ServiceCore, call: FetchCall, method: string, reply: Reply): Response {
  const { status, headers, body } = reply
  const stream = streamOf(body)
  if (stream === undefined) {
    core.ended()
    const shown = method === 'HEAD' || status === 204 ? null : (body as string | Uint8Array<ArrayBuffer>)
    // 499 is nobody's to read, and no status of the Fetch API would refuse it.
    return new Response(shown, { status, headers })
  }
  const lines = stream[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  const end = async (): Promise<void> => {
    call.leave()
    await lines.return?.()
    core.ended()
  }
  let isOver = false
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await lines.next()
      if (next.done === true) {
        isOver = true
        controller.close()
        core.ended()
      } else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      if (!isOver) await end()
    },
  })
  return new Response(readable, { status, headers })
}
