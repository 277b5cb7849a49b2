import type { Duration } from '../../src/kernel/durations.ts'
import type { Message } from '../../src/message/header.ts'
import type { AskAllOptions } from '../../src/pipeline/control/ask-all-options.ts'

/** Deadline and cancellation of one question. */
export interface QuestionOptions {
  readonly timeout?: Duration
  readonly signal?: AbortSignal
  /** Whose share of the team the question takes: if questions of several tenants wait, each tenant gets its share. */
  readonly tenant?: string
  /** Among a tenant's waiting questions the highest goes first: a whole number from -7 to 7. Default 0. */
  readonly priority?: number
  /** W3C trace context (`traceparent`) of the question: its steps read it as `ctx.trace`, and their spans are of that trace. */
  readonly trace?: string
  readonly explain?: boolean
  /** Number of sources. Default 5. */
  readonly sources?: number
  /** Abstain below this confidence, 0 to 1. Default: the calibrated threshold (`explain.threshold`). */
  readonly minConfidence?: number
}

/** Options of a job of many questions. */
export interface QuestionsOptions<T>
  extends AskAllOptions<T>,
    Pick<QuestionOptions, 'explain' | 'sources' | 'minConfidence'> {}

/** What `ganglion ask --json` prints for one question. Times in milliseconds. */
export interface AskResult {
  readonly question: string
  /** The shortest complete statement with the answer; null when the team abstains. */
  readonly answer: string | null
  /** The shortest exact text inside `answer`; null when the team abstains. */
  readonly span: string | null
  readonly abstained: boolean
  /** Whether the answer is given without reserve. At least 85 % of such answers were right where this was measured. */
  readonly sure: boolean
  /** Calibrated probability that the answer is right, 0 to 1. */
  readonly confidence: number
  /** Best first. */
  readonly sources: readonly Source[]
  /** Readers without a say: too slow, or failed. Empty if all were heard. */
  readonly missing: readonly string[]
  /** The hops of the question's messages, in the order in which they ended. */
  readonly path: readonly PathStep[]
  readonly timing: { readonly indexMs: number; readonly answerMs: number }
  /** Only on request. */
  readonly explain?: AnswerExplanation
}

/** The events of a question's stream, in order: the steps on its path, then the answer. */
export type AnswerEvent =
  | { readonly type: 'step'; readonly step: PathStep }
  | { readonly type: 'answer'; readonly result: AskResult }

/** Where an answer comes from. Text in several places has one source for each. */
export interface Source {
  readonly file: string
  /** 1-based; in a Word document, which has no lines, the paragraph. */
  readonly line: number
  /** 1-based page, of a PDF. */
  readonly page?: number
  /** The title of the document and the headings above the passage, outermost first. */
  readonly headings: readonly string[]
  /** Text of the document as people read it: without marks, and with column heads next to their values. */
  readonly passage: string
  /** Share of the readers' votes for statements of this passage, 0 to 1. */
  readonly score: number
}

/** One processor on the path of a question. */
export interface PathStep {
  readonly processor: string
  /** a_ij of the arrow that carried the result. */
  readonly weight: number
  readonly attempt: number
  readonly queueMs: number
  readonly runMs: number
  readonly outcome: string
}

/** How the answer was found. */
export interface AnswerExplanation {
  readonly matrix: { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }
  /** Every message: its header, the size of its msgpack frame, and its trailer, without bodies. */
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

/** One candidate statement, with each reader's mark. */
export interface Vote {
  readonly statement: string
  readonly file: string
  readonly line: number
  readonly share: number
  readonly marks: Readonly<Record<string, number>>
}
