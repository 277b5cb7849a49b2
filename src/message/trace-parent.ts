import { InvalidArgumentError } from '../kernel/errors.ts'

/** version-trace-parent-flags; a version later than 00 may add fields behind them. */
const FORM =
  /^(?<version>(?!ff)[0-9a-f]{2})-(?<traceId>(?!0{32})[0-9a-f]{32})-(?<spanId>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/

/** The fields of a W3C trace context (`traceparent`). */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** Undefined where it is none. */
export function parseTraceParent(given: unknown): TraceParent | undefined {
  const fields = typeof given === 'string' ? FORM.exec(given)?.groups : undefined
  if (fields === undefined || (fields.version === '00' && fields.more !== undefined)) return undefined
  const { traceId = '', spanId = '', flags = '' } = fields
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) }
}

/**
 * A W3C trace context, as it is.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function checkTraceParent(given: string, path = 'trace'): string {
  if (parseTraceParent(given) !== undefined) return given
  throw new InvalidArgumentError(`'${path}' is not a traceparent`, {
    path,
    value: given,
    remedy:
      "Use the traceparent of W3C Trace Context: '00-' + 32 hex digits + '-' + 16 hex digits + '-01', in lower case and not all zero",
  })
}
