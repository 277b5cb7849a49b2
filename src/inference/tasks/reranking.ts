import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How to score passages. */
export interface RerankingOptions {
  /** `'none'`: the model's logit. `'sigmoid'`: from 0 to 1, in the same order. Default `'none'`. */
  readonly activation?: 'none' | 'sigmoid'
  /** Tokens of query and passage together. Default: the model card's. */
  readonly maxTokens?: number
  /** Tokens shared by neighbouring windows of a long passage. Default 128, and at most half a window. */
  readonly stride?: number
}

const OPTIONS = ['activation', 'maxTokens', 'stride'] as const satisfies readonly (keyof RerankingOptions)[]

/** A query and a passage that may answer it. */
export interface RerankRow {
  readonly query: string
  readonly passage: string
}

/**
 * Reranking: query and passage in, a score out; higher is better. It takes cross-encoders (one logit per row) and readers
 * for `questionAnswering`. With a reader, a passage scores its best span's start + end logit minus the logit of no answer
 * (without that output: minus start + end at [CLS]). A long passage counts as its best window. One without words scores
 * −Infinity (0 with sigmoid).
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function reranking(model: string, options: RerankingOptions = {}): ModelTask<RerankRow, number> {
  return checkedTask('reranking', model, options, OPTIONS)
}
