import type { Skipped } from '../knowledge/documents/read-folder.ts'

/** Figures from opening a folder: files read, skipped, passages embedded. */
export interface IndexSummary {
  readonly files: number
  readonly passages: number
  /** Passages embedded now; the others came from the cache. */
  readonly embedded: number
  readonly skipped: readonly Skipped[]
  /** Number of files of unsupported kinds, by extension. */
  readonly unread: Readonly<Record<string, number>>
  readonly indexMs: number
}
