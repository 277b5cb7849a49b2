import { GanglionError, say } from '../kernel/errors.ts'

export type JournalErrorCode =
  | 'journal-missing'
  | 'journal-foreign'
  | 'journal-version'
  | 'journal-damaged'
  | 'journal-locked'
  | 'journal-network'
  | 'journal-unwritable'
  | 'journal-full'
  | 'journal-failed'
  | 'journal-too-large'
  | 'journal-in-use'
  | 'journal-message'
  | 'journal-record'
  | 'journal-state'

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

/** A conditional batch found another value than it expected; nothing was written. Code `store-conflict`. */
export class StoreConflictError extends GanglionError {
  constructor(key: string) {
    super('store-conflict', say`'${key}' does not hold what the batch expects`, {
      path: key,
      remedy: 'Read it again and decide anew: another writer has changed it',
    })
  }
}

/** The store was closed. Code `store-closed`. */
export class StoreClosedError extends GanglionError {
  constructor() {
    super('store-closed', 'the store is closed', { path: 'store', remedy: 'Open it again' })
  }
}

/** An invalid key. Code `store-key`. */
export class StoreKeyError extends GanglionError {
  constructor(key: string) {
    const wrong =
      key === '' ? 'empty' : typeof key === 'string' ? 'text with half a surrogate pair' : 'not a string'
    super('store-key', `a key is ${wrong}`, {
      path: 'key',
      value: key,
      remedy: 'Use a non-empty string of whole characters',
    })
  }
}
