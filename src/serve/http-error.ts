import { GanglionError, type GanglionErrorDetails, partsOf, text } from '../kernel/errors.ts'

/** Why a request was refused before anything ran. */
export type HttpErrorCode =
  | 'body-malformed'
  | 'body-time'
  | 'body-too-deep'
  | 'body-too-large'
  | 'content-type'
  | 'idempotency-mismatch'
  | 'not-acceptable'
  | 'request-header'
  | 'request-method'
  | 'unauthorized'
  | 'unknown-path'
  | 'wrong-host'
  | 'wrong-origin'

const STATUS: Readonly<Record<HttpErrorCode, number>> = {
  'body-malformed': 400,
  'body-time': 408,
  'body-too-deep': 400,
  'body-too-large': 413,
  'content-type': 415,
  'idempotency-mismatch': 422,
  'not-acceptable': 406,
  'request-header': 400,
  'request-method': 405,
  unauthorized: 401,
  'unknown-path': 404,
  'wrong-host': 421,
  'wrong-origin': 403,
}

/** A request that the HTTP service refuses. `status` is the answer's; `path` names the header or part of the body. */
export class HttpError extends GanglionError {
  readonly status: number
  /** Headers that the answer needs: `allow`, `www-authenticate`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: HttpErrorCode,
    what: string,
    details: GanglionErrorDetails & { readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(code, what, { stack: false, ...partsOf(details) })
    this.status = STATUS[text(code) as HttpErrorCode]
    this.headers = partsOf(details).headers ?? {}
  }
}

/** The body is larger than the service reads. `unread`: some of it is still coming, so the connection ends with the answer. */
export function bodyTooLarge(bytes: number, unread = false): HttpError {
  return new HttpError('body-too-large', `the body has more than ${bytes} bytes`, {
    path: 'body',
    value: bytes,
    remedy: 'Send less, or raise limits.body',
    ...(unread ? { headers: { connection: 'close' } } : {}),
  })
}

/** The body took longer than the service waits for it. */
export function bodyTooSlow(ms: number): HttpError {
  return new HttpError('body-time', `the body did not arrive within ${ms} ms`, {
    path: 'body',
    value: ms,
    remedy: 'Send it faster, or raise limits.bodyTime',
    headers: { connection: 'close' },
  })
}
