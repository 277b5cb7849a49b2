import type { Kernel } from '../../kernel/kernel.ts'
import type { Call, Reply } from '../call.ts'
import { HttpError } from '../http-error.ts'
import { parseJson } from '../json-body.ts'
import { requireJson, timeoutOf } from '../request-headers.ts'
import { jsonReply, type ReportProblem, type Route } from '../route.ts'
import type { ServiceSettings } from '../service-options.ts'
import type { ServedModel, ServedModels } from './served-models.ts'

/** What the routes of models work with. */
export interface ModelParts {
  readonly models: ServedModels
  readonly settings: ServiceSettings
  readonly kernel: Kernel
  readonly problem: ReportProblem
}

const TIMEOUT_MS = 60_000
const TEXTS_MAX = 2048

type Fields = Readonly<Record<string, unknown>>

/** `/v1/embeddings`, `/v1/models` as OpenAI has them, `/v1/rerank` as Cohere and Jina do. */
export function textRoutes(parts: ModelParts): [string, Route][] {
  const post = (work: (fields: Fields, call: Call, timeoutMs: number) => Promise<object>): Route => ({
    methods: ['POST'],
    answer: (call, { requestId }) => answered(parts, call, requestId, work),
  })
  const rerank = post((fields, call, timeoutMs) => reranked(parts, fields, call, timeoutMs))
  return [
    ['/v1/embeddings', post((fields, call, timeoutMs) => embedded(parts, fields, call, timeoutMs))],
    ['/v1/rerank', rerank],
    ['/rerank', rerank],
    ['/v2/rerank', rerank],
    [
      '/v1/models',
      {
        methods: ['GET'],
        answer: () =>
          jsonReply(
            200,
            JSON.stringify({
              object: 'list',
              data: parts.models.all.map(({ name }) => ({
                id: name,
                object: 'model',
                created: 0,
                owned_by: 'ganglion',
              })),
            }),
          ),
      },
    ],
  ]
}

async function answered(
  { settings, kernel, problem }: ModelParts,
  call: Call,
  requestId: string,
  work: (fields: Fields, call: Call, timeoutMs: number) => Promise<object>,
): Promise<Reply> {
  try {
    requireJson(call)
    const timeoutMs = timeoutOf(call, { ownMs: TIMEOUT_MS, mostMs: settings.timeoutMs }, kernel.clock.now)
    const fields = parseJson(await call.body(settings.body), settings.depth)
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
      throw wrong('body', fields, 'Send a JSON object')
    return jsonReply(200, JSON.stringify(await work(fields as Fields, call, timeoutMs)))
  } catch (error) {
    // Clients of these interfaces read `error.message`.
    const { problem: document, headers } = problem(error, { requestId, call, inputPath: 'body' })
    const { status, detail, code, path } = document
    const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
    const body = JSON.stringify({ error: { message: detail, type, param: path ?? null, code } })
    return jsonReply(status, body, headers)
  }
}

async function embedded(
  { models }: ModelParts,
  fields: Fields,
  call: Call,
  timeoutMs: number,
): Promise<object> {
  const { model: name, input, encoding_format: format = 'float', dimensions } = fields
  const model = modelFor(models, name, 'embeddings')
  const texts = typeof input === 'string' ? [input] : textsIn(input, 'body.input')
  if (texts.some((text) => text === '')) throw wrong('body.input', '', 'Send texts that are not empty')
  if (format !== 'float' && format !== 'base64')
    throw wrong('body.encoding_format', format, "Use 'float' or 'base64'")
  if (dimensions !== undefined && !(Number.isSafeInteger(dimensions) && (dimensions as number) > 0))
    throw wrong('body.dimensions', dimensions, 'Use a whole number of at least 1')
  const vectors = await models.run<string, Float32Array>(model, texts, { timeoutMs, signal: call.signal })
  const tokens = tokensIn(texts)
  return {
    object: 'list',
    data: vectors.map((vector, index) => {
      const shown = dimensions === undefined ? vector : shortened(vector, dimensions as number)
      return {
        object: 'embedding',
        index,
        embedding: format === 'base64' ? base64(shown) : Array.from(shown),
      }
    }),
    model: model.name,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

async function reranked(
  { models }: ModelParts,
  fields: Fields,
  call: Call,
  timeoutMs: number,
): Promise<object> {
  const { model: name, query, documents, top_n: top, return_documents: shows = false } = fields
  const model = modelFor(models, name, 'reranking')
  if (typeof query !== 'string' || query === '') throw wrong('body.query', query, 'Send the query as text')
  const passages = textsIn(
    Array.isArray(documents)
      ? documents.map((one) => (one as { text?: unknown } | null)?.text ?? one)
      : documents,
    'body.documents',
  )
  if (top !== undefined && !(Number.isSafeInteger(top) && (top as number) > 0))
    throw wrong('body.top_n', top, 'Use a whole number of at least 1')
  const rows = passages.map((passage) => ({ query, passage }))
  const scores = await models.run<(typeof rows)[number], number>(model, rows, {
    timeoutMs,
    signal: call.signal,
  })
  const isProbability = model.task.options.activation === 'sigmoid'
  const tokens = tokensIn(passages) + passages.length * tokensIn([query])
  return {
    id: call.header('x-request-id') ?? 'rerank',
    model: model.name,
    results: scores
      .map((score, index) => ({
        index,
        relevance_score: isProbability ? score : 1 / (1 + Math.exp(-score)),
        ...(shows === true ? { document: { text: passages[index] } } : {}),
      }))
      .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
      .slice(0, top === undefined ? undefined : (top as number)),
    usage: { total_tokens: tokens },
    meta: { billed_units: { search_units: 1 } },
  }
}

/** The model that is named, or the only one of its kind. */
function modelFor(models: ServedModels, name: unknown, kind: string): ServedModel {
  const fit = models.all.filter(({ task }) => task.kind === kind)
  const [only] = fit
  if (name === undefined && only !== undefined && fit.length === 1) return only
  if (typeof name !== 'string')
    throw wrong('body.model', name, `Name a model: ${fit.map((one) => one.name).join(', ')}`)
  const model = models.get(name, 'body.model')
  if (model.task.kind === kind) return model
  throw wrong(
    'body.model',
    name,
    `Use a model for ${kind}: ${fit.map((one) => one.name).join(', ') || 'there is none'}`,
  )
}

function textsIn(value: unknown, path: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw wrong(path, value, 'Send a text or a list of texts')
  if (value.length > TEXTS_MAX) throw wrong(path, value.length, `Send at most ${TEXTS_MAX} texts`)
  const other = value.findIndex((one) => typeof one !== 'string')
  if (other >= 0) throw wrong(`${path}.${other}`, value[other], 'Send texts: lists of tokens are not read')
  return value as string[]
}

/** The first dimensions, at length 1 again. */
function shortened(vector: Float32Array, dimensions: number): Float32Array {
  if (dimensions > vector.length) throw wrong('body.dimensions', dimensions, `The model has ${vector.length}`)
  const short = vector.slice(0, dimensions)
  const length = Math.sqrt(short.reduce((sum, x) => sum + x * x, 0)) || 1
  return short.map((x) => x / length)
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

/** An estimate, four characters a token: tokens are counted where the model runs, and not sent back. */
function tokensIn(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
}

function wrong(path: string, value: unknown, remedy: string): HttpError {
  return new HttpError('body-malformed', `${path} is not what is expected there`, { path, value, remedy })
}
