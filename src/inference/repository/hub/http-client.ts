import type { Kernel } from '../../../kernel/kernel.ts'
import { backoffDelay } from '../../../supervision/backoff.ts'
import { InferenceError } from '../../errors.ts'
import type { Limits } from '../limits.ts'
import { ArrivingBody } from './arriving-body.ts'
import { Attempt, checkLimits, pause, Transient } from './attempt.ts'

/** How to ask a server, and for how long. */
export interface HttpOptions {
  readonly fetch: typeof fetch
  /** Sent only to the hub's own origin; they are dropped after a redirect elsewhere. */
  readonly headers: Readonly<Record<string, string>>
  /** Attempts in a row without progress. */
  readonly attempts: number
  readonly backoffMs: readonly number[]
  /** Silence after which a connection counts as broken. */
  readonly stallMs: number
}

const REDIRECTS_MAX = 10
const RETRY_AFTER_MS_MAX = 60_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504])

/** Asks a hub, and handles redirects, retries with backoff and `Retry-After`, stalls and deadlines. */
export class HttpClient {
  readonly #kernel: Kernel
  readonly #options: HttpOptions

  constructor(kernel: Kernel, options: HttpOptions) {
    this.#kernel = kernel
    this.#options = options
  }

  /**
   * Runs `once` until it succeeds, or `attempts` tries in a row made no progress.
   *
   * Rejects with InferenceError: `hub-unreachable`, `hub-refused`, `deadline`, `cancelled`, and any error of `once`
   * that is not transient.
   */
  async retry<T>(url: URL, limits: Limits, once: (attempt: Attempt) => Promise<T>): Promise<T> {
    const random = this.#kernel.random.stream('inference/hub')
    for (let failures = 0; ; ) {
      const attempt = new Attempt(this.#kernel, limits, this.#options.stallMs)
      try {
        return await once(attempt)
      } catch (error) {
        if (!(error instanceof Transient)) throw error
        checkLimits(this.#kernel, limits, error)
        failures = attempt.progressed ? 1 : failures + 1
        const tooLong = (error.retryAfterMs ?? 0) > RETRY_AFTER_MS_MAX
        if (failures >= this.#options.attempts || tooLong) throw givenUp(url, failures, error)
        const delay = error.retryAfterMs ?? backoffDelay(this.#options.backoffMs, failures, random)
        attempt.close()
        await pause(this.#kernel, delay, limits, error)
      } finally {
        attempt.close()
      }
    }
  }

  /**
   * One request with its redirects; the response is a success (or 416, which resuming asks about).
   *
   * Rejects with Transient if another try may help, otherwise with InferenceError (`hub-refused`).
   */
  async open(url: URL, attempt: Attempt, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    let at = url
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      const own = at.origin === url.origin ? this.#options.headers : {}
      const response = await this.#send(at, attempt, { ...own, ...headers })
      const location = response.headers.get('location')
      if (REDIRECTS.has(response.status) && location !== null) {
        await response.body?.cancel().catch(() => {})
        at = target(at, location)
        continue
      }
      if (response.ok || response.status === 416) return response
      await response.body?.cancel().catch(() => {})
      throw this.#failed(at, response)
    }
    throw refused(url, 310, `redirects more than ${REDIRECTS_MAX} times`)
  }

  /**
   * A small document as text. Rejects like `retry`, and with InferenceError (`model-too-large`).
   *
   * @returns undefined if the server has none (404, 410).
   */
  text(url: URL, bytesMax: number, limits: Limits): Promise<string | undefined> {
    return this.retry(url, limits, async (attempt) => {
      const response = await this.open(url, attempt).catch((error: unknown) => {
        if (isMissing(error)) return undefined
        throw error
      })
      if (response === undefined) return undefined
      const chunks: Uint8Array[] = []
      let bytes = 0
      for await (const chunk of this.body(response, attempt)) {
        bytes += chunk.length
        if (bytes > bytesMax) throw tooLarge(url.href, bytesMax)
        chunks.push(chunk)
      }
      return Buffer.concat(chunks).toString('utf8')
    })
  }

  /** The bytes as they arrive. A connection that breaks is Transient; the bytes before the break come first. */
  body(response: Response, attempt: Attempt): AsyncGenerator<Uint8Array, void, void> {
    return piecesOf(new ArrivingBody(response, () => attempt.alive()))
  }

  async #send(url: URL, attempt: Attempt, headers: Record<string, string>): Promise<Response> {
    try {
      const response = await this.#options.fetch(url, {
        redirect: 'manual',
        signal: attempt.signal,
        // A compressed body has another length and can't be resumed by byte.
        headers: { 'accept-encoding': 'identity', ...headers },
      })
      attempt.alive()
      return response
    } catch (cause) {
      throw transient('no connection', cause)
    }
  }

  #failed(url: URL, response: Response): Error {
    const { status } = response
    if (!TRANSIENT.has(status)) return refused(url, status, `answers ${status}`)
    const retryAfterMs = retryAfter(response.headers.get('retry-after'), this.#kernel.clock.now())
    return new Transient(`${url.href} answers ${status}`, {
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
}

async function* piecesOf(body: ArrivingBody): AsyncGenerator<Uint8Array, void, void> {
  try {
    for (;;) {
      const piece = await body.next().catch((cause: unknown) => {
        throw transient('the connection broke', cause)
      })
      if (piece === undefined) return
      yield piece
    }
  } finally {
    await body.close()
  }
}

/** Whether an error means that the hub has no such document. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof InferenceError &&
    error.code === 'hub-refused' &&
    (error.value === 404 || error.value === 410)
  )
}

/** `model-too-large` */
export function tooLarge(what: string, bytesMax: number): InferenceError {
  return new InferenceError('model-too-large', `${what} is larger than ${bytesMax} bytes`, {
    path: 'hub.bytesMax',
    value: bytesMax,
    remedy: 'Use a larger hub.bytesMax if this is the model you want',
  })
}

function transient(what: string, cause: unknown): Transient {
  return cause instanceof Transient ? cause : new Transient(what, { cause })
}

function target(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  const downgrade = from.protocol === 'https:' && to?.protocol === 'http:'
  if (to !== undefined && /^https?:$/.test(to.protocol) && !downgrade) return to
  throw refused(from, 310, `redirects to ${location}, which is not followed`)
}

function givenUp(url: URL, failures: number, cause: Transient): InferenceError {
  if (cause.status !== undefined) {
    const wait = cause.retryAfterMs === undefined ? '' : `, in ${Math.ceil(cause.retryAfterMs / 1000)} s`
    return new InferenceError('hub-refused', `${url.href} answered ${cause.status} to ${failures} tries`, {
      path: url.href,
      value: cause.status,
      remedy: `Ask again later${wait}: the downloaded bytes are kept`,
      cause,
    })
  }
  return new InferenceError('hub-unreachable', `${url.href} could not be read in ${failures} tries`, {
    path: url.href,
    remedy: 'Check the network and hub.baseUrl, and ask again: the downloaded bytes are kept',
    cause,
  })
}

function refused(url: URL, status: number, what: string): InferenceError {
  const remedy =
    status === 401 || status === 403
      ? 'Use hub.headers that the hub accepts'
      : 'Check hub.baseUrl and the name of the model'
  return new InferenceError('hub-refused', `${url.href} ${what}`, { path: url.href, value: status, remedy })
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
