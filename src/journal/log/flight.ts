import { messageOfError } from '../../kernel/errors.ts'
import { isFull } from '../disk/full.ts'
import { JournalError } from '../errors.ts'
import type { Group } from './group.ts'
import type { Segment } from './segment.ts'

/** Commits that are acknowledged together. */
export interface Batch {
  readonly flushed: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Its rejection is handled where nobody waits. */
export function newBatch(): Batch {
  let resolve = (): void => {}
  let reject = (_error: unknown): void => {}
  const flushed = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  flushed.catch(() => undefined)
  return { flushed, resolve, reject }
}

/** Groups on their way to the disk. */
export class Flight {
  readonly batch: Batch
  readonly groups: readonly Group[]
  readonly parts: readonly Buffer[]
  /** Undefined where there is nothing to write, and no segment yet. */
  readonly segment: Segment | undefined
  /** The head of a segment that begins with this flight. */
  readonly head: readonly Buffer[]
  readonly at: number
  readonly bytes: number
  /** Written and flushed, or at fault. One before it may still fly. */
  landed = false
  fault: { readonly error: unknown } | undefined
  /** Resolves once it has landed. */
  ended: Promise<void> | undefined

  constructor(
    batch: Batch,
    groups: readonly Group[],
    parts: readonly Buffer[],
    segment: Segment | undefined,
    at: number,
  ) {
    this.batch = batch
    this.groups = groups
    this.parts = parts
    this.segment = segment
    this.head = segment?.takeHead() ?? []
    this.at = at
    this.bytes = this.written.reduce((bytes, { length }) => bytes + length, 0)
  }

  /** What goes to the disk at `at`. */
  get written(): readonly Buffer[] {
    return this.head.length === 0 ? this.parts : [...this.head, ...this.parts]
  }
}

/** What the log says from now on, where `bytes` will never be written. */
export function failureOf(path: string, bytes: number, cause: unknown): JournalError {
  const full = isFull(cause)
  const what = full
    ? `the disk is full, and ${bytes} bytes could not be written`
    : `the disk failed: ${messageOfError(cause)}`
  return new JournalError(full ? 'journal-full' : 'journal-failed', what, {
    path,
    value: full ? bytes : undefined,
    remedy: 'Check the disk and its room, and open the journal again: it then finds what is durable',
    cause,
  })
}
