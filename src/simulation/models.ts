import { InferenceError } from '../inference/errors.ts'
import type { Duration } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { hashText } from '../kernel/hash-text.ts'
import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import type { InferenceCall, InferencePort, ModelInfo, ModelTask } from '../ports/inference.ts'
import type { Chooser } from './chooser.ts'
import { type FaultAt, rangeOf } from './faults.ts'
import type { Recorder } from './recorder.ts'
import type { Site } from './site.ts'

/** How a model behaves under simulation. */
export interface ModelSpec {
  /** How long a call takes. Default 1 ms to 20 ms. */
  readonly latency?: readonly [Duration, Duration]
  /** Computes one row. */
  readonly run?: (row: never) => unknown
  /** Recorded outputs by row (a string as is, anything else as JSON). A missing row is an error. */
  readonly table?: Readonly<Record<string, unknown>>
  /** Length of the stand-in embeddings if there is neither `run` nor `table`. Default 384. */
  readonly dimensions?: number
}

interface Model {
  readonly spec: ModelSpec
  readonly latency: readonly [number, number]
  readonly faults: Site<'infer'>
  readonly waits: Site
}

/** The inference engine of a simulation: outputs from a table or a function, latency and faults from the choices. */
export class SimulatedModels implements InferencePort {
  /** Calls in flight. */
  underWay = 0
  readonly #kernel: SimulatedKernel
  readonly #chooser: Chooser
  readonly #recorder: Recorder
  readonly #models = new Map<string, Model>()
  #stopped = false

  constructor(kernel: SimulatedKernel, chooser: Chooser, recorder: Recorder) {
    this.#kernel = kernel
    this.#chooser = chooser
    this.#recorder = recorder
  }

  /** @throws InvalidArgumentError */
  define(name: string, spec: ModelSpec): void {
    this.#models.set(name, {
      spec,
      latency: rangeOf(`${name}.latency`, spec.latency ?? ['1ms', '20ms']),
      faults: this.#chooser.site('infer', [name]),
      waits: this.#chooser.site('infer', [name], '⇢'),
    })
  }

  async run<I, O>(task: ModelTask<I, O>, rows: readonly I[], call: InferenceCall = {}): Promise<O[]> {
    if (this.#stopped) throw failure('stopped', task.model)
    const model = this.#find(task.model)
    const fault = this.#chooser.fault(model.faults)
    const latency = this.#chooser.latency(model.waits, model.latency)
    if (fault !== undefined) this.#recorder.struck(fault.kind, task.model, task.model, fault.kind)
    if (fault?.kind === 'queueFull') throw failure('queue-full', task.model)
    this.#recorder.add('model', task.model, task.model, `${rows.length} rows, ${latency} ms`)
    const late = fault?.kind === 'lateResult' ? fault.value : 0
    await this.#wait(latency + late, fault?.kind === 'inferenceHang', call)
    this.#recorder.mix(latency)
    const code = fault === undefined ? undefined : codeOf(fault.kind)
    if (code !== undefined) throw failure(code, task.model)
    call.account?.({
      model: task.model,
      version: 'simulated',
      rows: rows.length,
      batchSize: rows.length,
      queueMs: 0,
      batchWaitMs: 0,
      computeMs: latency,
      fill: 1,
      worker: 0,
      cache: 'miss',
    })
    return rows.map((row) => outputOf(task.model, model.spec, row) as O)
  }

  async warm<I, O>(task: ModelTask<I, O>): Promise<ModelInfo> {
    const { spec } = this.#find(task.model)
    return {
      model: task.model,
      version: 'simulated',
      sha256: '0'.repeat(64),
      licence: 'none',
      dimensions: spec.dimensions ?? 384,
      path: '',
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
  }

  /** Until the model has answered, the caller leaves, or its deadline passes. */
  #wait(ms: number, forEver: boolean, call: InferenceCall): Promise<void> {
    const { deadline = Number.POSITIVE_INFINITY, signal } = call
    this.underWay += 1
    return new Promise<void>((resolve, reject) => {
      const left = deadline - this.#kernel.now
      const due = forEver ? Number.POSITIVE_INFINITY : ms
      const settle = (): void => {
        this.underWay -= 1
        timer?.cancel()
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => {
        settle()
        reject(failure('cancelled', 'the model'))
      }
      const onTime = (): void => {
        settle()
        if (due <= left) resolve()
        else reject(failure('deadline', 'the model'))
      }
      const until = Math.min(due, left)
      const timer =
        until === Number.POSITIVE_INFINITY
          ? undefined
          : this.#kernel.timers.after(Math.max(0, until), onTime, undefined)
      if (signal?.aborted === true) onAbort()
      else signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** By its name in the repository, by part of it (a processor's own name for it), or `*`. */
  #find(name: string): Model {
    const exact = this.#models.get(name)
    if (exact !== undefined) return exact
    for (const [given, model] of this.#models) if (given !== '*' && name.includes(given)) return model
    const any = this.#models.get('*')
    if (any !== undefined) return any
    throw new InferenceError('model-not-found', `the simulation has no model for '${name}'`, {
      path: 'sim.model',
      value: name,
      remedy: `Call sim.model('${name}', { latency: ['5ms', '80ms'], run: (row) => … }) before using it`,
    })
  }
}

function outputOf(name: string, spec: ModelSpec, row: unknown): unknown {
  if (spec.run !== undefined) return spec.run(row as never)
  if (spec.table === undefined) return vectorOf(String(row), spec.dimensions ?? 384)
  const key = typeof row === 'string' ? row : JSON.stringify(row)
  if (Object.hasOwn(spec.table, key)) return spec.table[key]
  throw new InvalidArgumentError(`the table of '${name}' has no output for ${key}`, {
    path: `sim.model('${name}').table`,
    value: row,
    remedy: 'Record the output of this row too, or use a function',
  })
}

/**
 * A unit vector for a text: the sum of pseudo-random vectors of its words (random projection of the bag of
 * words), so that texts with common words are near each other.
 */
function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let seed = hashText(word)
    for (let i = 0; i < dimensions; i++) {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9
      vector[i] = (vector[i] as number) + ((seed >>> 8) & 0xffff) / 32768 - 1
    }
  }
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)) || 1
  return vector.map((x) => x / norm)
}

type FailureCode = ConstructorParameters<typeof InferenceError>[0]

/** The error of a call that a fault struck; undefined if the fault only costs time. */
function codeOf(kind: FaultAt<'infer'>): FailureCode | undefined {
  switch (kind) {
    case 'workerDeath':
    case 'outOfMemory':
      return 'worker-died'
    case 'uncloneable':
      return 'bad-input'
    case 'abortRace':
      return 'cancelled'
    case 'queueFull':
      return 'queue-full'
    case 'lateResult':
    case 'inferenceHang':
      return undefined
    default:
      return kind satisfies never
  }
}

function failure(code: FailureCode, model: string): InferenceError {
  return new InferenceError(code, `the simulated model '${model}': ${code}`, {
    path: model,
    remedy: 'A real pool fails like this too: retry, or answer without it',
  })
}
