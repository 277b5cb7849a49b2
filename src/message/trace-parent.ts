import { InvalidArgumentError } from '../kernel/errors.ts'

/** version-trace-parent-flags; a version later than 00 may add fields behind them. */
const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/**
 * A W3C trace context (`traceparent`).
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function checkTraceParent(given: string, path = 'trace'): string {
  const fields = typeof given === 'string' ? FORM.exec(given) : null
  if (fields !== null && (fields[1] !== '00' || fields[2] === undefined)) return given
  throw new InvalidArgumentError(`'${path}' is not a traceparent`, {
    path,
    value: given,
    remedy:
      "Use the traceparent of W3C Trace Context: '00-' + 32 hex digits + '-' + 16 hex digits + '-01', in lower case and not all zero",
  })
}
