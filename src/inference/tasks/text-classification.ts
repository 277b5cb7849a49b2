import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How to read the classes of a text classifier. */
export interface TextClassificationOptions {
  /** Names of the classes, by number. Default: the model card's `labels`, else `LABEL_0`, `LABEL_1` … */
  readonly labels?: readonly string[]
  /** Each class is a separate yes or no (sigmoid), instead of one of all (softmax). Default false. */
  readonly multiLabel?: boolean
  /** Classes returned, most likely first. Default: all. */
  readonly topK?: number
  /** Most tokens read; the rest of a text is cut off. Default: the model card's. */
  readonly maxTokens?: number
}

const OPTIONS = [
  'labels',
  'multiLabel',
  'topK',
  'maxTokens',
] as const satisfies readonly (keyof TextClassificationOptions)[]

/** A class and its probability, 0 to 1. */
export interface LabelScore {
  readonly label: string
  readonly score: number
}

/**
 * Text classification: one text in, its classes out, most likely first. For models shaped like
 * BertForSequenceClassification (logits [rows, classes]).
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function textClassification(
  model: string,
  options: TextClassificationOptions = {},
): ModelTask<string, LabelScore[]> {
  return checkedTask('text-classification', model, options, OPTIONS)
}
