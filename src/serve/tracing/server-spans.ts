import { parseTraceParent } from '../../message/trace-parent.ts'
import type { Reply } from '../call.ts'
import { type OpenTelemetryApi, placeOf, SPAN_KIND, STATUS_ERROR, traceParentOf } from './open-telemetry.ts'

/** Does the work of a request within a span; the work gets the trace context to pass on. */
export type ServerSpans = (
  request: { readonly route: string; readonly method: string; readonly trace: string | undefined },
  work: (trace: string | undefined) => Promise<Reply>,
) => Promise<Reply>

/** The span of each request, a child of what its `traceparent` names, and the active one while its run begins. */
export function serverSpans<C>(api: OpenTelemetryApi<C>): ServerSpans {
  return ({ route, method, trace }, work) => {
    const place = trace === undefined ? undefined : placeOf(trace)
    // A server of the user's may have begun a span for the request already; then that is the parent.
    const active = api.context.active()
    const hasParent = place === undefined || api.trace.getSpan(active) !== undefined
    const parent = hasParent ? active : api.trace.setSpanContext(active, place)
    const span = api.trace.getTracer('ganglion').startSpan(
      `${method} ${route}`,
      {
        kind: SPAN_KIND.server,
        attributes: { 'http.request.method': method, 'http.route': route },
      },
      parent,
    )
    return api.context.with(api.trace.setSpan(parent, span), async () => {
      try {
        const own = traceParentOf(span.spanContext())
        // Without an SDK the API's spans are nowhere: their ids are zero.
        const reply = await work(parseTraceParent(own) === undefined ? trace : own)
        span.setAttribute('http.response.status_code', reply.status)
        if (reply.status >= 500) span.setStatus({ code: STATUS_ERROR })
        return reply
      } catch (error) {
        span.setStatus({ code: STATUS_ERROR })
        throw error
      } finally {
        span.end()
      }
    })
  }
}
