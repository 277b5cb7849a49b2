import type { Tensor } from 'onnxruntime-node'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { byLength } from './by-length.ts'
import { numberAmong, prefixOf } from './card-fields.ts'
import type { TaskRunner } from './runner.ts'
import { type EncodedRow, TextModel } from './text-model.ts'

/** Tokenizer, session and pooling of one sentence-embedding model. Lives in a worker. */
export class EmbeddingModel implements TaskRunner {
  readonly sample = ''
  readonly #model: TextModel

  private constructor(model: TextModel) {
    this.#model = model
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<EmbeddingModel> {
    return new EmbeddingModel(await TextModel.load(model, 'sentence embeddings'))
  }

  /** Texts in, vectors out, one after another. */
  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const { card } = this.#model
    const maxTokens = numberAmong(options, 'maxTokens', card.maxTokens)
    const prefix = prefixOf(options, card)
    const encoded = rows.map((row, i) => this.#model.encode(row, i, maxTokens, prefix))
    const pooling = options.pooling ?? card.pooling
    const scaled = (options.normalize ?? card.normalize) === true
    if (pooling === 'none') return this.#tokenVectors(encoded, scaled)
    let packed: Float32Array | undefined
    let width = 0
    let used = 0
    let computed = 0
    for (const run of byLength(encoded.map(({ ids }) => ids.length))) {
      const part = run.map((i) => encoded[i] as EncodedRow)
      const outputs = await this.#outputs(part)
      width = outputs.width
      used += outputs.used
      computed += outputs.computed
      packed ??= new Float32Array(rows.length * width)
      for (const [at, i] of run.entries()) {
        const vector = packed.subarray(i * width, (i + 1) * width)
        const { data, length, ofTokens } = outputs
        if (!ofTokens) vector.set(data.subarray(at * width, (at + 1) * width))
        else
          poolTokens(data, at * length * width, pooling === 'cls' ? 1 : (part[at]?.ids.length ?? 1), vector)
        if (scaled) normalize(vector)
      }
    }
    return { packed: packed ?? new Float32Array(0), width, used, computed }
  }

  /** Without pooling: the vectors of each row's own tokens. */
  async #tokenVectors(encoded: readonly EncodedRow[], scaled: boolean): Promise<TaskOutput> {
    const { data, length, ofTokens, width, used, computed } = await this.#outputs(encoded)
    if (ofTokens) return { ...vectorsOfTokens(data, encoded, length, scaled), used, computed }
    const packed = data.slice()
    for (let at = 0; scaled && at < packed.length; at += width) normalize(packed.subarray(at, at + width))
    return { packed, width, used, computed }
  }

  /** One run of the session: vectors of tokens, or of rows if the model pools by itself. */
  async #outputs(rows: readonly EncodedRow[]) {
    const { tensors, length, used, computed } = await this.#model.run(rows)
    const name = this.#model.firstOutput
    const tensor = tensors[name] as Tensor
    const { dims, data } = tensor
    const ofTokens = dims.length === 3 && dims[1] === length
    if (!(data instanceof Float32Array) || dims[0] !== rows.length || (!ofTokens && dims.length !== 2)) {
      throw this.#model.unsupportedOutput(
        name,
        tensor,
        'float32 [rows, tokens, dimensions] or [rows, dimensions]',
      )
    }
    return { data, length, ofTokens, width: dims.at(-1) ?? 0, used, computed }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }
}

/** Without pooling, a row's result is the vectors of its own tokens, one after another. */
function vectorsOfTokens(
  data: Float32Array,
  encoded: readonly EncodedRow[],
  length: number,
  scaled: boolean,
): { values: Float32Array[]; transfer: ArrayBuffer[] } {
  const width = data.length / (encoded.length * length)
  const values = encoded.map(({ ids }, row) => {
    const vectors = data.slice(row * length * width, (row * length + ids.length) * width)
    for (let at = 0; scaled && at < vectors.length; at += width) normalize(vectors.subarray(at, at + width))
    return vectors
  })
  return { values, transfer: values.map(({ buffer }) => buffer as ArrayBuffer) }
}

/** Mean over the first `count` token vectors; padding comes after them. */
function poolTokens(data: Float32Array, start: number, count: number, into: Float32Array): void {
  const width = into.length
  for (let token = 0; token < count; token++) {
    const at = start + token * width
    for (let i = 0; i < width; i++) into[i] = (into[i] as number) + (data[at + i] as number)
  }
  for (let i = 0; i < width; i++) into[i] = (into[i] as number) / count
}

function normalize(vector: Float32Array): void {
  let sum = 0
  for (const value of vector) sum += value * value
  const length = Math.sqrt(sum) || 1
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
}
