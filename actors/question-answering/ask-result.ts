import type { Duration } from '../../src/kernel/durations.ts'
import type { Message } from '../../src/message/header.ts'
import type { AskAllOptions } from '../../src/pipeline/control/ask-all-options.ts'

/** Deadline and cancellation of one question. */
export interface QuestionOptions {
  readonly timeout?: Duration
  readonly signal?: AbortSignal
  readonly explain?: boolean
  /** Sources to give. Default 5. */
  readonly sources?: number
}

/** A job of many questions: how it runs, and what each answer holds. */
export interface QuestionsOptions<T> extends AskAllOptions<T>, Pick<QuestionOptions, 'explain' | 'sources'> {}

/** What `ganglion ask --json` prints for one question. Times in milliseconds. */
export interface AskResult {
  readonly question: string
  /** The shortest complete statement that holds the answer; null when the team abstains. */
  readonly answer: string | null
  /** The shortest exact text inside `answer`; null when the team abstains. */
  readonly span: string | null
  readonly abstained: boolean
  /** Calibrated probability that the answer is right, 0 to 1. */
  readonly confidence: number
  /** Best first. */
  readonly sources: readonly Source[]
  /** Readers that had no say: too slow, or failed. Empty when all were heard. */
  readonly missing: readonly string[]
  /** The hops of the question's messages, in the order in which they ended. */
  readonly path: readonly PathStep[]
  readonly timing: { readonly indexMs: number; readonly answerMs: number }
  /** Only when asked for. */
  readonly explain?: AnswerExplanation
}

/** Where an answer comes from. Text that stands in several places is a source for each. */
export interface Source {
  readonly file: string
  /** 1-based; of a Word document, which has no lines, its paragraph. */
  readonly line: number
  /** 1-based page, of a PDF. */
  readonly page?: number
  /** The title of the document and the headings above the passage, outermost first. */
  readonly headings: readonly string[]
  /** Text of the document as people read it: without marks, with the heads of columns at their values. */
  readonly passage: string
  /** Share of the readers' votes for statements of this passage, 0 to 1. */
  readonly score: number
}

/** One processor on the way of a question. */
export interface PathStep {
  readonly processor: string
  /** a_ij of the arrow by which the result went on. */
  readonly weight: number
  readonly attempt: number
  readonly queueMs: number
  readonly runMs: number
  readonly outcome: string
}

/** How the answer came about. */
export interface AnswerExplanation {
  readonly matrix: { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }
  /** Every message: its header, the size of its msgpack frame, and its trailer. Bodies are left out. */
  readonly messages: readonly {
    readonly header: Message['header']
    readonly frameBytes: number | null
    readonly trailer: Message['trailer']
  }[]
  readonly votes: readonly Vote[]
  readonly joins: readonly {
    readonly merge: string
    readonly weights: Readonly<Record<string, number>>
    readonly arrived: readonly string[]
    readonly failed: readonly string[]
    readonly missing: readonly string[]
  }[]
  readonly processors: readonly {
    readonly name: string
    readonly path: string
    readonly states: readonly string[]
  }[]
  /** Below this confidence the team abstains. */
  readonly threshold: number
}

/** One statement that was voted on, with each reader's mark. */
export interface Vote {
  readonly statement: string
  readonly file: string
  readonly line: number
  readonly share: number
  readonly marks: Readonly<Record<string, number>>
}
