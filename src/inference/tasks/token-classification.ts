import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How the labels of tokens become entities. */
export interface TokenClassificationOptions {
  /** Names of the classes, by number: `O`, `B-PER`, `I-PER` … Default: the model card's `labels`. */
  readonly labels?: readonly string[]
  /** Joins words to entities by the BIO scheme and leaves `O` out; else every word comes with its label. Default true. */
  readonly aggregate?: boolean
  /** Tokens of a window at most; a longer text is read in windows that overlap by 32. Default: the model card's. */
  readonly maxTokens?: number
}

const OPTIONS = [
  'labels',
  'aggregate',
  'maxTokens',
] as const satisfies readonly (keyof TokenClassificationOptions)[]

/** A stretch of a text with its label; `start` and `end` count UTF-16 units, as `slice` does. */
export interface Entity {
  readonly label: string
  /** Mean probability over its words, 0 to 1. */
  readonly score: number
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Token classification (named entities): one text in, its entities out, in the order of the text. For models of the
 * shape of BertForTokenClassification (logits [rows, tokens, classes]) with BERT's tokenizer. A word's label is that of
 * its first piece.
 * @throws InvalidArgumentError (`invalid-argument`) for a model without a name, or an option that there is not.
 */
export function tokenClassification(
  model: string,
  options: TokenClassificationOptions = {},
): ModelTask<string, Entity[]> {
  return checkedTask('token-classification', model, options, OPTIONS)
}
