import type { Endpoint, SchemaSource } from './endpoint.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/** The part of Standard JSON Schema that is used: zod, valibot and arktype have it. */
interface Describes {
  readonly '~standard': {
    readonly jsonSchema?: {
      input(options: { readonly target: string }): JsonSchema
      output(options: { readonly target: string }): JsonSchema
    }
  }
}

/** A schema as JSON Schema (2020-12, as OpenAPI 3.1 takes it); `{}` for one that can't describe itself. */
export function jsonSchemaOf(source: SchemaSource, side: 'input' | 'output'): JsonSchema {
  if (source === undefined) return {}
  if ('json' in source) return source.json as JsonSchema
  try {
    const { jsonSchema } = (source as unknown as Describes)['~standard']
    const { $schema: _, ...schema } = jsonSchema?.[side]({ target: 'draft-2020-12' }) ?? {}
    return schema
  } catch {
    // A schema may hold what JSON Schema has no word for: a transform, a date.
    return {}
  }
}

const PROBLEM: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; see docs/errors.md of ganglion' },
    path: { type: 'string' },
    remedy: { type: 'string' },
    requestId: { type: 'string' },
    retryAfterMs: { type: 'number' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
}

const header = (name: string, description: string, pattern?: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', ...(pattern === undefined ? {} : { pattern }) },
})

const PARAMETERS = [
  header('X-Request-Timeout', "How long the caller waits: milliseconds, or '500ms', '2s'"),
  header('Idempotency-Key', 'Repeating a request with its key repeats its answer, not its work'),
  header('traceparent', 'W3C trace context'),
  header('X-Request-Id', 'Comes back in the answer and in the log'),
]

const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const later = (description: string) => ({
  ...refusal(description),
  headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
})

/** What the service answers, as OpenAPI 3.1. */
export function openApi(
  about: {
    readonly title: string
    readonly version: string
    readonly prefix: string
    readonly secured: boolean
  },
  endpoints: Iterable<Endpoint>,
): object {
  const paths: Record<string, object> = {}
  for (const endpoint of endpoints) {
    paths[`${about.prefix}/pipelines/${encodeURIComponent(endpoint.name)}`] = {
      post: operation(endpoint, about.secured),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: about.title, version: about.version },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      ...(about.secured ? { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  }
}

function operation(endpoint: Endpoint, secured: boolean): object {
  const { input, output } = endpoint.schemas()
  return {
    operationId: endpoint.name.replace(/[^\w]+/gu, '_'),
    summary: `Runs ${endpoint.name}`,
    parameters: PARAMETERS,
    ...(secured ? { security: [{ bearer: [] }] } : {}),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: jsonSchemaOf(input, 'input') } },
    },
    responses: {
      200: {
        description: 'The answer; or its events as they happen, the last of type `value` or `error`',
        content: {
          'application/json': { schema: jsonSchemaOf(output, 'output') },
          'text/event-stream': { schema: { type: 'string' } },
          'application/x-ndjson': { schema: { type: 'string' } },
        },
      },
      400: refusal('The request is malformed'),
      ...(secured ? { 401: refusal('No valid token') } : {}),
      413: refusal('The body is too large'),
      415: refusal('The body is not JSON'),
      422: refusal('The input does not fit its schema'),
      429: later('The caller has more waiting than its share'),
      500: refusal('A step failed'),
      503: later('Overloaded, or stopping'),
      504: refusal('Not answered by the deadline'),
    },
  }
}
