import { join } from 'node:path'
import type { Tokenizer } from '@huggingface/tokenizers'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import type { ModelCard } from '../repository/model-card.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput, TaskRunner } from './runner.ts'
import { loadSession } from './session.ts'
import { loadTokenizer } from './tokens.ts'

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids']

/** Tokenizer, session and pooling of one sentence-embedding model. Lives in a worker. */
export class EmbeddingModel implements TaskRunner {
  readonly #card: ModelCard
  readonly #folder: string
  readonly #tokenizer: Tokenizer
  readonly #session: InferenceSession
  readonly #padId: number

  private constructor(model: ModelFolder, tokenizer: Tokenizer, session: InferenceSession, padId: number) {
    this.#card = model.card
    this.#folder = model.folder
    this.#tokenizer = tokenizer
    this.#session = session
    this.#padId = padId
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<EmbeddingModel> {
    const tokenizerFile = join(model.folder, 'tokenizer.json')
    const { tokenizer, padId } = await loadTokenizer(tokenizerFile)
    const session = await loadSession(join(model.folder, 'model.onnx'))
    const unknown = session.inputNames.filter((name) => !INPUTS.includes(name))
    if (unknown.length > 0 || !session.inputNames.includes('input_ids')) {
      throw new InferenceError(
        'model-unsupported',
        `${model.folder} takes ${session.inputNames.join(', ')}, which is not a sentence-embedding model`,
        {
          path: `${model.folder}/model.onnx#inputs`,
          value: session.inputNames,
          remedy: `Give an ONNX model whose inputs are among ${INPUTS.join(', ')}`,
        },
      )
    }
    return new EmbeddingModel(model, tokenizer, session, padId)
  }

  /** Texts in, unit vectors out, one after another. */
  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const maxTokens = typeof options.maxTokens === 'number' ? options.maxTokens : this.#card.maxTokens
    const encoded = rows.map((row) => this.#encode(row, maxTokens))
    const length = encoded.reduce((most, ids) => Math.max(most, ids.length), 1)
    const shape = [rows.length, length]
    const ids = new BigInt64Array(rows.length * length).fill(BigInt(this.#padId))
    const mask = new BigInt64Array(rows.length * length)
    encoded.forEach((row, r) => {
      row.forEach((id, t) => {
        ids[r * length + t] = BigInt(id)
        mask[r * length + t] = 1n
      })
    })
    const feeds: Record<string, Tensor> = {}
    for (const name of this.#session.inputNames) {
      const data =
        name === 'input_ids' ? ids : name === 'attention_mask' ? mask : new BigInt64Array(ids.length)
      feeds[name] = new Tensor('int64', data, shape)
    }
    const outputs = await this.#session.run(feeds)
    const output = outputs[this.#session.outputNames[0] as string] as Tensor
    return {
      ...this.#pool(output, encoded, length),
      used: encoded.reduce((sum, row) => sum + row.length, 0),
      computed: ids.length,
    }
  }

  dispose(): Promise<void> {
    return this.#session.release()
  }

  #encode(row: unknown, maxTokens: number): number[] {
    if (typeof row !== 'string') {
      throw new InferenceError('bad-input', `an embedding row is ${typeof row}, not a text`, {
        path: 'rows',
        value: row,
        remedy: 'Give strings',
      })
    }
    // Far beyond what so many tokens hold: a text of megabytes is not tokenised to be cut off afterwards.
    const { ids } = this.#tokenizer.encode(row.slice(0, maxTokens * 64))
    if (ids.length <= maxTokens) return ids
    return [...ids.slice(0, maxTokens - 1), ids.at(-1) as number]
  }

  #pool(
    output: Tensor,
    encoded: readonly number[][],
    length: number,
  ): { packed: Float32Array; width: number } {
    const data = output.data
    const { dims } = output
    const width = dims.at(-1) ?? 0
    const tokens = dims.length === 3 && dims[1] === length
    if (!(data instanceof Float32Array) || dims[0] !== encoded.length || (!tokens && dims.length !== 2)) {
      throw new InferenceError(
        'model-unsupported',
        `${this.#folder} puts out ${output.type}[${dims.join(', ')}] for ${encoded.length} rows of ${length} tokens`,
        {
          path: `${this.#folder}/model.onnx#outputs`,
          value: dims,
          remedy:
            'Give a model whose first output is float32 [rows, tokens, dimensions] or [rows, dimensions]',
        },
      )
    }
    const values = new Float32Array(encoded.length * width)
    encoded.forEach((ids, row) => {
      const vector = values.subarray(row * width, (row + 1) * width)
      if (!tokens) vector.set(data.subarray(row * width, (row + 1) * width))
      else poolTokens(data, row * length * width, this.#card.pooling === 'cls' ? 1 : ids.length, vector)
      if (this.#card.normalize) normalize(vector)
    })
    return { packed: values, width }
  }
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
