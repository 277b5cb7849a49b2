import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import type { BertTokens, Tokens } from './bert-tokens.ts'
import { numberAmong } from './card-fields.ts'
import { entitiesOf } from './entities.ts'
import { boundedText, checkWindows } from './long-text.ts'
import type { TaskRunner } from './runner.ts'
import { softmax } from './scores.ts'
import { labelsFor } from './text-classification.ts'
import { type EncodedRow, TextModel } from './text-model.ts'
import { windowsOf } from './windows.ts'

const STRIDE = 32

/** A token classifier: the first output is logits [rows, tokens, classes]; labels follow the BIO scheme. */
export class TokenClassifier implements TaskRunner {
  readonly sample = 'x'
  readonly #model: TextModel
  readonly #places: BertTokens
  readonly #cls: number
  readonly #sep: number

  private constructor(model: TextModel) {
    this.#model = model
    this.#places = model.places()
    this.#cls = this.#places.special('[CLS]', model.tokenizerFile)
    this.#sep = this.#places.special('[SEP]', model.tokenizerFile)
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<TokenClassifier> {
    return new TokenClassifier(await TextModel.load(model, 'token classification'))
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const room = numberAmong(options, 'maxTokens', this.#model.card.maxTokens) - 2
    const texts = rows.map((row, i) => boundedText(row, i, '', room))
    const encoded = texts.map((text) => this.#places.encode(text))
    const parts = encoded.flatMap((tokens, row) => {
      const windows = windowsOf(tokens.ids.length, room, STRIDE)
      checkWindows(windows.length, row, '')
      return windows.map(([from, to]) => ({ row, from, to }))
    })
    const inputs = parts.map(
      ({ row, from, to }): EncodedRow => ({
        ids: [this.#cls, ...(encoded[row] as Tokens).ids.slice(from, to), this.#sep],
      }),
    )
    const outputs = await this.#model.run(inputs)
    const name = this.#model.firstOutput
    const { data, dims } = this.#model.floats(outputs, name, [parts.length, outputs.length, -1])
    const classes = dims[2] as number
    const labels = labelsFor(this.#model, options, classes)
    const scores = encoded.map(({ ids }) => new Array<Float32Array>(ids.length))
    parts.forEach(({ row, from, to }, part) => {
      const known = scores[row] as Float32Array[]
      for (let token = from; token < to; token++) {
        // Of an overlap, the first half comes from the earlier window, which sees more context there.
        if (known[token] !== undefined && token - from < STRIDE >> 1) continue
        known[token] = softmax(data, (part * outputs.length + 1 + token - from) * classes, classes)
      }
    })
    const aggregate = options.aggregate !== false
    const values = texts.map((text, row) =>
      entitiesOf(text, encoded[row] as Tokens, scores[row] as Float32Array[], labels, aggregate),
    )
    return { values, used: outputs.used, computed: outputs.computed }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }
}
