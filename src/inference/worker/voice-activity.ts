import { join } from 'node:path'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { badRow, nameOf, recordOfRow } from './row-error.ts'
import type { TaskRunner } from './runner.ts'
import { loadSession } from './session.ts'
import { segmentsOf } from './speech-segments.ts'

const SAMPLE_RATE = 16_000
/** An hour: a row runs to its end, so it needs a bound. */
const SAMPLES_MAX = 3600 * SAMPLE_RATE

/** The differences between the generations of silero-vad: the tensors that carry the state, and the length of a frame. */
interface Generation {
  readonly states: readonly { readonly input: string; readonly output: string; readonly width: number }[]
  readonly frame: number
  /** Samples of the previous frame that precede each frame (silero-vad's `OnnxWrapper.__call__`). */
  readonly context: number
}

const GENERATIONS: readonly Generation[] = [
  { states: [{ input: 'state', output: 'stateN', width: 128 }], frame: 512, context: 64 },
  {
    states: [
      { input: 'h', output: 'hn', width: 64 },
      { input: 'c', output: 'cn', width: 64 },
    ],
    frame: 1536,
    context: 0,
  },
]

/**
 * Silero's voice-activity models (v5 and v6; legacy is v4). Frames run one after another, because the model's state passes
 * from each to the next. Rows run side by side, the longest first, so that finished rows leave from the back:
 *
 *     row 0  [f0][f1][f2][f3]
 *     row 1  [f0][f1][f2]         a step is one frame of every row that still has one
 *     row 2  [f0]
 */
export class VoiceActivityModel implements TaskRunner {
  readonly sample = { samples: new Float32Array(512) }
  readonly #session: InferenceSession
  readonly #kind: Generation

  private constructor(session: InferenceSession, kind: Generation) {
    this.#session = session
    this.#kind = kind
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<VoiceActivityModel> {
    const file = join(model.folder, 'model.onnx')
    const session = await loadSession(file)
    const kind = GENERATIONS.find(({ states }) => {
      const inputs = ['input', 'sr', ...states.map(({ input }) => input)]
      const outputs = ['output', ...states.map(({ output }) => output)]
      return (
        inputs.length === session.inputNames.length &&
        inputs.every((name) => session.inputNames.includes(name)) &&
        outputs.every((name) => session.outputNames.includes(name))
      )
    })
    if (kind !== undefined) return new VoiceActivityModel(session, kind)
    const value = session.inputNames
    await session.release()
    throw new InferenceError(
      'model-unsupported',
      `${file} takes ${value.join(', ')}, so it is not silero-vad`,
      {
        path: `${file}#inputs`,
        value,
        remedy: 'Use silero_vad_v5.onnx, silero_vad_v6.onnx or silero_vad_legacy.onnx',
      },
    )
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const { frame } = this.#kind
    const order = rows
      .map((row, index) => ({ index, samples: samplesOf(row, index) }))
      .sort((a, b) => b.samples.length - a.samples.length)
    const frames = order.map(({ samples }) => new Float32Array(Math.ceil(samples.length / frame)))
    let states: Float32Array[] = this.#kind.states.map(
      ({ width }) => new Float32Array(2 * order.length * width),
    )
    let alive = order.length
    const steps = frames[0]?.length ?? 0
    for (let step = 0; step < steps; step++) {
      const before = alive
      while ((frames[alive - 1] as Float32Array).length <= step) alive -= 1
      if (alive < before) states = states.map((state) => firstRows(state, before, alive))
      const outputs = await this.#step(order, step, alive, states)
      const chances = outputs.output?.data as Float32Array
      for (let row = 0; row < alive; row++) (frames[row] as Float32Array)[step] = chances[row] as number
      states = this.#kind.states.map(({ output }) => outputs[output]?.data as Float32Array)
    }
    const values = new Array<unknown>(rows.length)
    const used = frames.reduce((sum, { length }) => sum + length, 0)
    order.forEach(({ index, samples }, row) => {
      const chances = frames[row] as Float32Array
      const milliseconds = (samples.length / SAMPLE_RATE) * 1000
      const segments = segmentsOf(chances, (frame / SAMPLE_RATE) * 1000, milliseconds, options)
      values[index] = { frames: chances, frameMs: (frame / SAMPLE_RATE) * 1000, segments }
    })
    return { values, transfer: frames.map(({ buffer }) => buffer as ArrayBuffer), used, computed: used }
  }

  dispose(): Promise<void> {
    return this.#session.release()
  }

  async #step(
    rows: readonly { readonly samples: Float32Array }[],
    step: number,
    alive: number,
    states: readonly Float32Array[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { frame, context } = this.#kind
    const width = frame + context
    const input = new Float32Array(alive * width)
    for (let row = 0; row < alive; row++) {
      const from = step * frame - context
      const { samples } = rows[row] as { samples: Float32Array }
      // The first frame is preceded by silence, and the last one is padded with it.
      input.set(samples.subarray(Math.max(0, from), from + width), row * width + Math.max(0, -from))
    }
    const feeds: Record<string, Tensor> = {
      input: new Tensor('float32', input, [alive, width]),
      sr: new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), []),
    }
    this.#kind.states.forEach(({ input: name, width: wide }, i) => {
      feeds[name] = new Tensor('float32', states[i] as Float32Array, [2, alive, wide])
    })
    return this.#session.run(feeds)
  }
}

/** The state [2, before, width] of the first `after` rows. */
function firstRows(state: Float32Array, before: number, after: number): Float32Array {
  const half = state.length / 2
  const kept = (half / before) * after
  const less = new Float32Array(kept * 2)
  less.set(state.subarray(0, kept))
  less.set(state.subarray(half, half + kept), kept)
  return less
}

function samplesOf(row: unknown, index: number): Float32Array {
  const { samples } = recordOfRow(row, index, '{ samples }')
  const remedy = 'Pass a Float32Array of 16 kHz mono sound between -1 and 1'
  if (!(samples instanceof Float32Array)) {
    throw badRow(index, '.samples', `samples are ${nameOf(samples)}`, nameOf(samples), remedy)
  }
  if (samples.length === 0 || samples.length > SAMPLES_MAX) {
    const what = `there are ${samples.length} samples; the limit is ${SAMPLES_MAX} (an hour), and at least 1`
    throw badRow(index, '.samples', what, samples.length, remedy)
  }
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample))
  if (wrong < 0) return samples
  const value = samples[wrong]
  throw badRow(index, `.samples[${wrong}]`, `sample ${wrong} is ${value}`, value, remedy)
}
