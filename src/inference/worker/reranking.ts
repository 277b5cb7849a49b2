import type { Tensor } from 'onnxruntime-node'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { PairEncoder } from './pairs.ts'
import { readWindow } from './question-answering.ts'
import { recordOfRow } from './row-error.ts'
import type { TaskRunner } from './runner.ts'
import { sigmoid } from './scores.ts'
import { TextModel } from './text-model.ts'

/**
 * Scores passages for a query. A cross-encoder's first output is its score [rows, 1] or [rows]. A question-answering reader can
 * rank too: a passage scores its best answer against no answer,
 *
 *     score = max over windows ( best start + end logit − no-answer logit )
 */
export class Reranker implements TaskRunner {
  readonly sample = { query: 'x', passage: 'x' }
  readonly #model: TextModel
  readonly #pairs: PairEncoder
  readonly #isReader: boolean

  private constructor(model: TextModel) {
    this.#model = model
    this.#pairs = new PairEncoder(model)
    this.#isReader = ['start_logits', 'end_logits'].every((name) => model.session.outputNames.includes(name))
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<Reranker> {
    return new Reranker(await TextModel.load(model, 'reranking'))
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const pairs = rows.map((row, i) => recordOfRow(row, i, '{ query, passage }'))
    const { windows } = this.#pairs.encode(pairs, ['query', 'passage'], options)
    // A passage without words comes last, whatever the model says about an empty one.
    const scores = rows.map(() => Number.NEGATIVE_INFINITY)
    const filled = await this.#pairs.run(windows, (window, outputs, number, count) => {
      let score: number
      if (this.#isReader) {
        const { best, none } = readWindow(this.#model, window, outputs, number, count)
        score = best - none
      } else {
        score = this.#scoreOf(outputs.tensors[this.#model.firstOutput], number, count)
      }
      scores[window.row] = Math.max(scores[window.row] as number, score)
    })
    const values = options.activation === 'sigmoid' ? scores.map(sigmoid) : scores
    return { values, ...filled }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }

  #scoreOf(tensor: Tensor | undefined, number: number, count: number): number {
    const dims = tensor?.dims ?? []
    const fits = dims[0] === count && (dims.length === 1 || (dims.length === 2 && dims[1] === 1))
    if (fits && tensor?.data instanceof Float32Array) return tensor.data[number] as number
    throw this.#model.unsupportedOutput(this.#model.firstOutput, tensor, 'float32 [rows] or [rows, 1]')
  }
}
