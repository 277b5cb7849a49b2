import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How the classes of a text classifier are read. */
export interface TextClassificationOptions {
  /** Names of the classes, by number. Default: the model card's `labels`, else `LABEL_0`, `LABEL_1` … */
  readonly labels?: readonly string[]
  /** Each class is a yes or no of its own (sigmoid), instead of one of all (softmax). Default false. */
  readonly multiLabel?: boolean
  /** Classes given back, the likeliest first. Default: all. */
  readonly topK?: number
  /** Tokens read at most; the rest of a text is cut off. Default: the model card's. */
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
 * Text classification: one text in, its classes out, the likeliest first. For models of the shape of
 * BertForSequenceClassification (logits [rows, classes]).
 * @throws InvalidArgumentError (`invalid-argument`) for a model without a name, or an option that there is not.
 */
export function textClassification(
  model: string,
  options: TextClassificationOptions = {},
): ModelTask<string, LabelScore[]> {
  return checkedTask('text-classification', model, options, OPTIONS)
}
