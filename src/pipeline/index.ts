/**
 * Pipelines: the builder, plans as data, running pipelines, their events and explanations.
 *
 * The root exports `pipeline`, the types of its results and its errors.
 *
 * @module
 */
export type { RetryBudgetOptions, RetryBudgetPolicy } from '../supervision/retry-budget.ts'
export type { LimitPhase } from './admission/limit.ts'
export type { LimitChange, PipelineLoad, Work } from './admission/load.ts'
export { pipeline, pipelineFromJSON } from './builder.ts'
export type { AskAllOptions, AskAllResult, Inputs } from './control/ask-all-options.ts'
export type { Stored } from './control/checkpoint-store.ts'
export type { ReplayOptions } from './control/replay.ts'
export type {
  DurableAskOptions,
  DurableRuns,
  DurableRunsOptions,
  PipelineAskOptions,
  PipelineStopOptions,
  ProcessorStatus,
  ResumeOptions,
  RunningPipeline,
  StreamOptions,
  Trace,
  UnreadRun,
} from './control/running-pipeline.ts'
export { type StreamEvent, StreamOverrunError } from './control/streams.ts'
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
  type PlanProblem,
  ProcessorFailedError,
  ReshapeError,
  RunMovedError,
  UnknownRunError,
} from './errors.ts'
export type { PipelineRoutes, RoutesState } from './flow/fan-routes.ts'
export { type PendingQuestion, UnknownQuestionError, WaitingForPersonError } from './flow/human.ts'
export { LatePartError } from './flow/merge-stage.ts'
export type { SvgOptions } from './pictures/svg.ts'
export type {
  At,
  BranchChoice,
  Branches,
  Fan,
  FanNames,
  FanOptions,
  JoinedParts,
  LoopCondition,
  MergeAt,
  Pipeline,
  PipelineOptions,
  PipelineStage,
  ReadonlyDeep,
  StageOutput,
} from './pipeline.ts'
export type { AdmissionOptions, AdmissionPolicy } from './plan/admission-policy.ts'
export type { OptionalBranch } from './plan/optional-branches.ts'
export type { NodePolicy, Plan, PlanNode } from './plan/plan.ts'
export type { PlanJson, PlanNodeJson, PlanRegistry } from './plan/plan-json.ts'
export type { NewBranch, NewWeights } from './plan/reshape.ts'
export type { StageOptions } from './plan/stage-options.ts'
export type { JoinOptions, LoopBounds, StepOptions } from './plan/step-options.ts'
export type { RouteDecision } from './run/decisions.ts'
export type { ArrowExplanation, Explanation, StepExplanation } from './run/explanation.ts'
export type { ArrowCount } from './run/layout.ts'
export type { JoinRecord } from './run/open-join.ts'
export type { RunEvent } from './run/run.ts'
export type { Ballot } from './run/votes.ts'
