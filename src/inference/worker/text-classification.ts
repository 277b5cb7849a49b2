import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { isLabels, labelsOfCard, numberAmong } from './card-fields.ts'
import type { TaskRunner } from './runner.ts'
import { sigmoid, softmax } from './scores.ts'
import { TextModel } from './text-model.ts'

/** A sequence classifier: the first output is logits [rows, classes]. */
export class TextClassifier implements TaskRunner {
  readonly sample = ''
  readonly #model: TextModel

  private constructor(model: TextModel) {
    this.#model = model
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<TextClassifier> {
    return new TextClassifier(await TextModel.load(model, 'text classification'))
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const maxTokens = numberAmong(options, 'maxTokens', this.#model.card.maxTokens)
    const outputs = await this.#model.run(rows.map((row, i) => this.#model.encode(row, i, maxTokens)))
    const { data, dims } = this.#model.floats(outputs, this.#model.firstOutput, [rows.length, -1])
    const classes = dims[1] as number
    const labels = labelsFor(this.#model, options, classes)
    const topK = Math.max(1, numberAmong(options, 'topK', classes))
    // A single logit is a yes or no: its softmax would always be 1.
    const each = options.multiLabel === true || classes === 1
    const values = rows.map((_, row) => {
      const scores = each
        ? data.slice(row * classes, (row + 1) * classes).map(sigmoid)
        : softmax(data, row * classes, classes)
      return labels
        .map((label, i) => ({ label, score: scores[i] as number }))
        .sort((a, b) => b.score - a.score)
        .slice(0, topK)
    })
    return { values, used: outputs.used, computed: outputs.computed }
  }

  dispose(): Promise<void> {
    return this.#model.dispose()
  }
}

/**
 * Labels by class number: the task's, else the card's, else `LABEL_0`, `LABEL_1` … as in Transformers.
 *
 * @throws InferenceError (`model-unsupported`) if there are more or fewer labels than classes.
 */
export function labelsFor(model: TextModel, options: TaskOptions, classes: number): readonly string[] {
  const labels = isLabels(options.labels) ? options.labels : labelsOfCard(model.card)
  if (labels === undefined) return Array.from({ length: classes }, (_, i) => `LABEL_${i}`)
  if (labels.length === classes) return labels
  throw new InferenceError(
    'model-unsupported',
    `there are ${labels.length} labels, but ${model.file} has ${classes} classes`,
    { path: 'labels', value: labels, remedy: 'Pass a label for each class, in the order of the classes' },
  )
}
