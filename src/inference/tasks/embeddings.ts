import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How much of a text is read, and how its token vectors become one. */
export interface EmbeddingOptions {
  /**
   * Name of a prefix in the model's card: `'query'` or `'passage'` for models that want to be told which a text is (E5,
   * Wang et al. 2022). It is put before each text. Where the card has no `prefixes`, texts stay as they are. Default: none.
   */
  readonly prefix?: string
  /** Most tokens read, special ones included; the rest of a text is cut off. Default: the model card's. */
  readonly maxTokens?: number
  /**
   * `'mean'` over the tokens, the vector of `'cls'`, or `'none'`: the vectors of all tokens read, special ones included, one
   * after another. Default: the model card's.
   */
  readonly pooling?: 'mean' | 'cls' | 'none'
  /** Whether to scale vectors to length 1. Default: the model card's. */
  readonly normalize?: boolean
}

const OPTIONS = [
  'prefix',
  'maxTokens',
  'pooling',
  'normalize',
] as const satisfies readonly (keyof EmbeddingOptions)[]

/**
 * Sentence embeddings: one text in, one unit vector out (its length is the model card's `dimensions`).
 *
 * @param model name in the model repository (`'all-minilm-l6-v2'`), or a folder with `model.onnx` and `tokenizer.json`.
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function embeddings(model: string, options: EmbeddingOptions = {}): ModelTask<string, Float32Array> {
  return { ...checkedTask<string, Float32Array>('embeddings', model, options, OPTIONS), sample: textOf }
}

/** A text of about this many tokens. */
function textOf(tokens: number): string {
  return 'word '.repeat(Math.max(1, tokens - 2)).trim()
}
