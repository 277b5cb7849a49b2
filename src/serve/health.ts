import { messageOfError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { EventStream } from '../ports/events.ts'
import type { InferencePort, ModelTask } from '../ports/inference.ts'
import { type Endpoint, loadOf } from './endpoint.ts'
import { jsonReply, type Route } from './route.ts'

/** Worker deaths within this time that make a service not ready: a crash loop, and not an accident. */
const DEATHS_MAX = 3
const DEATHS_WITHIN_MS = 30_000

/** Whether the service lives, whether it should get requests, and why not. */
export class Health {
  readonly #kernel: Kernel
  readonly #endpoints: ReadonlyMap<string, Endpoint>
  readonly #warm = new Map<string, 'loading' | 'warm' | string>()
  readonly #deaths: number[] = []
  readonly #startedAt: number
  readonly #unsubscribe: readonly (() => void)[]
  draining = false

  constructor(kernel: Kernel, endpoints: ReadonlyMap<string, Endpoint>, events: readonly EventStream[]) {
    this.#kernel = kernel
    this.#endpoints = endpoints
    this.#startedAt = kernel.clock.monotonic()
    this.#unsubscribe = events.map((stream) =>
      stream.subscribe((event) => {
        if (event.type !== 'worker' || event.state !== 'died') return
        this.#deaths.push(event.at)
        if (this.#deaths.length > DEATHS_MAX) this.#deaths.shift()
      }),
    )
  }

  /** Loads the models of pipelines, so that no request waits for one. */
  async warm(
    models: readonly ModelTask<never, unknown>[],
    engine: () => Promise<InferencePort>,
  ): Promise<void> {
    await Promise.all(
      models.map((task) =>
        this.#warm.has(nameOf(task))
          ? undefined
          : this.loading(task, async () => (await engine()).warm(task)),
      ),
    )
  }

  /** Follows a model's load. It never rejects: a model that can't be loaded keeps the service not ready. */
  async loading(task: ModelTask<never, unknown>, load: () => Promise<unknown>): Promise<void> {
    const name = nameOf(task)
    this.#warm.set(name, 'loading')
    try {
      await load()
      this.#warm.set(name, 'warm')
    } catch (error) {
      this.#warm.set(name, messageOfError(error))
    }
  }

  /** Why the service should get no requests now; empty if it should. */
  reasons(): string[] {
    const reasons: string[] = []
    if (this.draining) reasons.push('draining')
    for (const [model, state] of this.#warm) {
      if (state === 'loading') reasons.push(`model ${model} is loading`)
      else if (state !== 'warm') reasons.push(`model ${model} can't be loaded`)
    }
    const since = this.#kernel.clock.monotonic() - DEATHS_WITHIN_MS
    if (this.#deaths.filter((at) => at >= since).length >= DEATHS_MAX)
      reasons.push(`${DEATHS_MAX} workers died within ${DEATHS_WITHIN_MS / 1000} s`)
    for (const [name, endpoint] of this.#endpoints)
      if (isBackedUp(endpoint)) reasons.push(`pipeline ${name} has a backlog`)
    return reasons
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  *routes(): Iterable<readonly [string, Route]> {
    const live: Route = {
      methods: ['GET', 'HEAD'],
      isOpen: true,
      answer: () => jsonReply(200, '{"status":"live"}'),
    }
    const ready: Route = {
      methods: ['GET', 'HEAD'],
      isOpen: true,
      answer: (_call, { isKnown }) => {
        const reasons = this.reasons()
        const status = reasons.length === 0 ? 'ready' : 'not ready'
        return jsonReply(
          reasons.length === 0 ? 200 : 503,
          JSON.stringify(isKnown ? { status, reasons } : { status }),
        )
      },
    }
    const health: Route = {
      methods: ['GET', 'HEAD'],
      answer: () => jsonReply(200, JSON.stringify(this.report())),
    }
    for (const path of ['/live', '/livez', '/health/live']) yield [path, live]
    for (const path of ['/ready', '/readyz', '/health/ready']) yield [path, ready]
    for (const path of ['/health', '/healthz']) yield [path, health]
  }

  /** The state of everything served. */
  report(): object {
    const reasons = this.reasons()
    return {
      status: reasons.length === 0 ? 'ready' : 'not ready',
      reasons,
      uptimeMs: Math.round(this.#kernel.clock.monotonic() - this.#startedAt),
      models: Object.fromEntries(this.#warm),
      pipelines: Object.fromEntries(
        [...this.#endpoints].map(([name, endpoint]) => {
          const { waiting, limit, refused, expired } = loadOf(endpoint)
          return [name, { inFlight: endpoint.inFlight, waiting, limit, refused, expired }]
        }),
      ),
      workerDeaths: this.#deaths.length,
    }
  }
}

/** The runs that wait would take more than half of the time that a run has: elsewhere a new one is answered sooner. */
function isBackedUp(endpoint: Endpoint): boolean {
  return endpoint.pipelines().some((one) => {
    const { waiting, limit, serviceMs } = one.load()
    return waiting > 0 && (waiting * serviceMs.mean) / limit > endpoint.timeoutMs() / 2
  })
}

function nameOf({ model, version }: ModelTask<never, unknown>): string {
  return version === undefined ? model : `${model}@${version}`
}
