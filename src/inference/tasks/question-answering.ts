import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How a reader looks for answers. */
export interface QuestionAnsweringOptions {
  /** Spans returned. Default 5. */
  readonly nBest?: number
  /** Most tokens of an answer. Default 30. */
  readonly maxAnswerTokens?: number
  /** Tokens shared by neighbouring windows of a long context. Default 128, and at most half a window. */
  readonly stride?: number
  /** Tokens of a window, question and special tokens included. Default: the model card's. */
  readonly maxTokens?: number
  /** Tokens read of the question. Default 48, and at most half a window. */
  readonly maxQuestionTokens?: number
  /** `answer` is null if the probability of no answer is at least this. Default 0.5. */
  readonly noAnswerThreshold?: number
}

const OPTIONS = [
  'nBest',
  'maxAnswerTokens',
  'stride',
  'maxTokens',
  'maxQuestionTokens',
  'noAnswerThreshold',
] as const satisfies readonly (keyof QuestionAnsweringOptions)[]

/** A question and the text to find its answer in. */
export interface QuestionRow {
  readonly question: string
  readonly context: string
}

/** A stretch of the context; `start` and `end` count UTF-16 units, as `slice` does. */
export interface AnswerSpan {
  readonly text: string
  readonly start: number
  readonly end: number
  /** Probability that this is the answer: (1 − noAnswer) × its share among all spans. */
  readonly score: number
}

/** A reader's result. */
export interface ExtractedAnswer {
  /** The best span's text, or null if no answer is more likely. */
  readonly answer: string | null
  /** The best spans, most likely first; empty for a context without words. */
  readonly spans: readonly AnswerSpan[]
  /** Probability that the context has no answer, 0 to 1. */
  readonly noAnswer: number
}

/**
 * Extractive question answering, for models shaped like BertForQuestionAnswering: start_logits and end_logits
 * [rows, tokens], BERT's tokenizer. With a third output, no_answer_logits [rows], `noAnswer` is its sigmoid (least over
 * the windows); without it, the [CLS] span's probability against the best span (Devlin et al. 2019). A long context is
 * read in overlapping windows; more than 64 are refused (`bad-input`, `rows[i].context`).
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function questionAnswering(
  model: string,
  options: QuestionAnsweringOptions = {},
): ModelTask<QuestionRow, ExtractedAnswer> {
  return checkedTask('question-answering', model, options, OPTIONS)
}
