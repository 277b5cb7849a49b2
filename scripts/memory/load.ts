import { type InferenceEngine, InferenceError, type Kernel } from '../../dist/src/index.js'
import type { ModelTask } from '../../dist/src/inference/index.js'

/** Calls in flight: more than two workers can take. */
const CALLS = 24
const ROWS_MAX = 12
/** Words of a row; MiniLM reads 256 tokens of it. */
const WORDS_MAX = 280
const EXPECTED = new Set(['cancelled', 'deadline'])

/** Callers that never pause until they are stopped. Counts the outcomes of their calls. */
export class FullLoad {
  readonly counts: Record<string, number> = {}
  /** Calls with an unexpected outcome. */
  wrong = 0
  readonly #kernel: Kernel
  readonly #engine: InferenceEngine
  readonly #task: ModelTask<string, Float32Array>
  readonly #chance: { next(): number; integer(below: number): number }
  readonly #callers: Promise<void>[]
  #stopped = false
  #calls = 0

  constructor(kernel: Kernel, engine: InferenceEngine, task: ModelTask<string, Float32Array>) {
    this.#kernel = kernel
    this.#engine = engine
    this.#task = task
    this.#chance = kernel.random.stream('load')
    this.#callers = Array.from({ length: CALLS }, () => this.#caller())
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }

  /** Resolves when every call has settled. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#callers)
  }

  async #caller(): Promise<void> {
    while (!this.#stopped) await this.#call()
  }

  async #call(): Promise<void> {
    const chance = this.#chance
    this.#calls += 1
    const rows = Array.from(
      { length: 1 + chance.integer(ROWS_MAX) },
      (_, i) => `call ${this.#calls} row ${i} ${'word '.repeat(chance.integer(WORDS_MAX) * chance.next())}`,
    )
    const kind = chance.next()
    const moment = chance.next() * 2_000
    const controller = new AbortController()
    const timer =
      kind < 1 / 6 ? this.#kernel.timers.after(moment, () => controller.abort(), undefined) : undefined
    try {
      const results = await this.#engine.run(this.#task, rows, {
        ...(timer === undefined ? {} : { signal: controller.signal }),
        ...(kind > 5 / 6 ? { deadline: this.#kernel.clock.monotonic() + moment } : {}),
      })
      if (results.length !== rows.length) throw new Error(`${results.length} results for ${rows.length} rows`)
      this.count('answered')
    } catch (error) {
      const code = error instanceof InferenceError ? error.code : String(error)
      if (!EXPECTED.has(code)) this.wrong += 1
      this.count(code)
    } finally {
      timer?.cancel()
    }
  }
}
