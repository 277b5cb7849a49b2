/**
 * Ready teams of processors. Each is usable as it is, and an example of how one is made.
 *
 * @module
 */
export type {
  AskResult,
  Explanation,
  PathStep,
  Source,
  Vote,
} from './question-answering/ask-result.ts'
export { DocumentsError } from './question-answering/documents/errors.ts'
export type { Skipped } from './question-answering/documents/read-folder.ts'
export type { IndexProgress } from './question-answering/index/build-index.ts'
export type { FolderOptions, IndexSummary } from './question-answering/open-corpus.ts'
export { type AskOptions, openFolder, type QuestionAnswering } from './question-answering/open-folder.ts'
