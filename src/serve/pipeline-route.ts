import type { Kernel } from '../kernel/kernel.ts'
import { shareOf } from '../pipeline/plan/admission-policy.ts'
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

  answer(call: Call, context: RequestContext): Reply | Promise<Reply> {
    const endpoint = this.#endpoints.get(unescapedSegment(context.rest))
    if (endpoint === undefined) throw unknownPath()
    const form = answerFormOf(call)
    requireJson(call)
    const { settings, kernel, caller } = this.#parts
    const bounds = { ownMs: endpoint.timeoutMs(), mostMs: settings.timeoutMs }
    const asked: AskedOptions = {
      ...caller?.((name) => call.header(name.toLowerCase())),
      timeout: timeoutOf(call, bounds, kernel.clock.now),
      signal: undefined,
      trace: traceOf(call),
      idempotencyKey: idempotencyKeyOf(call),
    }
    const asking = new Asking(this.#parts, call, endpoint, form, context, asked)
    const body = call.body(settings.body)
    if (!(body instanceof Promise)) return asking.begin(body)
    return body.then((whole) => {
      asking.waited()
      return asking.begin(whole)
    })
  }
}

/** One request for a run, once its headers are read. */
class Asking {
  readonly #parts: Parts
  readonly #call: Call
  readonly #endpoint: Endpoint
  readonly #form: AnswerForm
  readonly #context: RequestContext
  readonly #asked: AskedOptions

  constructor(
    parts: Parts,
    call: Call,
    endpoint: Endpoint,
    form: AnswerForm,
    context: RequestContext,
    asked: AskedOptions,
  ) {
    this.#parts = parts
    this.#call = call
    this.#endpoint = endpoint
    this.#form = form
    this.#context = context
    this.#asked = asked
  }

  /** Its body took a while, which its run no longer has. */
  waited(): void {
    const asked = this.#asked
    const elapsed = this.#parts.kernel.clock.monotonic() - this.#context.began
    asked.timeout = Math.max(0, asked.timeout - elapsed)
  }

  /** @throws HttpError (`idempotency-mismatch`) */
  begin(body: Uint8Array): Reply | Promise<Reply> {
    const { idempotencyKey, tenant } = this.#asked
    const { replies } = this.#parts
    const isJson = this.#form === 'json'
    if (idempotencyKey === undefined || replies === undefined || !isJson) {
      const isLight = isJson && this.#endpoint.takesLightSignal
      return this.#work(body, isLight ? this.#call.gone : this.#call.signal)
    }
    // The run goes on when its client goes: the client comes back with the same key for the answer.
    const scope = JSON.stringify([this.#endpoint.name, tenant, this.#call.header('authorization')])
    return replies.once(scope, idempotencyKey, body, async () => this.#work(body, undefined))
  }

  #work(body: Uint8Array, signal: AbortSignal | undefined): Reply | Promise<Reply> {
    const asked = this.#asked
    const { spans } = this.#parts
    asked.signal = signal
    if (spans === undefined) return this.#run(body)
    const route = `/pipelines/${this.#endpoint.name}`
    return spans({ route, method: this.#call.method, trace: asked.trace }, async (within) => {
      asked.trace = within
      return this.#run(body)
    })
  }

  #run(body: Uint8Array): Reply | Promise<Reply> {
    try {
      const input = parseJson(body, this.#parts.settings.depth)
      return this.#form === 'json'
        ? this.#endpoint.ask(input, this.#asked).then(this.#answered, this.#failed)
        : this.#events(this.#form, input).catch(this.#failed)
    } catch (error) {
      return this.#failed(error)
    }
  }

  readonly #answered = (value: unknown): Reply => {
    try {
      return jsonReply(200, jsonOf(value))
    } catch (error) {
      return this.#failed(error)
    }
  }

  readonly #failed = (error: unknown): Reply => {
    const isTenantsOwn = hasMoreThanItsShare(this.#endpoint, this.#asked.tenant)
    return problemReply(this.#parts.problem(error, { ...this.#about, isTenantsOwn }))
  }

  async #events(form: Exclude<AnswerForm, 'json'>, input: unknown): Promise<Reply> {
    const events = this.#endpoint.stream(input, this.#asked)
    const first = await events.next()
    const { timers } = this.#parts.kernel
    const lines = eventLines(
      form,
      first,
      events,
      timers,
      (error) => this.#parts.problem(error, this.#about).problem,
    )
    return { status: 200, headers: EVENT_HEADERS[form], body: lines }
  }

  /** What a problem says about its request. */
  get #about() {
    const { requestId } = this.#context
    return { requestId, call: this.#call, inputPath: this.#endpoint.inputPath }
  }
}

/** Of the runs that wait, more are this tenant's than its share among the tenants that wait. */
function hasMoreThanItsShare(endpoint: Endpoint, tenant: string | undefined): boolean {
  if (tenant === undefined) return false
  const { waiting, waitingBy } = loadOf(endpoint)
  const [admission] = endpoint.pipelines().map(({ plan }) => plan.admission)
  const share = (name: string): number => (admission ? shareOf(admission.tenants, name) : 1)
  const tenants = Object.keys(waitingBy).filter((name) => waitingBy[name] !== 0)
  const shares = tenants.reduce((sum, name) => sum + share(name), 0)
  return tenants.length > 1 && (waitingBy[tenant] ?? 0) > (waiting * share(tenant)) / shares
}
