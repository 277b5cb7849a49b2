import type { Kernel } from '../kernel/kernel.ts'
import type { Call, Reply } from './call.ts'
import type { Endpoint } from './endpoint.ts'
import { Gate, unauthorized } from './gate.ts'
import type { Health } from './health.ts'
import { HttpError } from './http-error.ts'
import { IdempotentReplies } from './idempotency.ts'
import type { Traffic } from './metrics/traffic.ts'
import { openApi } from './open-api.ts'
import { packed, packingFor } from './packing.ts'
import { PipelineRoute } from './pipeline-route.ts'
import { problemOf } from './problems.ts'
import { requestIdOf } from './request-headers.ts'
import {
  JSON_HEADERS,
  jsonReply,
  problemReply,
  type ReportProblem,
  type Route,
  unknownPath,
} from './route.ts'
import type { ServiceLog } from './service-log.ts'
import type { ServiceSettings } from './service-options.ts'
import type { ServerSpans } from './tracing/server-spans.ts'

/** The route of a path, the name that it is counted under, and the path below it. */
interface Found {
  readonly name: string
  readonly route: Route
  readonly rest: string
}

/** A call that is being answered. */
interface Asked {
  readonly call: Call
  readonly found: Found | undefined
  readonly requestId: string
  readonly began: number
}

/**
 * Answers calls, whoever received them. What goes wrong is a problem document.
 *
 *   call ─▶ host, origin ─▶ route ─▶ method, token ─▶ answer
 *                                                       └▶ error ─▶ problem
 */
export class ServiceCore {
  readonly settings: ServiceSettings
  readonly #kernel: Kernel
  readonly #log: ServiceLog
  readonly #gate: Gate
  readonly #health: Health
  readonly #exact = new Map<string, Found>()
  /** By the first segments of a path: `/pipelines`, `/v2`. */
  readonly #below: (readonly [string, Route])[] = []
  readonly #traffic: Traffic
  /** What the ids of this service's requests begin with. */
  readonly #ids: string
  #requests = 0
  #open = 0
  #idle: (() => void) | undefined = undefined

  constructor(
    endpoints: ReadonlyMap<string, Endpoint>,
    settings: ServiceSettings,
    parts: {
      readonly kernel: Kernel
      readonly log: ServiceLog
      readonly health: Health
      readonly traffic: Traffic
      readonly spans: ServerSpans | undefined
      readonly caller: ConstructorParameters<typeof PipelineRoute>[1]['caller']
    },
  ) {
    const { kernel, log, health, traffic, spans, caller } = parts
    this.settings = settings
    this.#kernel = kernel
    this.#log = log
    this.#health = health
    this.#traffic = traffic
    this.#gate = new Gate(settings)
    this.#ids = kernel.ids.unique()
    const { idempotency, title, version, prefix } = settings
    const replies = idempotency && new IdempotentReplies(idempotency, () => kernel.clock.monotonic())
    const forRuns = { settings, kernel, replies, caller, problem: this.problem, spans }
    const pipelines = new PipelineRoute(endpoints, forRuns)
    this.addBelow('/pipelines', pipelines)
    // The same as the path below would find, at one look-up.
    for (const rest of [...endpoints.keys()].map(encodeURIComponent))
      this.#exact.set(`/pipelines/${rest}`, { name: '/pipelines', route: pipelines, rest })
    for (const [path, answer] of health.routes()) this.add(path, answer)
    this.add('/openapi.json', {
      methods: ['GET'],
      answer: () =>
        jsonReply(
          200,
          JSON.stringify(
            openApi({ title, version, prefix, secured: this.#gate.hasTokens }, endpoints.values()),
          ),
        ),
    })
  }

  add(path: string, route: Route): void {
    this.#exact.set(path, { name: path, route, rest: '' })
  }

  addBelow(path: string, route: Route): void {
    this.#below.push([path, route])
  }

  /** Whether a path is one of the service's, for servers that have other routes too. */
  knows(path: string): boolean {
    return this.#routeOf(path) !== undefined
  }

  get hasTokens(): boolean {
    return this.#gate.hasTokens
  }

  get inFlight(): number {
    return this.#open
  }

  /** Calls since are answered with 503, and the service is not ready. */
  get draining(): boolean {
    return this.#health.draining
  }

  /** Resolves once no call is open, or after `ms`. */
  async quiet(ms: number): Promise<void> {
    if (this.#open === 0) return
    await new Promise<void>((resolve) => {
      const timer = this.#kernel.timers.after(ms, resolve, undefined, true)
      this.#idle = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  /** A call has come that `handle` gets soon: the service is not quiet from now on. */
  arrived(): void {
    this.#open += 1
  }

  /** Answers a call that has arrived: at once, or as soon as the route does. */
  handle(call: Call): void {
    const asked: Asked = {
      call,
      found: this.#routeOf(call.path),
      requestId: requestIdOf(call) ?? this.#newId(),
      began: this.#kernel.clock.monotonic(),
    }
    try {
      const answered = this.#answer(asked)
      if (!(answered instanceof Promise)) this.#reply(asked, answered)
      else
        answered.then(
          (reply) => this.#reply(asked, reply),
          (error) => this.#fail(asked, error),
        )
    } catch (error) {
      this.#fail(asked, error)
    }
  }

  #fail(asked: Asked, error: unknown): void {
    const { call, requestId } = asked
    this.#reply(asked, problemReply(this.problem(error, { call, requestId })))
  }

  #reply({ call, found, requestId, began }: Asked, reply: Reply): void {
    this.#traffic.count(found?.name, reply.status, this.#kernel.clock.monotonic() - began)
    call.answer(this.#dressed(call, requestId, reply))
  }

  #newId(): string {
    this.#requests += 1
    return `${this.#ids}-${this.#requests}`
  }

  #answer({ call, found, requestId, began }: Asked): Reply | Promise<Reply> {
    this.#gate.checkSender(call)
    if (call.method === 'OPTIONS' && call.header('origin') !== undefined) return this.#preflight(call)
    if (found === undefined) throw unknownPath()
    const { route, rest } = found
    if (!route.methods.includes(call.method)) throw wrongMethod(call.method, route.methods)
    const isKnown = this.#gate.isKnown(call)
    if (!isKnown && route.isOpen !== true) throw unauthorized()
    const answered = route.answer(call, { requestId, rest, isKnown, began })
    const packing = packingFor(call, route.packs === true)
    return packing === undefined ? answered : packed(answered, packing)
  }

  /** A call's answer has been sent, or its client has gone. */
  ended(): void {
    this.#open -= 1
    if (this.#open > 0) return
    this.#idle?.()
    this.#idle = undefined
  }

  /** Headers of its own, which whoever sends the reply may add to. */
  #dressed(call: Call, requestId: string, reply: Reply): Reply {
    const headers = withId(reply.headers, requestId)
    if (call.header('origin') === undefined) return { status: reply.status, headers, body: reply.body }
    const { vary } = headers
    Object.assign(headers, this.#gate.corsOf(call))
    if (vary !== undefined) headers.vary = `${vary}, origin`
    return { status: reply.status, headers, body: reply.body }
  }

  /** Makes problems of errors, for routes with forms of their own. */
  readonly problem: ReportProblem = (error, { call, ...context }) => {
    const refusal = problemOf(error, context)
    const { requestId } = context
    if (refusal.isFault) this.#log.fault({ method: call.method, path: call.path, requestId }, error)
    return refusal
  }

  #preflight(call: Call): Reply {
    return {
      status: 204,
      headers: {
        ...this.#gate.corsOf(call),
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': call.header('access-control-request-headers') ?? '',
        'access-control-max-age': '600',
      },
      body: '',
    }
  }

  #routeOf(path: string): Found | undefined {
    const exact = this.#exact.get(path)
    if (exact !== undefined) return exact
    for (const [start, route] of this.#below) {
      if (path.startsWith(start) && path[start.length] === '/')
        return { name: start, route, rest: path.slice(start.length + 1) }
    }
    return undefined
  }
}

/** A literal is several times faster than a spread. */
function withId(headers: Reply['headers'], requestId: string): Record<string, string> {
  if (headers !== JSON_HEADERS) return { ...headers, 'x-request-id': requestId }
  return { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': requestId }
}

function wrongMethod(method: string, methods: readonly string[]): HttpError {
  return new HttpError('request-method', 'that path does not take that method', {
    path: 'method',
    value: method,
    remedy: `Use ${methods.join(' or ')}`,
    headers: { allow: methods.join(', ') },
  })
}
