import { milliseconds } from '../kernel/durations.ts'
import { parseTraceParent } from '../message/trace-parent.ts'
import type { Call } from './call.ts'
import { HttpError } from './http-error.ts'
import { packingOf } from './packing.ts'

/** Milliseconds in a unit of gRPC's `grpc-timeout`. */
const GRPC_UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}

/**
 * How long the caller waits, in milliseconds: the least of `X-Request-Timeout` (`500ms`, `2s`, a number of milliseconds),
 * `grpc-timeout` (`500m`, `2S`) and the members `timeout` and `deadline` of `baggage`, and never more than `mostMs`. A call
 * without any waits for `ownMs`, and never more than `mostMs`.
 *
 * @param now wall time, milliseconds since the epoch, for `deadline`
 * @throws HttpError (`request-header`). A baggage that makes no sense is somebody else's, and is left alone.
 */
export function timeoutOf(
  call: Pick<Call, 'header'>,
  { ownMs, mostMs = ownMs }: { readonly ownMs: number; readonly mostMs: number | undefined },
  now: () => number,
): number {
  let least = Number.POSITIVE_INFINITY
  const plain = call.header('x-request-timeout')
  if (plain !== undefined) least = Math.min(least, durationIn(plain, 'x-request-timeout'))
  const grpc = call.header('grpc-timeout')
  if (grpc !== undefined) least = Math.min(least, grpcTimeout(grpc))
  const baggage = call.header('baggage')
  if (baggage !== undefined) least = Math.min(least, ofBaggage(baggage, now))
  return Math.min(least === Number.POSITIVE_INFINITY ? ownMs : least, mostMs)
}

function durationIn(text: string, name: string): number {
  const given = text.trim()
  try {
    return milliseconds(/^\d+(?:\.\d+)?$/u.test(given) ? Number(given) : given, `headers.${name}`)
  } catch (cause) {
    throw new HttpError('request-header', `the header ${name} is not a length of time`, {
      path: `headers.${name}`,
      value: text,
      remedy: "Use a number of milliseconds, or a number with a unit: '500ms', '2s', '1m'",
      cause,
    })
  }
}

function grpcTimeout(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,8})([HMSmun])$/u.exec(text.trim()) ?? []
  const scale = GRPC_UNIT_MS[unit]
  if (scale !== undefined) return Number(amount) * scale
  throw new HttpError('request-header', 'the header grpc-timeout is not a timeout of gRPC', {
    path: 'headers.grpc-timeout',
    value: text,
    remedy: "Use at most 8 digits and one of H, M, S, m, u, n: '500m' is 500 ms",
  })
}

const BAGGAGE_BYTES_MAX = 8192

function ofBaggage(text: string, now: () => number): number {
  if (text.length > BAGGAGE_BYTES_MAX) return Number.POSITIVE_INFINITY
  let least = Number.POSITIVE_INFINITY
  for (const member of text.split(',')) {
    const [pair = ''] = member.split(';')
    const at = pair.indexOf('=')
    if (at < 0) continue
    const [key, value] = [pair.slice(0, at).trim(), unescaped(pair.slice(at + 1).trim())]
    if (value === undefined) continue
    if (key === 'timeout') least = Math.min(least, quietly(value) ?? least)
    if (key === 'deadline') {
      const at = /^\d{1,15}$/u.test(value) ? Number(value) : Date.parse(value)
      if (!Number.isNaN(at)) least = Math.min(least, Math.max(0, at - now()))
    }
  }
  return least
}

function quietly(value: string): number | undefined {
  try {
    return durationIn(value, 'baggage')
  } catch {
    return undefined
  }
}

/** Text without its percent signs; undefined where they stand for nothing. */
export function unescaped(value: string): string | undefined {
  try {
    return value.includes('%') ? decodeURIComponent(value) : value
  } catch {
    return undefined
  }
}

/** The trace context of a request. W3C: one that can't be read is dropped, and the trace begins here. */
export function traceOf(call: Pick<Call, 'header'>): string | undefined {
  const given = call.header('traceparent')
  return parseTraceParent(given) === undefined ? undefined : given
}

const KEY_CHARS_MAX = 255

/** The caller's name for the request's effect: `Idempotency-Key`. @throws HttpError (`request-header`) */
export function idempotencyKeyOf(call: Pick<Call, 'header'>): string | undefined {
  const given = call.header('idempotency-key')
  if (given === undefined) return undefined
  // A structured field has quotes around it; most clients send it bare.
  const key = /^"(.*)"$/u.exec(given.trim())?.[1] ?? given.trim()
  if (key.length > 0 && key.length <= KEY_CHARS_MAX && /^[\x21-\x7e]+$/u.test(key)) return key
  throw new HttpError('request-header', 'the header idempotency-key is empty, too long, or not printable', {
    path: 'headers.idempotency-key',
    value: given.length,
    remedy: `Use 1 to ${KEY_CHARS_MAX} visible ASCII characters, such as a UUID`,
  })
}

/** The request's id as its caller gave it, if it is fit to be written into logs and headers. */
export function requestIdOf(call: Pick<Call, 'header'>): string | undefined {
  const given = call.header('x-request-id')
  return given !== undefined && /^[\w.:+/=-]{1,128}$/u.test(given) ? given : undefined
}

/** @throws HttpError (`content-type`) for a body that is said to be something other than JSON, or packed in a way that is not read here. */
export function requireJson(call: Pick<Call, 'header'>): void {
  const type = call.header('content-type')
  if (type === 'application/json') {
    requireReadable(call)
    return
  }
  if (type === undefined || !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/iu.test(type.trim())) {
    throw new HttpError(
      'content-type',
      type === undefined ? 'the request has no content type' : 'the content type is not JSON',
      { path: 'headers.content-type', value: type, remedy: 'Send content-type: application/json' },
    )
  }
  requireReadable(call)
  const charset = /;\s*charset="?([\w-]+)"?/iu.exec(type)?.[1]
  if (charset !== undefined && !/^utf-?8$/iu.test(charset)) {
    throw new HttpError('content-type', 'the charset is not UTF-8', {
      path: 'headers.content-type',
      value: type,
      remedy: 'Send JSON in UTF-8',
    })
  }
}

/** @throws HttpError (`content-type`) for a body that is packed in a way that is not read here. */
export function requireReadable(call: Pick<Call, 'header'>): void {
  packingOf(call.header('content-encoding'))
  const coding = call.header('transfer-encoding')
  if (coding === undefined || coding.trim().toLowerCase() === 'chunked') return
  throw new HttpError('content-type', 'a body that is packed on its way is not accepted', {
    path: 'headers.transfer-encoding',
    value: coding,
    remedy: 'Pack it with content-encoding, or send it as it is',
    headers: { 'accept-encoding': 'gzip, deflate' },
  })
}

/** What the caller wants of an answer: a document, or events as they happen. */
export type AnswerForm = 'json' | 'sse' | 'ndjson'

/** @throws HttpError (`not-acceptable`) when the caller takes none of the three. */
export function answerFormOf(call: Pick<Call, 'header'>): AnswerForm {
  const accept = call.header('accept')
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json')
    return 'json'
  let best: AnswerForm | undefined
  let quality = 0
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
    const form = FORMS[type]
    const q = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1)
    if (form === undefined || !(q > quality)) continue
    best = form
    quality = q
  }
  if (best !== undefined) return best
  throw new HttpError('not-acceptable', 'none of the forms of an answer is acceptable', {
    path: 'headers.accept',
    value: accept,
    remedy: 'Accept application/json, text/event-stream or application/x-ndjson',
  })
}

const FORMS: Readonly<Record<string, AnswerForm>> = {
  'application/json': 'json',
  'application/*': 'json',
  'application/problem+json': 'json',
  '*/*': 'json',
  'text/event-stream': 'sse',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
}
