/**
 * Pipelines and teams over HTTP: handlers for `node:http` and fetch, a server with health, drain and OpenAPI.
 *
 * @module
 */
export { createService, type Served, type Service } from './create-service.ts'
export type { Servable, ServedFolder } from './endpoint.ts'
export {
  type FastifyLike,
  type FastifyReplyLike,
  type FastifyRequestLike,
  fastifyService,
} from './fastify.ts'
export type { FetchHandler } from './fetch-adapter.ts'
export { HttpError, type HttpErrorCode } from './http-error.ts'
export { createMetrics, type Metrics, type MetricsOptions } from './metrics/system-metrics.ts'
export type { NodeHandler } from './node-adapter.ts'
export type { Problem } from './problems.ts'
export { type HttpService, type ServeOptions, serve } from './serve.ts'
export type { RequestLimits, ServiceOptions } from './service-options.ts'
export type { OpenTelemetryApi, SpanLike, SpanPlace, TracerLike } from './tracing/open-telemetry.ts'
export { traceRuns } from './tracing/trace-runs.ts'
