import { aFunction, aText, demand } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { PipelineAskOptions } from '../pipeline/control/running-pipeline.ts'
import type { ModelTask } from '../ports/inference.ts'
import type { ActorSystem } from '../system/actor-system.ts'
import type { Logger } from '../system/dispatch/system-log.ts'
import { isBearerToken } from './bearer-token.ts'
import type { FetchHandler } from './fetch-adapter.ts'
import type { GateOptions } from './gate.ts'
import type { IdempotencyLimits } from './idempotency.ts'
import type { OpenTelemetryApi } from './tracing/open-telemetry.ts'

/** Limits of one request. */
export interface RequestLimits {
  /** Bytes of a body. Default 1 MiB. */
  readonly body?: number
  /** Levels of nesting of a body's JSON. Default 64. */
  readonly depth?: number
  /** How long a body may take to arrive. Default 10 s. */
  readonly bodyTime?: Duration
  /** How long a client may take nothing of its answer before its connection is closed. Default 30 s. */
  readonly stall?: Duration
  /**
   * The longest deadline that a caller may ask for, also beyond a pipeline's own timeout. Default: each pipeline's own. A caller
   * that asks for none has the pipeline's.
   */
  readonly timeout?: Duration
}

/** Who may call a service, how much, and what it keeps. */
export interface ServiceOptions {
  /** In whose name pipelines run that are not running yet; its metrics are shown. Default: a new system. */
  readonly system?: ActorSystem
  /**
   * Models by name, such as `{ minilm: embeddings('all-minilm-l6-v2') }`: `/v1/embeddings`, `/v1/rerank`, and the Open Inference
   * Protocol below `/v2`. They are loaded at the start.
   */
  readonly models?: Readonly<Record<string, ModelTask<never, unknown>>>
  /** A handler of the Model Context Protocol, at `/mcp`: `createMcpHandler(…).fetch` of its SDK. `ganglion mcp` has one. */
  readonly mcp?: FetchHandler
  /** The path that the service is mounted at, such as `/ai`. Default: none. */
  readonly prefix?: string
  /** A request needs one of these as its bearer token; only `/live` and `/ready` need none. Default: no token is needed. */
  readonly token?: string | readonly string[]
  /** Names that the service answers to besides addresses and `localhost`; `'*'` for any. Default: none. */
  readonly hosts?: readonly string[] | '*'
  /** Origins of pages elsewhere that may call. Default: none but its own. */
  readonly origins?: readonly string[]
  readonly limits?: RequestLimits
  /** Answers kept by `Idempotency-Key`, and for how long; false for none. Default 10,000, 32 MiB, 10 m. */
  readonly idempotency?:
    | { readonly ttl?: Duration; readonly entries?: number; readonly bytes?: number }
    | false
  /** What a request's headers say about its run: tenant, priority, order key. */
  readonly caller?: (
    header: (name: string) => string | undefined,
  ) => Pick<PipelineAskOptions, 'tenant' | 'priority' | 'orderKey'>
  /** Where faults of the service go, one line each. Default: stderr; false for nowhere. */
  readonly log?: Logger | false
  /** `import * as api from '@opentelemetry/api'`: spans of requests, runs, steps and calls of models. Default: none. */
  // biome-ignore lint/suspicious/noExplicitAny: the context of the api is opaque here
  readonly telemetry?: OpenTelemetryApi<any>
  /** In the OpenAPI document. */
  readonly title?: string
  /** In the OpenAPI document. Default `1`. */
  readonly version?: string
}

export const SERVICE_OPTIONS = [
  'system',
  'mcp',
  'models',
  'prefix',
  'token',
  'hosts',
  'origins',
  'limits',
  'idempotency',
  'caller',
  'log',
  'telemetry',
  'title',
  'version',
] as const satisfies readonly (keyof ServiceOptions)[]

/** The options with their defaults, in the units that the service counts in. */
export interface ServiceSettings extends GateOptions {
  readonly prefix: string
  readonly body: { readonly bytes: number; readonly timeMs: number }
  readonly depth: number
  readonly stallMs: number
  readonly timeoutMs: number | undefined
  readonly idempotency: IdempotencyLimits | undefined
  readonly title: string
  readonly version: string
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is unknown or out of range. */
export function settingsOf(options: ServiceOptions): ServiceSettings {
  onlyOptions(options, 'createService', SERVICE_OPTIONS)
  const { prefix = '', token, hosts = [], origins = [], limits = {}, idempotency = {} } = options
  demand(
    options.models ?? {},
    'models',
    'an object of model tasks by name',
    (all) =>
      typeof all === 'object' &&
      !Array.isArray(all) &&
      Object.values(all).every(({ kind, model }) => typeof kind === 'string' && model !== ''),
  )
  onlyOptions(limits, 'createService.limits', ['body', 'depth', 'bodyTime', 'stall', 'timeout'])
  demand(
    prefix,
    'prefix',
    "a path such as '/ai', or ''",
    (path) => path === '' || /^(?:\/[\w.~-]+)+$/u.test(path),
  )
  const tokens = token === undefined ? [] : tokensIn(token)
  demand(
    hosts,
    'hosts',
    "a list of host names, or '*'",
    (all) =>
      all === '*' || all.every((one) => one === '*' || (typeof one === 'string' && /^[\w.-]+$/u.test(one))),
  )
  demand(origins, 'origins', "a list of origins such as 'https://app.example.org'", (all) =>
    all.every((one) => one === '*' || (URL.canParse(one) && new URL(one).origin === one.toLowerCase())),
  )
  checkParts(options)
  return {
    prefix,
    tokens,
    hosts: hosts === '*' || hosts.includes('*') ? undefined : lower(hosts),
    origins: lower(origins),
    body: {
      bytes: wholeNumber(limits.body ?? 2 ** 20, 'limits.body', 1, 2 ** 30),
      timeMs: milliseconds(limits.bodyTime ?? '10s', 'limits.bodyTime'),
    },
    depth: wholeNumber(limits.depth ?? 64, 'limits.depth', 1, 10_000),
    stallMs: milliseconds(limits.stall ?? '30s', 'limits.stall'),
    timeoutMs: limits.timeout === undefined ? undefined : milliseconds(limits.timeout, 'limits.timeout'),
    idempotency: idempotency === false ? undefined : idempotencyOf(idempotency),
    title: options.title ?? 'ganglion',
    version: options.version ?? '1',
  }
}

/** An empty list would let everyone in. */
function tokensIn(token: string | readonly string[]): readonly string[] {
  return demand(
    typeof token === 'string' ? [token] : token,
    'token',
    'a token of letters, digits and -._~+/=, or a list of such',
    (all) => all.length > 0 && all.every(isBearerToken),
  )
}

/** What is called, or shown, only later. */
function checkParts({ system, mcp, caller, log, title = '', version = '' }: ServiceOptions): void {
  if (system !== undefined)
    demand(system, 'system', 'a system of createSystem', (given) => typeof given.run === 'function')
  if (mcp !== undefined) aFunction(mcp, 'mcp')
  if (caller !== undefined) aFunction(caller, 'caller')
  if (log !== undefined)
    demand(log, 'log', 'a logger, or false', (given) => given === false || typeof given.error === 'function')
  aText(title, 'title')
  aText(version, 'version')
}

function idempotencyOf(given: Exclude<NonNullable<ServiceOptions['idempotency']>, false>): IdempotencyLimits {
  onlyOptions(given, 'createService.idempotency', ['ttl', 'entries', 'bytes'])
  return {
    ttlMs: milliseconds(given.ttl ?? '10m', 'idempotency.ttl'),
    entries: wholeNumber(given.entries ?? 10_000, 'idempotency.entries', 1, 10_000_000),
    bytes: wholeNumber(given.bytes ?? 32 * 2 ** 20, 'idempotency.bytes', 1, 2 ** 40),
  }
}

function lower(all: readonly string[]): ReadonlySet<string> {
  return new Set(all.map((one) => one.toLowerCase()))
}
