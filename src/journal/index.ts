export type { LogFigures } from '../ports/log.ts'
export { JournalClosedError, JournalError, type JournalErrorCode } from './errors.ts'
export type { DiscardedTail, RecoveryReport } from './log/recovery.ts'
export { type Journal, type JournalOptions, openJournal } from './open-journal.ts'
