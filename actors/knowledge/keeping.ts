import type { Pauses } from '../../src/kernel/pauses.ts'

/** Callbacks for problems with stored files, and a name that no other writer has. */
export interface Keeping {
  /** A stored file can't be used. */
  readonly notice: (text: string) => void
  /** Nothing can be stored: the disk is full, the folder read-only … Called once; from then on nothing is written. */
  readonly unwritable: (folder: string, error: unknown) => void
  /** Unique across processes and machines that share the folder. */
  readonly unique: () => string
  /** Wall time, in milliseconds, as files have it. */
  readonly now: () => number
  /** Long work on what is stored is parted. */
  readonly pauses: Pauses
}
