import type { Kernel } from '../../kernel/kernel.ts'
import type { InferencePort, ModelInfo, ModelTask } from '../../ports/inference.ts'
import { HttpError } from '../http-error.ts'

/** What a model did for its callers. */
export interface ModelCounts {
  calls: number
  rows: number
  failed: number
  ms: number
  failedMs: number
  /** Wall time, milliseconds since the epoch; 0 before the first. */
  lastAt: number
}

export function noCounts(): ModelCounts {
  return { calls: 0, rows: 0, failed: 0, ms: 0, failedMs: 0, lastAt: 0 }
}

/** One model of a service, by the name in its paths. */
export interface ServedModel {
  readonly name: string
  readonly task: ModelTask<never, unknown>
  state: 'loading' | 'ready' | 'unloaded' | 'failed'
  info: ModelInfo | undefined
  readonly counts: ModelCounts
}

/** Deadline and cancellation of a call. */
export interface ModelCall {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The models of a service, and the engine behind them. */
export class ServedModels {
  readonly #models = new Map<string, ServedModel>()
  readonly #kernel: Kernel
  readonly #engine: () => Promise<InferencePort>

  constructor(
    tasks: Readonly<Record<string, ModelTask<never, unknown>>>,
    kernel: Kernel,
    engine: () => Promise<InferencePort>,
  ) {
    this.#kernel = kernel
    this.#engine = engine
    for (const [name, task] of Object.entries(tasks)) {
      this.#models.set(name, { name, task, state: 'loading', info: undefined, counts: noCounts() })
    }
  }

  get all(): ServedModel[] {
    return [...this.#models.values()]
  }

  /** @throws HttpError (`unknown-path`) */
  get(name: string, path = 'model'): ServedModel {
    const model = this.#models.get(name)
    if (model !== undefined) return model
    throw new HttpError('unknown-path', 'this service has no model of that name', {
      path,
      value: name,
      remedy: `Use one of ${[...this.#models.keys()].join(', ') || 'none'}`,
    })
  }

  /** Loads a model in every worker. Rejects with the engine's error; then the model is not ready. */
  async load(model: ServedModel): Promise<void> {
    model.state = 'loading'
    try {
      model.info = await (await this.#engine()).warm(model.task)
      model.state = 'ready'
    } catch (error) {
      model.state = 'failed'
      throw error
    }
  }

  /** Rows through a model; results are in their order. Rejects with `InferenceError`. */
  async run<I, O>(model: ServedModel, rows: readonly I[], { timeoutMs, signal }: ModelCall): Promise<O[]> {
    const began = this.#kernel.clock.monotonic()
    const { counts } = model
    counts.lastAt = this.#kernel.clock.now()
    try {
      const engine = await this.#engine()
      const results = await engine.run(model.task as unknown as ModelTask<I, O>, rows, {
        deadline: began + timeoutMs,
        signal,
        owner: 'http',
      })
      counts.calls += 1
      counts.rows += rows.length
      counts.ms += this.#kernel.clock.monotonic() - began
      return results
    } catch (error) {
      counts.failed += 1
      counts.failedMs += this.#kernel.clock.monotonic() - began
      throw error
    }
  }
}
