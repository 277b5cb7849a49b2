import { join } from 'node:path'
import type { Tokenizer } from '@huggingface/tokenizers'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import type { ModelCard } from '../repository/model-card.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import { BertTokens } from './bert-tokens.ts'
import { textOf } from './row-error.ts'
import { checkNames, loadSession } from './session.ts'
import { loadTokenizer } from './tokens.ts'

/** The tokens of one row of a batch; without `types`, all belong to the first text. */
export interface EncodedRow {
  readonly ids: readonly number[]
  readonly types?: readonly number[]
}

/** The output of one `session.run`: `length` tokens per row, padding included. */
export interface TextOutputs {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly length: number
  readonly used: number
  readonly computed: number
}

/** A text this many times longer than its tokens may be is cut before tokenising. */
const CHARACTERS_PER_TOKEN = 64
const KNOWN_INPUTS = ['attention_mask', 'token_type_ids']

/**
 * Tokenizer and session of a text model, shared by all text tasks. Rows are padded to the longest row of the batch, never to
 * the model's limit.
 */
export class TextModel {
  readonly card: ModelCard
  readonly file: string
  readonly tokenizerFile: string
  readonly session: InferenceSession
  readonly #tokenizer: Tokenizer
  readonly #tokenizerJson: unknown
  readonly #padId: number
  readonly #narrow: boolean

  private constructor(
    model: ModelFolder,
    session: InferenceSession,
    tokenizer: Awaited<ReturnType<typeof loadTokenizer>>,
  ) {
    this.card = model.card
    this.file = join(model.folder, 'model.onnx')
    this.tokenizerFile = join(model.folder, 'tokenizer.json')
    this.session = session
    this.#tokenizer = tokenizer.tokenizer
    this.#tokenizerJson = tokenizer.json
    this.#padId = tokenizer.padId
    const [ids] = session.inputMetadata.filter(({ name }) => name === 'input_ids')
    this.#narrow = ids?.isTensor === true && ids.type === 'int32'
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder, task: string, outputs: readonly string[] = []): Promise<TextModel> {
    const tokenizer = await loadTokenizer(join(model.folder, 'tokenizer.json'))
    const file = join(model.folder, 'model.onnx')
    const session = await loadSession(file)
    try {
      checkNames(session, file, { task, required: ['input_ids'], known: KNOWN_INPUTS, outputs })
    } catch (error) {
      await session.release()
      throw error
    }
    return new TextModel(model, session, tokenizer)
  }

  /** @throws InferenceError (`model-unsupported`) when the tokenizer is not BERT's. */
  places(): BertTokens {
    return BertTokens.of(this.#tokenizer, this.#tokenizerJson, this.tokenizerFile)
  }

  /** Token ids of a text behind its prefix, with its special tokens, cut to `maxTokens`. */
  encode(row: unknown, index: number, maxTokens: number, prefix = ''): EncodedRow {
    // Avoids tokenising megabytes that would be cut off.
    const text = prefix + textOf(row, index).slice(0, maxTokens * CHARACTERS_PER_TOKEN)
    const { ids } = this.#tokenizer.encode(text)
    return { ids: ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ids.at(-1) as number] }
  }

  async run(rows: readonly EncodedRow[]): Promise<TextOutputs> {
    const length = rows.reduce((most, { ids }) => Math.max(most, ids.length), 1)
    const places = rows.length * length
    const wanted = (name: string): boolean => this.session.inputNames.includes(name)
    const ids = this.#array(places, this.#padId)
    const mask = this.#array(places, 0)
    const types = this.#array(places, 0)
    rows.forEach((row, r) => {
      const at = r * length
      row.ids.forEach((id, t) => {
        put(ids, at + t, id)
        put(mask, at + t, 1)
      })
      if (row.types !== undefined)
        row.types.forEach((type, t) => {
          put(types, at + t, type)
        })
    })
    const kind = this.#narrow ? 'int32' : 'int64'
    const tensor = (data: BigInt64Array | Int32Array): Tensor =>
      new Tensor(kind, data as BigInt64Array, [rows.length, length])
    const outputs = await this.session.run({
      input_ids: tensor(ids),
      ...(wanted('attention_mask') ? { attention_mask: tensor(mask) } : {}),
      ...(wanted('token_type_ids') ? { token_type_ids: tensor(types) } : {}),
    })
    return {
      tensors: outputs as Readonly<Record<string, Tensor>>,
      length,
      used: rows.reduce((sum, row) => sum + row.ids.length, 0),
      computed: places,
    }
  }

  /**
   * The numbers of output `name`, whose shape must match; -1 matches any size.
   *
   * @throws InferenceError (`model-unsupported`) naming the actual shape.
   */
  floats(
    outputs: TextOutputs,
    name: string,
    shape: readonly number[],
  ): { data: Float32Array; dims: readonly number[] } {
    const tensor = outputs.tensors[name]
    const dims = tensor?.dims ?? []
    const fits = dims.length === shape.length && shape.every((size, i) => size === -1 || size === dims[i])
    if (tensor !== undefined && fits && tensor.data instanceof Float32Array)
      return { data: tensor.data, dims }
    throw this.unsupportedOutput(
      name,
      tensor,
      `float32 [${shape.map((n) => (n === -1 ? 'any' : n)).join(', ')}]`,
    )
  }

  unsupportedOutput(name: string, tensor: Tensor | undefined, wanted: string): InferenceError {
    return new InferenceError(
      'model-unsupported',
      `${this.file} returns '${name}' as ${tensor?.type ?? 'nothing'}[${tensor?.dims.join(', ') ?? ''}]`,
      {
        path: `${this.file}#outputs.${name}`,
        value: tensor?.dims,
        remedy: `Use a model whose output '${name}' is ${wanted}`,
      },
    )
  }

  /** Name of the first output. */
  get firstOutput(): string {
    return this.session.outputNames[0] as string
  }

  dispose(): Promise<void> {
    return this.session.release()
  }

  #array(length: number, filled: number): BigInt64Array | Int32Array {
    return this.#narrow ? new Int32Array(length).fill(filled) : new BigInt64Array(length).fill(BigInt(filled))
  }
}

function put(array: BigInt64Array | Int32Array, at: number, value: number): void {
  if (array instanceof BigInt64Array) array[at] = BigInt(value)
  else array[at] = value
}
