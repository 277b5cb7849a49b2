import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Call } from './call.ts'
import { HttpError } from './http-error.ts'

/** Who may call. */
export interface GateOptions {
  readonly tokens: readonly string[]
  /** Names that the service answers to, in lower case; undefined: any. Addresses and `localhost` always are. */
  readonly hosts: ReadonlySet<string> | undefined
  /** Origins of pages elsewhere whose scripts may call; `*` for any. */
  readonly origins: ReadonlySet<string>
}

/**
 * Host, Origin and token of every request. The host's name keeps out pages that point a name of their own at this address
 * (DNS rebinding); an address can't be pointed elsewhere.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #digests: readonly Buffer[]
  /** Hosts that were found right, since most requests come by the same few. */
  readonly #seen = new Set<string>()

  constructor(options: GateOptions) {
    this.#options = options
    this.#digests = options.tokens.map(digest)
  }

  /** @throws HttpError: `wrong-host`, `wrong-origin` */
  checkSender(call: Call): void {
    const { hosts, origins } = this.#options
    const host = call.header('host') ?? call.header(':authority')
    if (hosts !== undefined && !this.#seen.has(host as string)) {
      const name = nameOf(host)
      if (name === undefined || !(isLocal(name) || hosts.has(name))) {
        throw new HttpError('wrong-host', 'this service does not answer to that host', {
          path: 'headers.host',
          value: host,
          remedy: 'Call it by its address, or add the name to the option `hosts`',
        })
      }
      if (this.#seen.size < SEEN_MAX) this.#seen.add(host as string)
    }
    const origin = call.header('origin')
    if (origin === undefined || origins.has('*') || origins.has(origin.toLowerCase())) return
    if (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()) return
    throw new HttpError('wrong-origin', 'pages of that origin may not call this service', {
      path: 'headers.origin',
      value: origin,
      remedy: 'Add the origin to the option `origins`',
    })
  }

  /** Headers that let the page that called read the answer. */
  corsOf(call: Call): Readonly<Record<string, string>> {
    const origin = call.header('origin')
    return origin === undefined ? NONE : { 'access-control-allow-origin': origin, vary: 'origin' }
  }

  /** Whether the caller has a token, or needs none. */
  isKnown(call: Call): boolean {
    if (this.#digests.length === 0) return true
    const given = /^Bearer +([\w.~+/=-]+)$/iu.exec(call.header('authorization')?.trim() ?? '')?.[1]
    if (given === undefined) return false
    const own = digest(given)
    // All are compared, so that the time says nothing about which.
    return this.#digests.reduce((known, one) => timingSafeEqual(one, own) || known, false)
  }

  get hasTokens(): boolean {
    return this.#digests.length > 0
  }
}

/** The refusal of a caller without a token. */
export function unauthorized(): HttpError {
  return new HttpError('unauthorized', 'the request has no valid token', {
    path: 'headers.authorization',
    remedy: 'Send authorization: Bearer TOKEN',
    headers: { 'www-authenticate': 'Bearer' },
  })
}

const NONE: Readonly<Record<string, string>> = {}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const SEEN_MAX = 64

/** The name or address without the port, in lower case; undefined for what is none. */
function nameOf(host: string | undefined): string | undefined {
  if (host === undefined) return undefined
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/iu.exec(host) ?? []
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/u, '')
}

function isLocal(name: string): boolean {
  return name === 'localhost' || isIP(name) !== 0
}
