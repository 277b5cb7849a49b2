import type { Call, Reply } from './call.ts'
import { HttpError } from './http-error.ts'
import type { Refusal } from './problems.ts'
import { unescaped } from './request-headers.ts'

/** What answers one path, or every path below one. */
export interface Route {
  readonly methods: readonly string[]
  /** Whether anyone may call it, token or not: probes. */
  readonly isOpen?: boolean
  /** Whether its answers are packed for every caller that takes them so, and not only for those that pack their own bodies. */
  readonly packs?: boolean
  answer(call: Call, context: RequestContext): Reply | Promise<Reply>
}

/** What a route knows about its request besides the call. */
export interface RequestContext {
  readonly requestId: string
  /** The path below the route's own, still escaped. */
  readonly rest: string
  /** The caller has a token, or needs none. */
  readonly isKnown: boolean
  /** When the request came, monotonic milliseconds. */
  readonly began: number
}

/** Makes the problem document of an error, and logs it if it is the service's fault. */
export type ReportProblem = (
  error: unknown,
  context: {
    readonly requestId: string
    readonly call: Call
    readonly inputPath?: string
    readonly isTenantsOwn?: boolean
  },
) => Refusal

/** Of every document. */
export const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** A document as a reply, with these headers besides. */
export function jsonReply(status: number, body: string, headers?: Reply['headers']): Reply {
  return { status, headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers }, body }
}

/** A problem document as a reply. */
export function problemReply({ problem, headers }: Refusal): Reply {
  return jsonReply(problem.status, JSON.stringify(problem), {
    'content-type': 'application/problem+json',
    ...headers,
  })
}

export function unknownPath(): HttpError {
  return new HttpError('unknown-path', 'there is nothing at that path', {
    path: 'path',
    remedy: 'GET /openapi.json lists the paths',
  })
}

/** A segment of a path, unescaped; '' for one that can't be. */
export function unescapedSegment(segment: string): string {
  return unescaped(segment) ?? ''
}
