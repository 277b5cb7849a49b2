import { GanglionError } from '../../../src/kernel/errors.ts'

export type DocumentsErrorCode = 'docs-missing' | 'docs-unreadable' | 'docs-empty' | 'docs-unwatchable'

/** A folder of documents can't be used at all. Single files with problems are skipped and listed instead. */
export class DocumentsError extends GanglionError {
  constructor(code: DocumentsErrorCode, what: string, folder: string, remedy: string, cause?: unknown) {
    super(code, what, { path: 'docs', value: folder, remedy, cause })
  }
}
