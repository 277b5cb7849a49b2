/**
 * ganglion: supervised actors for inference pipelines.
 *
 * Importing it loads no native library: ONNX Runtime, Piscina, msgpackr and mathjs load when they are first needed.
 *
 * @module
 */
export type { ActorSpec } from './behavior/actor-spec.ts'
export type { ContextTimers, Ctx, DurableTime, FiredTimer, SpawnOptions } from './behavior/context.ts'
export { type ActorDefinition, defineActor } from './behavior/define-actor.ts'
export {
  defineProcessor,
  type HumanQuestion,
  type Processor,
  type ProcessorContext,
  type ProcessorSpec,
  type RetryOptions,
} from './behavior/define-processor.ts'
export type { DurableOptions } from './behavior/durable-options.ts'
export { fromMachine, type MachineOptions } from './behavior/from-machine.ts'
export type { OwnCtx, OwnMessages, OwnTimers } from './behavior/own-context.ts'
export type {
  ActorRef,
  AnyRef,
  AskOptions,
  EntityRef,
  MessagesOf,
  OfferOptions,
  Ref,
  RefOf,
  TellOptions,
} from './behavior/ref.ts'
export type { Signals, Terminated } from './behavior/signals.ts'
export { createInference } from './inference/create-inference.ts'
export { InferenceError, InferenceOverloadedError } from './inference/errors.ts'
// Types come by way of the other entry points, here and below: declarations that a compiler writes for a user can name only what his
// program has reached, and what these return is named there.
export type { InferenceEngine, InferenceOptions } from './inference/index.ts'
export { StoreClosedError, StoreConflictError, StoreKeyError } from './journal/errors.ts'
export { MemoryStore } from './journal/memory-store.ts'
export type { Duration } from './kernel/durations.ts'
export { type ErrorLink, errorChain, GanglionError, InvalidArgumentError } from './kernel/errors.ts'
export type {
  Clock,
  Ids,
  Kernel,
  Randomness,
  RandomStream,
  SecureRandom,
  Timer,
  Timers,
  Turns,
} from './kernel/kernel.ts'
export { platformKernel } from './kernel/platform-kernel.ts'
export { MailboxFullError } from './mailbox/errors.ts'
export { concat } from './merge/concat.ts'
export {
  AggregatorFullError,
  AggregatorStoppedError,
  MergeError,
  PrivacyBudgetSpentError,
  QuorumMissedError,
} from './merge/errors.ts'
export type { OnMissing } from './merge/index.ts'
export { reciprocalRank } from './merge/reciprocal-rank.ts'
export { weightedAverage } from './merge/weighted-average.ts'
export { majorityVote, type VoteResult, weightedVote } from './merge/weighted-vote.ts'
export { FrameError, NotSerializableError } from './message/errors.ts'
export type { CacheUse, Header, Hop, InferenceHop, Message, Trailer } from './message/header.ts'
export { SchemaError } from './message/schema.ts'
export { pipeline } from './pipeline/builder.ts'
export { type StreamEvent, StreamOverrunError } from './pipeline/control/streams.ts'
export {
  CheckpointError,
  LoopBoundError,
  NoSuchBranchError,
  OverloadedError,
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelinePlanError,
  PipelineStoppedError,
  ProcessorFailedError,
  ReshapeError,
  RunMovedError,
  UnknownRunError,
} from './pipeline/errors.ts'
export { UnknownQuestionError, WaitingForPersonError } from './pipeline/flow/human.ts'
export { LatePartError } from './pipeline/flow/merge-stage.ts'
export type { Pipeline, PipelineOptions, RunningPipeline } from './pipeline/index.ts'
export type { DurableHome } from './ports/durable-home.ts'
export type { DeadLetterReason, EventStream, RuntimeEvent } from './ports/events.ts'
export type { InferencePort } from './ports/inference.ts'
export type { Store, StoreEntry, StoreWrite } from './ports/store.ts'
export type { ChildOptions, SupervisionOptions } from './ports/supervision.ts'
export type { Delivery, Subscription as TransportSubscription, Transport } from './ports/transport.ts'
export { thompson } from './routing/bandits/thompson.ts'
export { RoutingMatrixError, UnknownDecisionError } from './routing/errors.ts'
export type { RoutePolicy } from './routing/index.ts'
export { conditional } from './routing/policies/conditional.ts'
export { all, topK, weightedRandom } from './routing/policies/weighted.ts'
export {
  BreakerOpenError,
  BulkheadFullError,
  RateLimitedError,
  RetryBudgetError,
  WorkCancelledError,
  WorkTimeoutError,
} from './supervision/errors.ts'
export {
  type Resilience,
  type ResilienceOptions,
  resilience,
  type Work,
  type WorkCall,
} from './supervision/resilience.ts'
export { retryAfterOf } from './supervision/retry-after.ts'
export { NoJournalError, NotDurableError } from './system/actor/durability.ts'
export { type ActorSystem, createSystem } from './system/actor-system.ts'
export {
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetters,
  NotReplayableError,
} from './system/dispatch/dead-letters.ts'
export type { LedgerSnapshot } from './system/dispatch/ledger.ts'
export type { Logger } from './system/dispatch/system-log.ts'
export {
  ActorStoppedError,
  AskCancelledError,
  AskTimeoutError,
  AttemptTimeoutError,
  CallCycleError,
  CancelledError,
  ExpiredError,
  HandlerFailedError,
  KilledError,
  LinkedError,
  MessageLostError,
  NameTakenError,
  NobodyToAskError,
  ReplyError,
  RestartIntensityError,
  StaleContextError,
  StashFullError,
  SystemStoppedError,
  UnhandledMessageError,
  UnknownActorError,
  UnknownStateError,
} from './system/errors.ts'
export type { RouterOptions, RouterRef } from './system/router.ts'
export type { ProcessorRef } from './system/stage/processor-ref.ts'
export type { InferenceEngineOptions, StopOptions, SystemOptions } from './system/system-options.ts'
export type { FrameKey, FrameKeys } from './transport/frame-keys.ts'
export { MemoryTransport, TransportError } from './transport/memory-transport.ts'
export { SignedTransport, type SignedTransportOptions } from './transport/signed-transport.ts'
