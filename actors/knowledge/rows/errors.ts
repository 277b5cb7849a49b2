import { GanglionError } from '../../../src/kernel/errors.ts'

export type RowsErrorCode = 'rows-missing' | 'rows-unreadable' | 'rows-empty'

/** A file of rows can't be used at all. Single bad rows are skipped and listed instead. */
export class RowsError extends GanglionError {
  constructor(code: RowsErrorCode, what: string, file: string, remedy: string, cause?: unknown) {
    super(code, what, { path: 'data', value: file, remedy, cause })
  }
}
