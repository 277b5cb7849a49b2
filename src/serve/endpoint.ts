import type { StandardSchemaV1 } from '@standard-schema/spec'
import { given } from '../kernel/given.ts'
import type { Hop } from '../message/header.ts'
import type { PipelineLoad } from '../pipeline/admission/load.ts'
import type { PipelineAskOptions, RunningPipeline } from '../pipeline/control/running-pipeline.ts'
import type { Plan } from '../pipeline/plan/plan.ts'
import type { EventStream } from '../ports/events.ts'
import type { Runnable } from '../ports/host.ts'
import type { ModelTask } from '../ports/inference.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { AnswerEvent } from './event-lines.ts'
import { HttpError } from './http-error.ts'
import type { Source } from './metrics/source.ts'

/** What a request says about its run. */
export interface AskedOptions extends Pick<PipelineAskOptions, 'tenant' | 'priority' | 'orderKey'> {
  /** Milliseconds. */
  timeout: number
  signal: AbortSignal | undefined
  trace: string | undefined
  readonly idempotencyKey: string | undefined
}

/** A folder team of `openFolder`, by what is used of it here. */
export interface ServedFolder {
  readonly index: object
  readonly inFlight: number
  /** What its systems tell: metrics and traces. */
  readonly events?: EventStream
  /** The systems that answer now: their numbers are shown. */
  readonly systems?: readonly ActorSystem[]
  /** The pipelines that answer now: their loads are shown. */
  readonly pipelines?: readonly RunningPipeline<never, unknown>[]
  ask(question: string, options?: FolderAsked): Promise<object>
  stream(question: string, options?: FolderAsked): AsyncIterableIterator<object>
  stop(options?: { readonly drain?: number | string }): Promise<void>
}

interface FolderAsked {
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly tenant?: string
  readonly priority?: number
  readonly trace?: string
  readonly explain?: boolean
  readonly sources?: number
  readonly minConfidence?: number
}

/** What can be served: a pipeline, which is then run; a running one; or a team of `openFolder`. */
export type Servable =
  | Runnable<RunningPipeline<never, unknown>>
  | RunningPipeline<never, unknown>
  | ServedFolder

/** What is behind one path. */
export interface Endpoint {
  readonly name: string
  /** What its input's schema errors begin with. */
  readonly inputPath: string
  /** The longest that a run may take, milliseconds. */
  readonly timeoutMs: () => number
  readonly schemas: () => { readonly input: SchemaSource; readonly output: SchemaSource }
  ask(input: unknown, options: AskedOptions): Promise<unknown>
  stream(input: unknown, options: AskedOptions): AsyncIterator<AnswerEvent, undefined>
  readonly inFlight: number
  /** The pipelines behind it now. */
  readonly pipelines: () => readonly RunningPipeline<never, unknown>[]
  /** Whether a run needs no more of its signal than `abort` listeners. */
  readonly takesLightSignal: boolean
  /** The systems that a team brings along. */
  readonly source: Source | undefined
  readonly models: () => readonly ModelTask<never, unknown>[]
  stop(drainMs: number): Promise<void>
}

/** A Standard Schema, a JSON schema as it is, or nothing known. */
export type SchemaSource = StandardSchemaV1 | { readonly json: object } | undefined

/** A running pipeline behind a path. */
export function pipelineEndpoint(name: string, running: RunningPipeline<never, unknown>): Endpoint {
  return {
    name,
    inputPath: `${running.name}.input`,
    timeoutMs: () => running.plan.timeoutMs,
    schemas: () => ({ input: running.plan.input, output: outputOf(running.plan) }),
    ask: (input, options) => running.ask(input as never, options as PipelineAskOptions),
    async *stream(input, options) {
      for await (const event of running.stream(input as never, options as PipelineAskOptions)) {
        if (event.type === 'value') {
          const { id, totalMs } = event.trace
          yield { type: 'value', data: { id, value: event.value, totalMs } }
        } else if (event.type === 'partial') {
          const { processor, attempt, value } = event
          yield { type: 'partial', data: { processor, attempt, value } }
        } else if (event.type === 'hop') yield { type: 'hop', data: shownHop(event.hop) }
        else yield { type: 'started', data: { id: event.id } }
      }
      return undefined
    },
    get inFlight() {
      return running.inFlight
    },
    pipelines: () => [running],
    takesLightSignal: true,
    source: undefined,
    models: () =>
      running.plan.nodes.flatMap((node) =>
        node.kind === 'processor' ? Object.values(node.processor.models) : [],
      ),
    stop: (drain) => running.stop({ drain }),
  }
}

/** The load of everything behind a path. */
export type EndpointLoad = Pick<PipelineLoad, 'waiting' | 'waitingBy' | 'refused' | 'expired'> & {
  /** Runs that may be in flight now; null where that is not known. */
  readonly limit: number | null
}

export function loadOf(endpoint: Endpoint): EndpointLoad {
  const loads = endpoint.pipelines().map((one) => one.load())
  const [only] = loads
  if (only !== undefined && loads.length === 1) return only
  const sum = (of: (load: PipelineLoad) => number): number => loads.reduce((all, load) => all + of(load), 0)
  const waitingBy: Record<string, number> = {}
  for (const load of loads)
    for (const [tenant, runs] of Object.entries(load.waitingBy))
      waitingBy[tenant] = (waitingBy[tenant] ?? 0) + runs
  return {
    waiting: sum(({ waiting }) => waiting),
    waitingBy,
    refused: sum(({ refused }) => refused),
    expired: sum(({ expired }) => expired),
    limit: loads.length === 0 ? null : sum(({ limit }) => limit),
  }
}

/** A hop without its errors: they are for the log. */
function shownHop({ processor, attempt, queueMs, runMs, outcome }: Hop) {
  return { processor, attempt, queueMs, runMs, outcome }
}

/** The schema of the last step, if it has one: a merge or a function has none. */
function outputOf({ nodes, exit }: Plan): SchemaSource {
  const last = nodes.find(({ name }) => name === exit)
  return last?.kind === 'processor' ? last.processor.output : undefined
}

const FOLDER_TIMEOUT_MS = 30_000

const FOLDER_INPUT = {
  type: 'object',
  required: ['question'],
  additionalProperties: false,
  properties: {
    question: { type: 'string', minLength: 1, maxLength: 2000 },
    explain: { type: 'boolean' },
    sources: { type: 'integer', minimum: 1, description: 'Number of sources' },
    minConfidence: { type: 'number', minimum: 0, maximum: 1 },
  },
}

const FOLDER_OUTPUT = {
  type: 'object',
  properties: {
    question: { type: 'string' },
    answer: { type: ['string', 'null'] },
    span: { type: ['string', 'null'] },
    abstained: { type: 'boolean' },
    sure: { type: 'boolean' },
    confidence: { type: 'number' },
    sources: {
      type: 'array',
      items: {
        type: 'object',
        properties: { file: { type: 'string' }, line: { type: 'integer' }, passage: { type: 'string' } },
      },
    },
  },
}

/** A team of `openFolder` behind a path: `{ question, explain?, sources?, minConfidence? }`. */
export function folderEndpoint(name: string, folder: ServedFolder): Endpoint {
  return {
    name,
    inputPath: 'question',
    timeoutMs: () => FOLDER_TIMEOUT_MS,
    schemas: () => ({ input: { json: FOLDER_INPUT }, output: { json: FOLDER_OUTPUT } }),
    ask(input, options) {
      const { question, shown } = questionIn(input)
      return folder.ask(question, { ...shown, ...folderAsked(options) })
    },
    async *stream(input, options) {
      const { question, shown } = questionIn(input)
      for await (const event of folder.stream(question, { ...shown, ...folderAsked(options) })) {
        const { type, ...data } = event as { type: string }
        yield { type, data }
      }
      return undefined
    },
    get inFlight() {
      return folder.inFlight
    },
    pipelines: () => folder.pipelines ?? [],
    takesLightSignal: false,
    source: sourceOf(folder),
    models: () => [],
    stop: (drain) => folder.stop({ drain }),
  }
}

function sourceOf(folder: ServedFolder): Source | undefined {
  const { events } = folder
  return events === undefined ? undefined : { events, systems: () => folder.systems ?? [] }
}

function folderAsked({ timeout, signal, tenant, priority, trace }: AskedOptions): FolderAsked {
  return {
    timeout,
    ...given({ signal, tenant, priority, trace }),
  }
}

function questionIn(input: unknown): { question: string; shown: FolderAsked } {
  if (typeof input === 'string') return { question: input, shown: {} }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw noQuestion(input)
  const { question, ...shown } = input as { question?: unknown } & FolderAsked
  if (typeof question !== 'string') throw noQuestion(question)
  for (const key of Object.keys(shown)) if (!(key in FOLDER_INPUT.properties)) throw noQuestion(key)
  return { question, shown }
}

function noQuestion(value: unknown): HttpError {
  return new HttpError('body-malformed', 'the body is not a question', {
    path: 'body',
    value,
    remedy: 'Send { "question": "…" }, and if you like explain, sources, minConfidence',
  })
}
