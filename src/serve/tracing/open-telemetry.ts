import { parseTraceParent, type TraceParent } from '../../message/trace-parent.ts'

/** A span's place in its trace. */
export type SpanPlace = TraceParent

/** The part of a span of OpenTelemetry that is used. */
export interface SpanLike {
  spanContext(): SpanPlace
  setAttribute(key: string, value: string | number | boolean): unknown
  addEvent(name: string, attributes?: Record<string, string | number>, time?: number): unknown
  setStatus(status: { code: number; message?: string }): unknown
  end(time?: number): void
}

/** The part of a tracer that is used. */
export interface TracerLike<C> {
  startSpan(
    name: string,
    options?: {
      kind?: number
      startTime?: number
      attributes?: Record<string, string | number | boolean>
      links?: { context: SpanPlace }[]
    },
    context?: C,
  ): SpanLike
}

/**
 * The part of `@opentelemetry/api` that is used: `import * as api from '@opentelemetry/api'`. Nothing of it is imported here, so
 * programs without it need not install it.
 */
export interface OpenTelemetryApi<C> {
  readonly trace: {
    getTracer(name: string, version?: string): TracerLike<C>
    // biome-ignore lint/suspicious/noExplicitAny: a span of the api has more than is used here
    setSpan(context: C, span: any): C
    getSpan(context: C): SpanLike | undefined
    setSpanContext(context: C, place: SpanPlace & { isRemote?: boolean }): C
  }
  readonly context: {
    active(): C
    with<R>(context: C, work: () => R): R
  }
  readonly ROOT_CONTEXT: C
}

/** Values of enums of the API: stable by its specification. */
export const SPAN_KIND = { internal: 0, server: 1, producer: 3, consumer: 4 } as const
export const STATUS_ERROR = 2

/** A span's place as a `traceparent`. */
export function traceParentOf({ traceId, spanId, traceFlags }: SpanPlace): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** The place that a `traceparent` names. */
export function placeOf(traceparent: string): (SpanPlace & { readonly isRemote: true }) | undefined {
  const fields = parseTraceParent(traceparent)
  return fields && { ...fields, isRemote: true }
}
