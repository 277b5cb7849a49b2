import type { Tensor } from 'onnxruntime-node'
import type { ModelFolder } from '../repository/model-repository.ts'
import { numberAmong } from './card-fields.ts'
import type { TaskOptions, TaskOutput, TaskRunner } from './runner.ts'
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
    const encoded = rows.map((row, i) => this.#model.encode(row, i, maxTokens))
    const outputs = await this.#model.run(encoded)
    const { used, computed, length } = outputs
    const name = this.#model.firstOutput
    const tensor = outputs.tensors[name] as Tensor
    const { dims, data } = tensor
    const pooling = options.pooling ?? card.pooling
    const scaled = (options.normalize ?? card.normalize) === true
    const ofTokens = dims.length === 3 && dims[1] === length
    const fits = dims[0] === rows.length && (ofTokens || dims.length === 2)
    if (!(data instanceof Float32Array) || !fits) {
      throw this.#model.unsupportedOutput(
        name,
        tensor,
        'float32 [rows, tokens, dimensions] or [rows, dimensions]',
      )
    }
    const width = dims.at(-1) ?? 0
    if (ofTokens && pooling === 'none')
      return { ...vectorsOfTokens(data, encoded, length, scaled), used, computed }
    const packed = new Float32Array(rows.length * width)
    encoded.forEach(({ ids }, row) => {
      const vector = packed.subarray(row * width, (row + 1) * width)
      if (!ofTokens) vector.set(data.subarray(row * width, (row + 1) * width))
      else poolTokens(data, row * length * width, pooling === 'cls' ? 1 : ids.length, vector)
      if (scaled) normalize(vector)
    })
    return { packed, width, used, computed }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }
}

/** Without pooling a row is the vectors of its own tokens, one after another. */
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

/** Mean over the first `count` token vectors: padding stands behind them. */
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
