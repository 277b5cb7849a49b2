import { GanglionError } from '../kernel/errors.ts'

export type JournalErrorCode =
  | 'journal-missing'
  | 'journal-foreign'
  | 'journal-version'
  | 'journal-damaged'
  | 'journal-locked'
  | 'journal-unwritable'
  | 'journal-full'
  | 'journal-failed'
  | 'journal-too-large'

/** A journal can't be opened, or can't take what it is given. `path` is the folder, the file in it, or the key. */
export class JournalError extends GanglionError {
  constructor(
    code: JournalErrorCode,
    what: string,
    given: {
      readonly path: string
      readonly value?: unknown
      readonly remedy: string
      readonly cause?: unknown
    },
  ) {
    super(code, what, given)
  }
}

/** The journal is closed. Code `journal-closed`. */
export class JournalClosedError extends GanglionError {
  constructor(path: string) {
    super('journal-closed', 'the journal is closed', { path, remedy: 'Open it again' })
  }
}
