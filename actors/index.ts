/**
 * Ready-made teams of processors. Each can be used as it is, and shows how to build one.
 *
 * @module
 */

export type { Candidate, HandOver, ReplyTemplate } from './customer-service/answering/reply.ts'
export { CustomerServiceError } from './customer-service/errors.ts'
export type { Example } from './customer-service/intents/example.ts'
export type { IntentCard } from './customer-service/intents/intent-model.ts'
export { type CustomerServiceOptions, openCustomerService } from './customer-service/open-customer-service.ts'
export type { CustomerService, MessageOptions, ServiceAnswer } from './customer-service/service.ts'
export type { AnswerSource } from './customer-service/team.ts'
export { DocumentsError } from './knowledge/documents/errors.ts'
export type { Skipped } from './knowledge/documents/read-folder.ts'
export type { IndexProgress } from './knowledge/index/build-index.ts'
export { RowsError } from './knowledge/rows/errors.ts'
export { type BadRow, type Rows, type RowsOptions, readRows } from './knowledge/rows/read-rows.ts'
export { OpinionMonitorError } from './opinion-monitor/errors.ts'
export type { OpinionMonitorOptions } from './opinion-monitor/monitor-options.ts'
export {
  type OpinionMonitor,
  type OpinionReport,
  openOpinionMonitor,
  type Watched,
} from './opinion-monitor/open-opinion-monitor.ts'
export type { Chances, Mood } from './opinion-monitor/reading/mood.ts'
export type { MentionReading, Reading } from './opinion-monitor/reading/reading.ts'
export type { StreamHeadline } from './opinion-monitor/stream-headline.ts'
export type { Alert, Cause } from './opinion-monitor/watching/alert.ts'
export type { EntityWindow, Taken } from './opinion-monitor/watching/desk.ts'
export type { WatchOptions } from './opinion-monitor/watching/settings.ts'
export type { Topic } from './opinion-monitor/watching/topics.ts'
export type {
  AnswerEvent,
  AnswerExplanation,
  AskResult,
  PathStep,
  QuestionOptions,
  QuestionsOptions,
  Source,
  Vote,
} from './question-answering/ask-result.ts'
export type { FolderOptions } from './question-answering/folder-options.ts'
export type { IndexSummary } from './question-answering/index-summary.ts'
export { openFolder, type QuestionAnswering } from './question-answering/open-folder.ts'
export {
  openRecommender,
  type Recommendation,
  type Recommender,
  type RecommenderOptions,
  type RecommendOptions,
} from './recommender/open-recommender.ts'
export type { Reason } from './recommender/ranking/explain.ts'
export type { Weights as RecommenderWeights } from './recommender/ranking/weights.ts'
export type { Item, Rating } from './recommender/ratings/events.ts'
export { readItems, readRatings } from './recommender/ratings/read.ts'
export type { Picked, RecommendedItem } from './recommender/team.ts'
