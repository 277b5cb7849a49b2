import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How labels of tokens become entities. */
export interface TokenClassificationOptions {
  /** Names of the classes, by number: `O`, `B-PER`, `I-PER` … Default: the model card's `labels`. */
  readonly labels?: readonly string[]
  /** Joins words to entities by the BIO scheme and omits `O`; otherwise returns every word with its label. Default true. */
  readonly aggregate?: boolean
  /** Most tokens of a window; a longer text is read in windows that overlap by 32. Default: the model card's. */
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
 * Token classification (named entities): one text in, its entities out, in the order of the text. For models shaped like
 * BertForTokenClassification (logits [rows, tokens, classes]) with BERT's tokenizer. A word's label is that of
 * its first piece.
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function tokenClassification(
  model: string,
  options: TokenClassificationOptions = {},
): ModelTask<string, Entity[]> {
  return checkedTask('token-classification', model, options, OPTIONS)
}
