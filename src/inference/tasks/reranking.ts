import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How passages are scored. */
export interface RerankingOptions {
  /** `'none'`: the model's logit. `'sigmoid'`: from 0 to 1, same order. Default `'none'`. */
  readonly activation?: 'none' | 'sigmoid'
  /** Tokens of query and passage together. Default: the model card's. */
  readonly maxTokens?: number
  /** Tokens that neighbouring windows of a long passage share. Default 128, and at most half a window. */
  readonly stride?: number
}

const OPTIONS = ['activation', 'maxTokens', 'stride'] as const satisfies readonly (keyof RerankingOptions)[]

/** A query and a passage that may serve it. */
export interface RerankRow {
  readonly query: string
  readonly passage: string
}

/**
 * Reranking: query and passage in, a score out; higher is better. For cross-encoders (one logit a row), and for readers
 * as `questionAnswering` takes them: there a passage scores its best span's start + end logit less the logit of no
 * answer (without that output: less start + end at [CLS]). A long passage counts as its best window; one without words
 * scores −Infinity (0 by sigmoid).
 * @throws InvalidArgumentError (`invalid-argument`) for a model without a name, or an option that there is not.
 */
export function reranking(model: string, options: RerankingOptions = {}): ModelTask<RerankRow, number> {
  return checkedTask('reranking', model, options, OPTIONS)
}
