import { errorChain, type GanglionError, isA, messageOfError } from '../kernel/errors.ts'
import { given } from '../kernel/given.ts'
import { SchemaError } from '../message/schema.ts'
import { ProcessorFailedError } from '../pipeline/errors.ts'
import { isBusy, retryAfterOf } from '../supervision/retry-after.ts'
import { HttpError } from './http-error.ts'

/** An error as RFC 9457 has it (`application/problem+json`), with the error's own code, path and remedy. */
export interface Problem {
  /** `urn:ganglion:error:CODE` */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** Stable: switch on it. */
  readonly code: string
  readonly path?: string
  readonly remedy?: string
  readonly requestId?: string
  /** Milliseconds after which another try has a chance; the header `Retry-After` has it in seconds. */
  readonly retryAfterMs?: number
  /** Each place where the input does not fit its schema, as a JSON pointer. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

/** A problem, and the headers that go with it. */
export interface Refusal {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
  /** The service failed, and not its caller: worth a line in the log. */
  readonly isFault: boolean
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timeout',
  413: 'Body too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Unprocessable content',
  429: 'Too many requests',
  499: 'Client closed request',
  500: 'Internal error',
  503: 'Overloaded or unavailable',
  504: 'Deadline exceeded',
}

/** The status of an error by its code, where it is the outermost. All others are 500. */
const STATUS: Readonly<Record<string, number>> = {
  overloaded: 503,
  'pipeline-full': 503,
  'pipeline-stopped': 503,
  'system-stopped': 503,
  'actor-stopped': 503,
  'mailbox-full': 503,
  'queue-full': 503,
  'breaker-open': 503,
  'bulkhead-full': 503,
  'rate-limited': 503,
  'run-moved': 503,
  stopped: 503,
  deadline: 504,
  'ask-timeout': 504,
  cancelled: 499,
  'client-gone': 499,
  'bad-input': 422,
  'model-not-found': 404,
}

/** Where an error came from, which decides whose fault it is. */
export interface ProblemContext {
  /** The name that the input's schema is checked under: `NAME.input`. */
  readonly inputPath?: string
  readonly requestId?: string
  /** The caller's tenant has more than its share of what waits: the caller is too fast, not the service too slow. */
  readonly isTenantsOwn?: boolean
}

/** The answer to a request that failed. Messages of a service's own faults stay in its log. */
export function problemOf(error: unknown, context: ProblemContext = {}): Refusal {
  const [first] = errorChain(error, 1)
  const code = first?.code ?? 'thrown'
  const status = statusOf(error, code, context)
  const isFault = status === 500
  const retryAfterMs = status === 503 || status === 429 ? retryAfterMsOf(error) : undefined
  const { requestId } = context
  const { path, remedy } = isFault ? {} : (error as Partial<GanglionError>)
  const problem: Problem = {
    type: `urn:ganglion:error:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail: isFault ? faultDetail(error) : detailOf(error),
    code,
    ...given({ path, remedy, requestId, retryAfterMs }),
    ...(status === 422 && isA(error, SchemaError) ? { errors: errors(error) } : {}),
  }
  const headers: Record<string, string> = isA(error, HttpError) ? { ...error.headers } : {}
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)))
  return { problem, headers, isFault }
}

function statusOf(error: unknown, code: string, { inputPath, isTenantsOwn }: ProblemContext): number {
  if (isA(error, HttpError)) return error.status
  if (isA(error, SchemaError)) {
    const atInput = inputPath === undefined || `${error.path}.`.startsWith(`${inputPath}.`)
    return atInput && error.cause === undefined ? 422 : 500
  }
  if (code === 'invalid-argument') return inputPath === undefined ? 500 : 422
  if (isTenantsOwn === true && code === 'overloaded') return 429
  if (isA(error, ProcessorFailedError) && isBusy(error)) return 503
  return STATUS[code] ?? 500
}

/** What is known about when to come back, or a second. */
function retryAfterMsOf(error: unknown): number {
  return Math.ceil(retryAfterOf(error) ?? 1000)
}

/** The message without the remedy, which has a place of its own. */
function detailOf(error: unknown): string {
  const message = messageOfError(error)
  const { remedy } = error as Partial<GanglionError>
  return remedy !== undefined && message.endsWith(remedy) ? message.slice(0, -remedy.length).trim() : message
}

function faultDetail(error: unknown): string {
  return isA(error, ProcessorFailedError) ? `processor '${error.processor}' failed` : 'the service failed'
}

const ERRORS_MAX = 32

function errors({ issues }: SchemaError) {
  return issues.slice(0, ERRORS_MAX).map(({ path = [], message }) => ({
    pointer: path
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
    detail: message,
  }))
}
