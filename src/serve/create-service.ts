import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { type ActorSystem, createSystem } from '../system/actor-system.ts'
import { type Endpoint, folderEndpoint, pipelineEndpoint, type Servable } from './endpoint.ts'
import { type FetchHandler, fetchHandler } from './fetch-adapter.ts'
import { Health } from './health.ts'
import { McpRoute } from './mcp-route.ts'
import { sourceOf } from './metrics/source.ts'
import { type Metrics, metricsOver } from './metrics/system-metrics.ts'
import { Traffic } from './metrics/traffic.ts'
import { addModels } from './models/add-models.ts'
import { type NodeHandler, nodeHandler } from './node-adapter.ts'
import type { Route } from './route.ts'
import { ServiceCore } from './service.ts'
import { ServiceLog } from './service-log.ts'
import { type ServiceOptions, settingsOf } from './service-options.ts'
import { serverSpans } from './tracing/server-spans.ts'
import { traceRuns } from './tracing/trace-runs.ts'

/** What is served, by the names in its paths. One alone is served under its own name. */
export type Served = Servable | Readonly<Record<string, Servable>>

interface StopOptions {
  readonly drain?: Duration
}

/** Pipelines and teams as handlers for HTTP servers. */
export interface Service extends AsyncDisposable {
  /** For `node:http`, Express, NestJS: `createServer(service.node)`, `app.use(service.node)`. */
  readonly node: NodeHandler
  /** For Hono, Next, Bun, Deno: `app.mount('/ai', service.fetch)`, `export const POST = service.fetch`. */
  readonly fetch: FetchHandler
  /** The names that are served. */
  readonly names: readonly string[]
  /** Requests that have no answer yet. */
  readonly inFlight: number
  /** Resolves once the models are loaded, or can't be. */
  readonly warmed: Promise<void>
  /** Why the service should get no requests now, as `/ready` says it; empty if it should. */
  reasons(): readonly string[]
  /**
   * From now on it is not ready, and connections end after their answer. It still answers. Resolves a second later, or once it has
   * stopped: a server that closes then, and no earlier, resets none of the connections in use. Idempotent.
   */
  drain(): Promise<void>
  /**
   * Drains, waits for open requests for up to `drain` (default 10 s), stops what it serves, and the system if it made it.
   * Idempotent. Rejects with InvalidArgumentError (`invalid-argument`) for an invalid `drain`; then nothing has stopped.
   */
  stop(options?: StopOptions): Promise<void>
}

/** A service, and what `serve` needs of it besides. */
export interface OpenService extends Service {
  readonly core: ServiceCore
  readonly kernel: Kernel
}

/**
 * Serves pipelines and teams over HTTP. Pipelines that do not run yet are run.
 *
 * Rejects with InvalidArgumentError (`invalid-argument`) for an option out of range or something that can't be served, or as
 * `system.run`.
 */
export async function createService(served: Served, options: ServiceOptions = {}): Promise<Service> {
  return openService(served, options)
}

export async function openService(served: Served, options: ServiceOptions): Promise<OpenService> {
  const settings = settingsOf(options)
  const { system: given, caller, telemetry, log: logger } = options
  const own = { system: given as ActorSystem | undefined }
  const kernel = given?.kernel ?? platformKernel()
  const system = (): ActorSystem => {
    own.system ??= createSystem({ kernel })
    return own.system
  }
  const { models: tasks = {} } = options
  const hasModels = Object.keys(tasks).length > 0
  const endpoints = new Map<string, Endpoint>()
  for (const [name, one] of entriesOf(served, hasModels))
    endpoints.set(name, await endpointOf(name, one, system))
  if (hasModels) system()
  const ofOwn = own.system === undefined ? [] : [sourceOf(own.system)]
  const ofTeams = [...endpoints.values()].flatMap(({ source }) => source ?? [])
  const sources = [...ofOwn, ...ofTeams]
  const log = new ServiceLog(logger, kernel.clock)
  const health = new Health(
    kernel,
    endpoints,
    sources.map(({ events }) => events),
  )
  const traffic = new Traffic()
  const core = new ServiceCore(endpoints, settings, {
    kernel,
    log,
    health,
    traffic,
    spans: telemetry && serverSpans(telemetry),
    caller,
  })
  const untrace =
    telemetry === undefined ? [] : sources.map(({ events }) => traceRuns({ events, kernel }, telemetry))
  const withEngine = hasModels ? sources : ofTeams
  const running = () => [...endpoints.values()].flatMap((one) => one.pipelines())
  const metrics = sources.length === 0 ? undefined : metricsOver(sources, { pipelines: running, withEngine })
  if (options.mcp !== undefined) core.add('/mcp', new McpRoute(options.mcp, settings))
  core.add('/metrics', metricsRoute(core, traffic, metrics))
  const engine = () => system().inference()
  const models = own.system === undefined ? [] : [...endpoints.values()].flatMap((one) => one.models())
  const added = addModels(core, { tasks, endpoints, caller }, kernel, engine, health)
  const warmed = Promise.all([added, health.warm(models, engine)])
  let stopping: Promise<void> | undefined
  const stop = async (drainMs: number): Promise<void> => {
    health.draining = true
    await core.quiet(drainMs)
    await Promise.all([...endpoints.values()].map((one) => one.stop(0)))
    if (given === undefined) await own.system?.stop({ drain: 0 })
    health.stop()
    metrics?.stop()
    for (const end of untrace) end()
  }
  return serviceOver(core, health, kernel, {
    names: [...endpoints.keys()],
    warmed: warmed.then(() => undefined),
    stop: (drainMs) => {
      stopping ??= stop(drainMs)
      return stopping
    },
  })
}

const DRAIN_MS = 10_000
/** So long a connection in use may take until its next request, whose answer ends it. */
const LAST_REQUESTS_MS = 1000

/** The `drain` of a stop. @throws InvalidArgumentError (`invalid-argument`) */
export function drainOf(options: StopOptions | undefined, otherwise: number): number {
  onlyOptions(options, 'stop', ['drain'])
  return milliseconds(options?.drain ?? otherwise, 'stop.drain')
}

function serviceOver(
  core: ServiceCore,
  health: Health,
  kernel: Kernel,
  parts: Pick<OpenService, 'names' | 'warmed'> & { readonly stop: (drainMs: number) => Promise<void> },
): OpenService {
  let drained: Promise<void> | undefined
  let leave = (): void => undefined
  const service: OpenService = {
    core,
    kernel,
    node: nodeHandler({ core, kernel, closing: () => health.draining }),
    fetch: fetchHandler(core, kernel.timers),
    names: parts.names,
    get inFlight() {
      return core.inFlight
    },
    warmed: parts.warmed,
    reasons: () => health.reasons(),
    drain() {
      health.draining = true
      drained ??= new Promise((resolve) => {
        const timer = kernel.timers.after(LAST_REQUESTS_MS, resolve, undefined, true)
        leave = () => {
          timer.cancel()
          resolve()
        }
      })
      return drained
    },
    async stop(options) {
      await parts.stop(drainOf(options, DRAIN_MS))
      leave()
    },
    [Symbol.asyncDispose]: () => service.stop(),
  }
  return service
}

function metricsRoute(core: ServiceCore, traffic: Traffic, metrics: Metrics | undefined): Route {
  return {
    methods: ['GET', 'HEAD'],
    answer: async () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
      body: `${(await metrics?.text()) ?? ''}${traffic.text(core.inFlight)}`,
    }),
  }
}

function entriesOf(served: Served, mayBeEmpty: boolean): [string, Servable][] {
  if (isServable(served)) return [['name' in served ? served.name : 'folder', served]]
  const entries = namedIn(served)
  if ((entries.length > 0 || mayBeEmpty) && entries.every(([name, one]) => name !== '' && isServable(one)))
    return entries
  throw new InvalidArgumentError('there is nothing that can be served', {
    path: 'served',
    value: served,
    remedy: 'Pass a pipeline, a running one, a team of openFolder, or an object of them by name',
  })
}

/** What an object of them names; nothing where it can't be read. */
function namedIn(served: object): [string, Servable][] {
  try {
    return typeof served === 'object' && served !== null ? Object.entries(served) : []
  } catch {
    return []
  }
}

/** A pipeline, a running one or a folder team, by what it can do. */
export function isServable(one: unknown): one is Servable {
  if (typeof one !== 'object' || one === null) return false
  try {
    const { start, ask, stream } = one as { start?: unknown; ask?: unknown; stream?: unknown }
    return typeof start === 'function' || (typeof ask === 'function' && typeof stream === 'function')
  } catch {
    return false
  }
}

async function endpointOf(name: string, one: Servable, system: () => ActorSystem): Promise<Endpoint> {
  // A team has a `start` of its own.
  if ('index' in one) return folderEndpoint(name, one)
  if ('start' in one) return pipelineEndpoint(name, await system().run(one))
  return pipelineEndpoint(name, one)
}
