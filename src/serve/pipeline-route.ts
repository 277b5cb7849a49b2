import type { Kernel } from '../kernel/kernel.ts'
import type { Call, Reply } from './call.ts'
import { type AskedOptions, type Endpoint, loadOf } from './endpoint.ts'
import { EVENT_HEADERS, eventLines } from './event-lines.ts'
import type { IdempotentReplies } from './idempotency.ts'
import { jsonOf, parseJson } from './json-body.ts'
import {
  type AnswerForm,
  answerFormOf,
  idempotencyKeyOf,
  requireJson,
  timeoutOf,
  traceOf,
} from './request-headers.ts'
import {
  jsonReply,
  problemReply,
  type ReportProblem,
  type RequestContext,
  type Route,
  unescapedSegment,
  unknownPath,
} from './route.ts'
import type { ServiceOptions, ServiceSettings } from './service-options.ts'
import type { ServerSpans } from './tracing/server-spans.ts'

interface Parts {
  readonly settings: ServiceSettings
  readonly kernel: Kernel
  readonly replies: IdempotentReplies | undefined
  readonly caller: ServiceOptions['caller']
  readonly problem: ReportProblem
  readonly spans: ServerSpans | undefined
}

/** `POST /pipelines/NAME`: one input, one answer; or the events of its run. */
export class PipelineRoute implements Route {
  readonly methods = ['POST']
  readonly #endpoints: ReadonlyMap<string, Endpoint>
  readonly #parts: Parts

  constructor(endpoints: ReadonlyMap<string, Endpoint>, parts: Parts) {
    this.#endpoints = endpoints
    this.#parts = parts
  }

  async answer(call: Call, context: RequestContext): Promise<Reply> {
    const endpoint = this.#endpoints.get(unescapedSegment(context.rest))
    if (endpoint === undefined) throw unknownPath()
    const form = answerFormOf(call)
    requireJson(call)
    const { settings, kernel, caller, replies, spans } = this.#parts
    const bounds = { ownMs: endpoint.timeoutMs(), mostMs: settings.timeoutMs }
    const timeout = timeoutOf(call, bounds, kernel.clock.now)
    const idempotencyKey = idempotencyKeyOf(call)
    const trace = traceOf(call)
    const asked: AskedOptions = {
      ...caller?.((name) => call.header(name.toLowerCase())),
      timeout,
      signal: undefined,
      trace,
      idempotencyKey,
    }
    const body = await call.body(settings.body)
    const work = (signal: AbortSignal | undefined): Promise<Reply> => {
      asked.timeout = Math.max(0, timeout - (kernel.clock.monotonic() - context.began))
      asked.signal = signal
      const { requestId } = context
      if (spans === undefined) return this.#run(call, endpoint, form, requestId, body, asked)
      return spans({ route: `/pipelines/${endpoint.name}`, method: call.method, trace }, (within) => {
        asked.trace = within
        return this.#run(call, endpoint, form, requestId, body, asked)
      })
    }
    if (idempotencyKey === undefined || replies === undefined || form !== 'json')
      return await work(form === 'json' && endpoint.takesLightSignal ? call.gone : call.signal)
    // The run goes on when its client goes: the client comes back with the same key for the answer.
    const scope = JSON.stringify([endpoint.name, asked.tenant, call.header('authorization')])
    return replies.once(scope, idempotencyKey, body, () => work(undefined))
  }

  async #run(
    call: Call,
    endpoint: Endpoint,
    form: AnswerForm,
    requestId: string,
    body: Uint8Array,
    asked: AskedOptions,
  ): Promise<Reply> {
    const { inputPath } = endpoint
    try {
      const input = parseJson(body, this.#parts.settings.depth)
      if (form === 'json') return jsonReply(200, jsonOf(await endpoint.ask(input, asked)))
      const events = endpoint.stream(input, asked)
      const first = await events.next()
      const { timers } = this.#parts.kernel
      const lines = eventLines(form, first, events, timers, (error) => {
        return this.#parts.problem(error, { requestId, call, inputPath }).problem
      })
      return { status: 200, headers: EVENT_HEADERS[form], body: lines }
    } catch (error) {
      const isTenantsOwn = hasMoreThanItsShare(endpoint, asked.tenant)
      return problemReply(this.#parts.problem(error, { requestId, call, inputPath, isTenantsOwn }))
    }
  }
}

/** Of the runs that wait, more are this tenant's than an equal share. */
function hasMoreThanItsShare(endpoint: Endpoint, tenant: string | undefined): boolean {
  if (tenant === undefined) return false
  const { waiting, waitingBy } = loadOf(endpoint)
  const tenants = Object.values(waitingBy).filter((runs) => runs > 0).length
  return tenants > 1 && (waitingBy[tenant] ?? 0) > waiting / tenants
}
