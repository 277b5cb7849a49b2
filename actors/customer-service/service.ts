import type { Duration } from '../../src/kernel/durations.ts'
import type { PendingQuestion } from '../../src/pipeline/flow/human.ts'
import type { HandOver, Settled } from './answering/reply.ts'
import type { IntentCard } from './intents/intent-model.ts'

/** Deadline, cancellation and name of a message. */
export interface MessageOptions {
  readonly timeout?: Duration
  /** With a `store` the caller stops waiting, and the message goes on. */
  readonly signal?: AbortSignal
  /** With a `store`: whoever asks again by the same key, in this process or a later one, gets the answer of the same message. */
  readonly key?: string
}

/** The answer to a message, and how it came about. */
export interface ServiceAnswer extends Omit<Settled, 'by' | 'text' | 'asked' | 'person'> {
  /** As the customer wrote it. */
  readonly message: string
  /** With what it refers to. */
  readonly text: string
  readonly followUp: boolean
  readonly by: 'reply' | 'documents' | 'person'
  /** The intent, if the message is in scope. */
  readonly intent: string | undefined
  /** What a person needs, if nobody has answered yet. */
  readonly handOver?: HandOver
}

/** A running customer-service team. */
export interface CustomerService extends AsyncDisposable {
  /** What was learned of how many examples, and how well it reads held-out ones. */
  readonly card: IntentCard
  /** Names of the intents that it tells apart. */
  readonly intents: readonly string[]
  /**
   * Answers a customer's message. Messages of one customer keep their order.
   *
   * Rejects with InvalidArgumentError (`invalid-argument`) or the pipeline's errors.
   */
  ask(customer: string, message: string, options?: MessageOptions): Promise<ServiceAnswer>
  /** Messages that wait for a person. */
  waiting(): readonly PendingQuestion[]
  /** A person's answer. Rejects with UnknownQuestionError (`unknown-question`). */
  answer(id: string, text: string): Promise<void>
  /** The readers' weights in the vote. */
  weights(): Readonly<Record<string, number>>
  /**
   * Other weights, while messages flow; readers that are not named keep theirs.
   *
   * @throws RoutingMatrixError (`routing-matrix`), InvalidArgumentError (`invalid-argument`) where no reader would count
   */
  reweigh(weights: Readonly<Record<string, number>>): void
  /** The right intent of an answered message: readers that were wrong lose weight. */
  learn(answer: ServiceAnswer, intent: string): void
  /** Writes a file for `model`, with the weights as they are now. */
  save(file: string): Promise<void>
  /** Crashes one processor as a fault would; its supervisor restarts it. */
  kill(processor: string): void
  /** Lets messages in flight end, and stops what the team started. Idempotent. */
  stop(): Promise<void>
}
